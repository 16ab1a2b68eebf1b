import { Hono } from 'hono'

import { publishedProblems } from '../forms/published-form.ts'
import type { DiscordParts } from '../parts.ts'
import { permissionsIn } from '../permissions.ts'
import { presentChannel, presentUser } from '../presenters.ts'
import { invalidForm, refusals } from '../refusals.ts'
import { pathId } from './path-ids.ts'
import { readBody } from './request-body.ts'

/** Users, and direct messages with them. Source: "User" in Discord's reference. */
export function userRoutes({ state }: DiscordParts): Hono {
  const app = new Hono()

  app.get('/users/@me', (c) =>
    c.json({ ...presentUser(state.getUser(state.botId)), verified: true, mfa_enabled: false, email: null }),
  )
  app.get('/users/@me/guilds', (c) =>
    c.json(
      state.guildsOf(state.botId).map((guild) => ({
        id: guild.id,
        name: guild.name,
        icon: null,
        banner: null,
        owner: guild.ownerId === state.botId,
        permissions: permissionsIn(guild, state.botId).toString(),
        features: [],
      })),
    ),
  )
  app.post('/users/@me/channels', async (c) => {
    const { body } = await readBody(c.req.raw)
    const { CreatePrivateChannelRequestSchema } = await import('discord-api-spec/zod')
    const problems = publishedProblems(CreatePrivateChannelRequestSchema, body)
    if (problems.length > 0) throw invalidForm(problems)
    // The description has been checked: the field is a snowflake, null or absent.
    const { recipient_id } = body as { recipient_id?: string | null }
    if (!recipient_id) {
      throw invalidForm([
        { path: ['recipient_id'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' },
      ])
    }
    const recipient = state.getUser(recipient_id)
    if (recipient.bot) throw refusals.cannotMessageUser()
    return c.json(presentChannel(state, state.openDirect(recipient.id)))
  })
  app.get('/users/:userId', (c) => c.json(presentUser(state.getUser(pathId(c, 'userId')))))
  return app
}
