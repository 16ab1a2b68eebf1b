import { changeGuild, disconnectGuild } from '#shared/guilds/operations.ts'
import { listGuilds } from '#shared/guilds/queries.ts'
import { ChangeGuild, OfGuild } from '#shared/guilds/schema.ts'
import { gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { InWorkspace } from '../params.ts'
import { sendGone, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Discord servers'
const path = '/workspaces/{slug}/guilds' as const
const params = InWorkspace.extend(OfGuild.shape)

/** Connecting a server is left to `/setup`: only Discord says who may manage it. */
export const guilds = router()
  .openapi(ok({ method: 'get', path, tag }, listGuilds, { params: InWorkspace }), async (c) =>
    sendRead(c, await listGuilds(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    ok({ method: 'patch', path: `${path}/{guildId}`, tag }, changeGuild, {
      params,
      body: jsonBody(ChangeGuild.omit({ guildId: true })),
    }),
    async (c) => {
      const { slug, guildId } = c.req.valid('param')
      return sendResult(c, await changeGuild(contextOf(c, slug), { ...c.req.valid('json'), guildId }), 200)
    },
  )
  .openapi(gone({ path: `${path}/{guildId}`, tag }, disconnectGuild, { params }), async (c) => {
    const { slug, guildId } = c.req.valid('param')
    await disconnectGuild(contextOf(c, slug), { guildId })
    return sendGone(c)
  })
