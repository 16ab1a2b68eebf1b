import { createHmac, createSign, randomBytes, type KeyLike } from 'node:crypto'
import type { Instance } from './instance.ts'
import type { SessionRecord } from './state.ts'

export type Claims = Record<string, unknown>

const LIFETIME_SECONDS = 60
const NOT_BEFORE_SKEW_SECONDS = 10

/**
 * The claims of a session token, version 2. A browser's `Origin` becomes `azp`; without one the claim is absent, as Clerk has it.
 * Source: https://clerk.com/docs/guides/sessions/session-tokens
 */
export function sessionClaims(instance: Instance, session: SessionRecord, azp: string | undefined): Claims {
  const minutesSinceSignIn = Math.floor((instance.now() - session.createdAt) / 60_000)
  return {
    ...commonClaims(instance),
    azp,
    fva: [minutesSinceSignIn, -1],
    sid: session.id,
    sts: 'active',
    sub: session.userId,
    v: 2,
  }
}

export function commonClaims(instance: Instance): Claims {
  const now = Math.floor(instance.now() / 1000)
  return {
    exp: now + LIFETIME_SECONDS,
    iat: now,
    iss: instance.url,
    jti: randomBytes(10).toString('hex'),
    nbf: now - NOT_BEFORE_SKEW_SECONDS,
  }
}

export function signSessionToken(
  instance: Instance,
  session: SessionRecord,
  azp: string | undefined,
): string {
  return signToken(instance, sessionClaims(instance, session, azp))
}

/**
 * Makes a compact JWT of any claims. With another `alg`, `kid` or key it makes the tokens an attacker would: `none` has an empty
 * signature, `HS256` uses the public key as its secret when no key is given.
 */
export function signToken(
  instance: Instance,
  claims: Claims,
  header: Record<string, unknown> = {},
  key?: KeyLike,
): string {
  const { keys } = instance.data
  const fullHeader = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: keys.id, typ: 'JWT', ...header }
  const input = `${encode(fullHeader)}.${encode(claims)}`
  return `${input}.${signature()}`

  function signature(): string {
    switch (fullHeader.alg) {
      case 'none':
        return ''
      case 'HS256':
        return createHmac('sha256', key ?? keys.publicKey)
          .update(input)
          .digest('base64url')
      default:
        return createSign('RSA-SHA256')
          .update(input)
          .sign(key ?? keys.privateKey, 'base64url')
    }
  }
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
