import { createPublicKey, generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

/** The RSA pair that signs session tokens, both halves as PEM. `id` is the `kid` of its tokens. */
export const ClerkKeys = z.object({ id: z.string(), privateKey: z.string(), publicKey: z.string() })
export type ClerkKeys = z.infer<typeof ClerkKeys>

/** Takes a tenth of a second and more; callers that make many instances share one pair. */
export async function generateClerkKeys(): Promise<ClerkKeys> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { id: newId('ins'), privateKey, publicKey }
}

/** The public half as Clerk's JWKS endpoint shows it. */
export function presentJwks(keys: ClerkKeys) {
  const jwk = createPublicKey(keys.publicKey).export({ format: 'jwk' })
  return { keys: [{ ...jwk, use: 'sig', kid: keys.id, alg: 'RS256' }] }
}

/**
 * Clerk's SDKs read a host out of the key and refuse one without a dot. The key's hash also names the browser's cookies,
 * so the instance's id in it keeps two instances on one machine apart.
 */
export function publishableKeyOf(instanceId: string): string {
  const host = `${instanceId.replaceAll('_', '-')}.snag.local`
  return `pk_test_${Buffer.from(`${host}$`).toString('base64')}`
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(14).toString('hex')}`
}

export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url').replaceAll(/[-_]/g, 'x')}`
}
