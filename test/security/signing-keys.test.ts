import { expect, test } from 'vitest'
import { createSigningKeys, keyIdOf } from '#shared/identity/signing-keys.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { origin, world } from '#test/world.ts'

const published = {
  kty: 'RSA',
  use: 'sig',
  alg: 'RS256',
  kid: 'ins_ours',
  e: 'AQAB',
  n: 'u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-qKhbwKfBstIs-bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW_VDL5AaWTg0nLVkjRo9z-40RQzuVaE8AkAFmxZzow3x-VJYKdjykkJ0iT9wCS0DRTXu269V264Vf_3jvredZiKRkgwlL9xNAwxXFg0x_XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC-9aGVd-Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmw',
}

/** Keys that are published, a clock to turn, and how often the keys were asked for. */
function keys(load = async (): Promise<unknown[]> => [published]) {
  let nowMs = 0
  let asked = 0
  const find = createSigningKeys({
    load: () => {
      asked += 1
      return load()
    },
    clock: () => new Date(nowMs),
  })
  return { find, asked: () => asked, advance: (ms: number) => (nowMs += ms) }
}

test('tokens that name keys which are not there cost Clerk one question, then one in half a minute', async () => {
  const { find, asked, advance } = keys()

  const found = await Promise.all(Array.from({ length: 50 }, (_, i) => find(`ins_${i}`)))
  await find('ins_more')
  expect(found.every((key) => key === null)).toBe(true)
  expect(await find('ins_ours')).toContain('BEGIN PUBLIC KEY')
  expect(asked()).toBe(1)

  advance(31_000)
  await find('ins_more')
  expect(asked()).toBe(2)
})

test('when the keys cannot be had, nobody is told that their token is bad, and Clerk is left alone for a while', async () => {
  let away = true
  const { find, asked, advance } = keys(async () => {
    if (away) throw new Error('Away')
    return [published]
  })

  await expect(find('ins_ours')).rejects.toThrow('Away')
  await expect(find('ins_ours')).rejects.toThrow('Away')
  expect(asked()).toBe(1)
  away = false
  advance(31_000)
  expect(await find('ins_ours')).toContain('BEGIN PUBLIC KEY')
})

test.each(['', 'password', 'a.b.c', '.', 'e30.e30.', 'bnVsbA.e30.x', 'eyJraWQiOjF9.e30.x'])(
  'the token “%s” names no key',
  (token) => {
    expect(keyIdOf(token)).toBeNull()
  },
)

test('without the public key, tokens are still held against everything else', async () => {
  const { clerk, person } = await world()
  const robin = await person('Robin')
  const { secretKey, publishableKey, apiUrl } = clerk
  const { verify } = connectClerk({
    secretKey,
    publishableKey,
    apiUrl,
    authorizedParties: [origin],
    clock: () => new Date(),
  })

  expect(await verify(robin.token({ azp: origin }))).toMatchObject({ clerkId: robin.clerkId })
  for (const token of [
    robin.token({ azp: 'https://evil.example' }),
    robin.token({ azp: origin, exp: 1 }),
    clerk.mint({ azp: origin, sub: robin.clerkId, sid: 'sess_1', v: 2 }, { alg: 'none' }),
    clerk.mint({ azp: origin, sub: robin.clerkId, sid: 'sess_1', v: 2 }, { alg: 'HS256' }),
    clerk.mint({ azp: origin, sub: robin.clerkId, sid: 'sess_1', v: 2 }, { kid: 'ins_other' }),
  ])
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
})
