import { z } from '@hono/zod-openapi'
import { listEvents } from '#shared/events/queries.ts'
import type { LiveFeed } from '#shared/live/feed.ts'
import { bearer } from '../authenticate.ts'
import { streamed } from '../documented.ts'
import { endpoint } from '../endpoint.ts'
import { contextOf } from '../env.ts'
import { eventStream } from '../event-stream.ts'
import { InWorkspace } from '../params.ts'
import { answer } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Events'
const path = '/workspaces/{slug}/events' as const

const Position = z
  .string()
  .regex(/^\d{0,15}$/, 'This is not the position of an event. Leave it out to begin with what happens next.')
  .transform((digits) => (digits === '' ? undefined : Number(digits)))
  .optional()

const lastEventId = Position.meta({
  description: 'The position after which to begin: the last `id` that was received. Without it, now.',
  example: '1042',
})

const stream = {
  operationName: 'streamEvents',
  summary: 'Follow what happens in a workspace',
  description: `Server-sent events. Each message has the \`position\` of its event as \`id\`, and as \`data\` the event as \
\`listEvents\` gives it. The stream begins with an \`event: ready\`, whose \`id\` is where it begins. Nothing is left out \
or sent twice when it is taken up again with the last \`id\`. A comment comes when nothing has happened for 15 seconds.

It ends with the session token it was opened with, after 5 minutes at the latest. An \`event: end\` says why, as \
\`{"reason", "detail"}\`: \`expired\`, \`slow\`, \`stopping\` and \`unavailable\` mean to come back with a fresh token; \
after \`revoked\` there is nothing to come back to. The token goes into the \`Authorization\` header, so a browser \
needs a client that is made with \`fetch\`.`,
}

/** The pages of events, and the stream of them. */
export function events(live: LiveFeed) {
  return router()
    .openapi(...endpoint('get', path, tag, listEvents))
    .openapi(
      streamed({ path: '/workspaces/{slug}/live', tag }, stream, {
        params: InWorkspace,
        headers: z.object({ 'last-event-id': lastEventId }),
        query: z.strictObject({ lastEventId }),
      }),
      async (c) => {
        const after = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').lastEventId ?? null
        // It was verified on the way here, and is remembered.
        const { expiresAt } = await c.get('tracker').clerk.verify(bearer(c.req.header('authorization')) ?? '')
        const reader = await live.open(contextOf(c, c.req.valid('param').slug), { after, expiresAt })
        const body = eventStream(reader, () => c.env?.outgoing?.destroy())
        return answer(c, body, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
      },
    )
}
