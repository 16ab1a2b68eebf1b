import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const LENGTH = 32

/** Cheaper than what a public service should use: a first start hashes several, and the seeded passwords are public anyway. */
const COST = 4096

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`
}

export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const [salt = '', expected = ''] = hash.split('.')
  const actual = await derive(password, Buffer.from(salt, 'base64url'))
  return timingSafeEqual(actual, Buffer.from(expected, 'base64url'))
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, LENGTH, { N: COST }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
