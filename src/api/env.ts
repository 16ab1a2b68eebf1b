import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Caller, Context, Tracker } from '#shared/context.ts'

/** What the API's handlers find in their context. */
export interface ApiEnv {
  /** What the server hands over with a request; nothing of it is there when none is in between. */
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    log: Logger
    tracker: Tracker
    /** Set by `authenticate`; there is none on the few public routes. */
    caller: Caller
    /** How these routes show a failure, where it is not as RFC 9457 has it. */
    failureShape?: (detail: string) => Record<string, string>
  }
}

/** The tracker's context of a request, in the workspace of a slug or in none. */
export function contextOf(
  c: { get(key: 'tracker'): Tracker; get(key: 'caller'): Caller },
  slug: string | null,
): Context {
  return { tracker: c.get('tracker'), caller: c.get('caller'), place: slug === null ? null : { slug } }
}
