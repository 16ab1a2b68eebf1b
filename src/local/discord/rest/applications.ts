import { Hono } from 'hono'

import type { DiscordParts } from '../parts.ts'
import { presentApplication, presentUser } from '../presenters.ts'

/** The application itself, and how to reach the gateway. */
export function applicationRoutes({ state, gatewayUrl, privilegedIntents }: DiscordParts): Hono {
  const app = new Hono()
  const owner = () => [...state.users.values()].find((user) => !user.bot)

  for (const path of ['/applications/@me', '/oauth2/applications/@me']) {
    app.get(path, (c) => {
      const first = owner()
      return c.json({
        ...presentApplication(state, privilegedIntents),
        ...(first === undefined ? {} : { owner: presentUser(first) }),
      })
    })
  }
  app.get('/gateway', (c) => c.json({ url: gatewayUrl }))
  app.get('/gateway/bot', (c) =>
    c.json({
      url: gatewayUrl,
      shards: 1,
      session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
    }),
  )
  return app
}
