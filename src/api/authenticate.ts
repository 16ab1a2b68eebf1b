import { createMiddleware } from 'hono/factory'
import { LRUCache } from 'lru-cache'
import type { Caller, Door, Tracker } from '#shared/context.ts'
import { ensureClerkUser } from '#shared/identity/users.ts'
import type { ApiEnv } from './env.ts'
import type { Admission } from './limits.ts'

/** Finds out who is calling from a token. */
export type Authenticator = (token: string, door: Door) => Promise<ApiEnv['Variables']['caller']>

/** Which user of ours a Clerk user is never changes, so it is asked once. */
export function authenticator(tracker: Tracker): Authenticator {
  const users = new LRUCache<string, string>({ max: 10_000 })
  return async (token, door) => {
    const { clerkId, credential } = await tracker.clerk.verify(token)
    let userId = users.get(clerkId)
    if (userId === undefined) {
      userId = await ensureClerkUser(tracker, clerkId)
      users.set(clerkId, userId)
    }
    return { userId, door, guild: null, credential }
  }
}

/** Lets in whoever has a valid token in the Authorization header. Never cookies: there is no CSRF to defend. */
export function authenticate(admit: Admission, doorOf: (header: string | undefined) => Door = apiOrWeb) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const token = bearer(c.req.header('authorization'))
    c.set('caller', await admit(c, token, doorOf(c.req.header('x-snag-door'))))
    await next()
  })
}

/** The dashboard names itself for the history; nothing is decided by it. */
function apiOrWeb(header: string | undefined): Door {
  return header === 'web' ? 'web' : 'api'
}

/** Who answers for a request: an API key for itself, apart from the person whose it is. */
export function principalOf({ userId, credential }: Caller): string {
  return credential?.kind === 'api-key' ? credential.id : userId
}

export function bearer(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}
