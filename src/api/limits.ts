import { createMiddleware } from 'hono/factory'
import type { Context, MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '#shared/config.ts'
import type { Caller } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { networkOf, senderOf } from './address.ts'
import { principalOf } from './authenticate.ts'
import type { Admission, Authenticator } from './authenticate.ts'
import type { ApiEnv } from './env.ts'

const windowSeconds = 60

interface Policy {
  name: string
  limiter: RateLimiterMemory
  /** `RateLimit-Policy` is always the same. */
  header: string
}

export interface Limits {
  /** Counts a request of somebody who is known. Throws `too_many`. */
  countCaller(c: Context<ApiEnv>, caller: Caller): Promise<void>
  /** Counts a request that nobody known stands behind, by its address. Throws `too_many`. */
  countStranger(c: Context<ApiEnv>): Promise<void>
}

/**
 * How many requests a minute anybody may send: reads and writes are counted apart, people and API keys by themselves,
 * strangers by address. Each process counts in its own memory, so that n of them let through up to n times as many; a shared
 * count would be a write for each read. Whoever is known is never refused for what others do at their address.
 */
export function createLimits(
  { reads, writes }: Config['rateLimits'],
  proxyAddresses: readonly string[],
): Limits {
  const policies = { reads: policyOf('reads', reads), writes: policyOf('writes', writes) }
  const proxies = proxyAddresses.map(networkOf)

  const policyFor = (c: Context<ApiEnv>) => (isRead(c.req.method) ? policies.reads : policies.writes)

  async function count(c: Context<ApiEnv>, policy: Policy, key: string): Promise<void> {
    const { isOver, left, seconds } = await consume(policy, key)
    // The form of draft-ietf-httpapi-ratelimit-headers-10.
    c.set('limit', {
      'ratelimit-policy': policy.header,
      ratelimit: `"${policy.name}";r=${left};t=${seconds}`,
    })
    if (isOver) {
      throw new AppError(
        'too_many',
        `Those were too many ${policy.name} in one minute. Wait ${seconds} seconds, then go on more slowly.`,
        { retryAfterSeconds: seconds },
      )
    }
  }

  return {
    async countCaller(c, caller) {
      const policy = policyFor(c)
      if (policy !== null) await count(c, policy, principalOf(caller))
    },
    async countStranger(c) {
      const policy = policyFor(c)
      const sender = policy === null ? null : senderOf(c, proxies)
      if (policy !== null && sender !== null) await count(c, policy, sender)
    },
  }
}

/** For routes that anybody may read. */
export function limitStrangers(limits: Limits): MiddlewareHandler<ApiEnv> {
  return createMiddleware(async (c, next) => {
    await limits.countStranger(c)
    await next()
  })
}

/** See `Admission`. */
export function admission(identify: Authenticator, limits: Limits): Admission {
  return async (c, token, door) => {
    let caller: Caller
    try {
      if (token === null)
        throw new AppError('unauthenticated', 'Sign in first: send your token as “Authorization: Bearer …”.')
      caller = await identify(token, door)
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthenticated') await limits.countStranger(c)
      throw error
    }
    await limits.countCaller(c, caller)
    return caller
  }
}

function policyOf(name: string, perMinute: number): Policy | null {
  if (perMinute === 0) return null
  return {
    name,
    limiter: new RateLimiterMemory({ points: perMinute, duration: windowSeconds }),
    header: `"${name}";q=${perMinute};w=${windowSeconds}`,
  }
}

async function consume({ limiter }: Policy, key: string) {
  let isOver = false
  const outcome = await limiter.consume(key).catch((refusal: unknown) => {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    isOver = true
    return refusal
  })
  return {
    isOver,
    left: outcome.remainingPoints,
    seconds: Math.max(1, Math.ceil(outcome.msBeforeNext / 1_000)),
  }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
