import { hash } from 'node:crypto'
import { Hono } from 'hono'

import type { DiscordParts } from '../parts.ts'
import { DiscordRefusal, refusals } from '../refusals.ts'
import { applicationRoutes } from './applications.ts'
import { channelRoutes } from './channels.ts'
import { commandRoutes } from './commands.ts'
import { guildRoutes } from './guilds.ts'
import { interactionRoutes } from './interactions.ts'
import { userRoutes } from './users.ts'

/** Discord's REST API, version 10, to be mounted at `…/api`; a path without a version means the same. */
export function createRestApi(parts: DiscordParts): Hono {
  const versioned = routes(parts)
  return new Hono()
    .route('/v10', versioned)
    .all('/:version{v\\d+}/*', () => {
      throw refusals.invalidApiVersion()
    })
    .route('/', versioned)
}

function routes(parts: DiscordParts): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    // Generous, but present: clients read them and must be seen to cope.
    c.header('x-ratelimit-limit', '1000')
    c.header('x-ratelimit-remaining', '999')
    c.header('x-ratelimit-reset', (parts.state.now() / 1000 + 1).toFixed(3))
    c.header('x-ratelimit-reset-after', '1.000')
    c.header('x-ratelimit-bucket', hash('sha256', c.req.path).slice(0, 32))
  })
  app.route('/', interactionRoutes(parts))
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bot ${parts.state.application.token}`)
      throw refusals.unauthorized()
    await next()
  })
  for (const area of [applicationRoutes, commandRoutes, channelRoutes, guildRoutes, userRoutes]) {
    app.route('/', area(parts))
  }
  app.all('*', () => {
    throw refusals.noRoute()
  })
  return app
}

/** Answers a refusal in Discord's shape. Anything else is a bug and is thrown on. */
export function answerRefusal(error: unknown): Response {
  if (error instanceof DiscordRefusal) return Response.json(error.toBody(), { status: error.status })
  throw error
}
