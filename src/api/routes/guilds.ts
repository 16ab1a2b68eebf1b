import { changeGuild, disconnectGuild } from '#shared/guilds/operations.ts'
import { listGuilds } from '#shared/guilds/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Discord servers'
const path = '/workspaces/{slug}/guilds' as const

/** Connecting a server is left to `/setup`: only Discord says who may manage it. */
export const guilds = router()
  .openapi(...endpoint('get', path, tag, listGuilds))
  .openapi(...endpoint('patch', `${path}/{guildId}`, tag, changeGuild))
  .openapi(...endpoint('delete', `${path}/{guildId}`, tag, disconnectGuild, { status: 204 }))
