import { createPublicKey } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { z } from 'zod'

/** How soon Clerk is asked again for its keys: anybody can name one in a token that does not exist. */
const restMs = 30_000

/** What a published key must have; the rest is the key itself. */
const Published = z.looseObject({ kid: z.string(), kty: z.string() })

const Header = z.looseObject({ kid: z.string() })

/** Which key a token says it is signed with; null for what is no token. Nothing of it can be believed yet. */
export function keyIdOf(token: string): string | null {
  const [header = ''] = token.split('.')
  try {
    return Header.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).kid
  } catch {
    return null // whatever it is, no key of ours has signed it
  }
}

/**
 * Finds public keys (PEM) among those that `load` gives, which is asked when a key is not known, but once at a time and
 * no sooner than `restMs` after the last time. A key of which nothing is known is null; what `load` throws is thrown
 * on until it is asked again.
 */
export function createSigningKeys({
  load,
  clock,
}: {
  load: () => Promise<readonly unknown[]>
  clock: () => Date
}): (keyId: string) => Promise<string | null> {
  let loading: Promise<ReadonlyMap<string, string>> | null = null
  let loadedAtMs = Number.NEGATIVE_INFINITY
  let known: ReadonlyMap<string, string> = new Map()

  return async (keyId) => {
    const key = known.get(keyId)
    if (key !== undefined) return key
    const nowMs = clock().getTime()
    if (loading === null || nowMs - loadedAtMs > restMs) {
      loadedAtMs = nowMs
      loading = load().then(pems)
    }
    known = await loading
    return known.get(keyId) ?? null
  }
}

function pems(keys: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    keys.map((key) => {
      const published = Published.parse(key)
      const jwk: JsonWebKey = published
      return [
        published.kid,
        createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
      ]
    }),
  )
}
