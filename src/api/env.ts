import type { HttpBindings } from '@hono/node-server'
import type { Caller, Context, Tracker } from '#shared/context.ts'
import type { Statement } from '#shared/db/transaction.ts'

/** What the API's handlers find in their context. */
export interface ApiEnv {
  /** What the server hands over with a request; nothing of it is there when none is in between. */
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    tracker: Tracker
    /** Set by `authenticate`; there is none on the few public routes. */
    caller: Caller
    /** What has to be committed with whatever this request does. */
    alongside?: Statement
    /** What the headers say of the limit that the request was counted under. */
    limit?: Record<string, string>
    /** What is sent, unless it is a stream; set by `answer`. */
    body?: Uint8Array<ArrayBuffer> | string | null
    /** SHA-256 of the file that came in, once it has come to its end. */
    fileDigest?: string
    /** Why we failed, for the log. */
    failure?: unknown
    /** How these routes show a failure, where it is not as RFC 9457 has it. */
    failureShape?: (detail: string) => Record<string, string>
  }
}

/** The tracker's context of a request, in the workspace of a slug or in none. */
export function contextOf(
  c: { get<K extends 'tracker' | 'caller' | 'alongside'>(key: K): ApiEnv['Variables'][K] },
  slug: string | null,
): Context {
  return {
    tracker: c.get('tracker'),
    caller: c.get('caller'),
    place: slug === null ? null : { slug },
    alongside: c.get('alongside'),
  }
}
