import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../errors.ts'
import { Scope } from './schema.ts'
import type { Credential } from './schema.ts'

/** How long an answer of Clerk about a key is believed, a refusal too: it bills each question. */
const trustMs = 30_000
const rememberedKeys = 10_000
/** How many keys that nobody has may be asked about; Clerk answers so many questions in a while and no more. */
const guesses = { points: 100, duration: 60 }

/** What Clerk says of an API key. It answers for keys that are over as well, so both marks have to be looked at. */
export interface KeyRecord {
  id: string
  /** The id of a user, or of an organization. */
  subject: string
  scopes: string[]
  revoked: boolean
  expired: boolean
  /** Milliseconds since 1970; null for a key without an end. */
  expiration: number | null
}

interface Good {
  clerkId: string
  credential: Credential & { kind: 'api-key' }
  expiresAt: Date | null
}

type Verdict = Good | { refusal: string }

/**
 * Says whose an API key is and what it is for, asking `load` at most once in `trustMs`, however many ask at once.
 * What `load` throws is thrown on and not remembered. What it gives throws `unauthenticated` for a key that is not good,
 * and `too_many` while too many have been made up.
 */
export function createKeyVerifier({
  load,
  clock,
}: {
  load: (secret: string) => Promise<KeyRecord | null>
  clock: () => Date
}): (secret: string) => Promise<Good> {
  const budget = new RateLimiterMemory(guesses)
  /** Keys that were good once: their owners are not held up by whoever makes some up. */
  const familiar = new LRUCache<string, true>({ max: rememberedKeys })

  async function ask(digest: string, secret: string): Promise<KeyRecord | null> {
    if (familiar.has(digest)) return load(secret)
    await budget.consume('guesses').catch(tooManyGuesses)
    let isGuess = false
    try {
      const record = await load(secret)
      isGuess = record === null
      if (record !== null) familiar.set(digest, true)
      return record
    } finally {
      if (!isGuess) await budget.reward('guesses')
    }
  }

  const verdicts = new LRUCache<string, Verdict, string>({
    max: rememberedKeys,
    ttl: trustMs,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
    // Whoever waits for an answer gets it, even if the place it would be kept at has been taken meanwhile.
    ignoreFetchAbort: true,
    fetchMethod: async (digest, _stale, { context: secret, options }) => {
      const record = await ask(digest, secret)
      if (record !== null && record.expiration !== null)
        options.ttl = Math.max(1, Math.min(trustMs, record.expiration - clock().getTime()))
      return verdictOn(record)
    },
  })

  return async (secret) => {
    // Anybody can make these up; what cannot be a key is not worth a question.
    const verdict = isKey(secret)
      ? await verdicts.fetch(hash('sha256', secret, 'base64url'), { context: secret })
      : verdictOn(null)
    if (verdict === undefined) throw new Error('The cache of API keys gave no answer.')
    if ('refusal' in verdict) throw new AppError('unauthenticated', verdict.refusal)
    return verdict
  }
}

function tooManyGuesses(error: unknown): never {
  if (!(error instanceof RateLimiterRes)) throw error
  throw new AppError('too_many', 'Too many unknown API keys were tried. Try again in a minute.', {
    retryAfterSeconds: Math.ceil(error.msBeforeNext / 1000),
  })
}

function isKey(secret: string): boolean {
  return /^ak_[\w-]{16,200}$/.test(secret)
}

function verdictOn(record: KeyRecord | null): Verdict {
  if (record === null) return { refusal: 'There is no such API key. Check that you have copied all of it.' }
  if (record.revoked) return { refusal: 'This API key has been revoked. Make another one.' }
  if (record.expired) return { refusal: 'This API key has expired. Make another one.' }
  if (!record.subject.startsWith('user_'))
    return { refusal: 'This API key belongs to an organization. Only keys of a person are accepted.' }
  const scopes = new Set(Scope.options.filter((scope) => record.scopes.includes(scope)))
  const expiresAt = record.expiration === null ? null : new Date(record.expiration)
  return { clerkId: record.subject, credential: { kind: 'api-key', id: record.id, scopes }, expiresAt }
}
