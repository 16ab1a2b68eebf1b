import { Hono } from 'hono'
import type { Tracker } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { takeMessage } from '#shared/identity/clerk-messages.ts'
import type { ApiEnv } from './env.ts'
import { answer } from './responses.ts'

/** Where Clerk tells of users and sessions by itself: `/api/clerk/webhook`. Its signature is all that counts. */
export function clerkWebhook(tracker: Tracker): Hono<ApiEnv> {
  const { clerk, log } = tracker
  const app = new Hono<ApiEnv>()
  let warned = false

  app.post('/clerk/webhook', async (c) => {
    if (!clerk.hasWebhooks) {
      // Once: anybody can come here.
      if (!warned)
        log.warn(
          'Something was sent to /api/clerk/webhook, but CLERK_WEBHOOK_SIGNING_SECRET is not set. Copy the Signing Secret of the endpoint from Clerk’s dashboard, Webhooks.',
        )
      warned = true
      throw new AppError('not_found', 'There is no such address. The API is described at /api/docs.')
    }
    // What was read of the body is the text that was signed.
    const { url, method, headers } = c.req.raw
    const request = new Request(url, { method, headers, body: await c.req.text() })
    await takeMessage(tracker, await clerk.readMessage(request))
    return answer(c, null, 204, {})
  })
  return app
}
