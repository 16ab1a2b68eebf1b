import { GatewayIntentBits as Intents } from 'discord-api-types/v10'
import { Hono, type Context } from 'hono'

import type { DiscordParts } from '../parts.ts'
import { presentChannel, presentGuild, presentMember, presentRole } from '../presenters.ts'
import type { GuildRecord } from '../records.ts'
import { refusals } from '../refusals.ts'
import { pathId, queryNumber } from './path-ids.ts'

/** Guilds, their channels, roles and members. Source: "Guild" in Discord's reference. */
export function guildRoutes({ state, privilegedIntents }: DiscordParts): Hono {
  const app = new Hono()
  const guildOf = (c: Context): GuildRecord => state.getBotGuild(pathId(c, 'guildId'))

  app.get('/guilds/:guildId', (c) => {
    const guild = guildOf(c)
    const counts =
      c.req.query('with_counts') === 'true'
        ? { approximate_member_count: guild.members.length, approximate_presence_count: guild.members.length }
        : {}
    return c.json({ ...presentGuild(guild), ...counts })
  })
  app.get('/guilds/:guildId/channels', (c) =>
    c.json(state.channelsOf(guildOf(c)).map((channel) => presentChannel(state, channel))),
  )
  app.get('/guilds/:guildId/roles', (c) => c.json(guildOf(c).roles.map(presentRole)))
  app.get('/guilds/:guildId/roles/:roleId', (c) => {
    const roleId = pathId(c, 'roleId')
    const role = guildOf(c).roles.find((role) => role.id === roleId)
    if (role === undefined) throw refusals.unknownRole()
    return c.json(presentRole(role))
  })

  app.get('/guilds/:guildId/members', (c) => {
    const guild = guildOf(c)
    // Discord gives the list of all members only to applications which may use the members intent.
    if ((privilegedIntents & Intents.GuildMembers) === 0) throw refusals.missingAccess()
    const limit = queryNumber(c, 'limit', { least: 1, most: 1000, absent: 1 })
    const after = BigInt(c.req.query('after') ?? 0)
    const members = guild.members
      .filter((member) => BigInt(member.userId) > after)
      .sort((a, b) => (BigInt(a.userId) < BigInt(b.userId) ? -1 : 1))
    return c.json(members.slice(0, limit).map((member) => presentMember(state, member)))
  })
  app.get('/guilds/:guildId/members/search', (c) => {
    const query = (c.req.query('query') ?? '').toLowerCase()
    const limit = queryNumber(c, 'limit', { least: 1, most: 1000, absent: 1 })
    const found = guildOf(c).members.filter(({ userId }) => {
      const user = state.getUser(userId)
      return [user.username, user.globalName ?? ''].some((name) => name.toLowerCase().startsWith(query))
    })
    return c.json(found.slice(0, limit).map((member) => presentMember(state, member)))
  })
  app.get('/guilds/:guildId/members/:userId', (c) => {
    const guild = guildOf(c)
    const user = state.getUser(pathId(c, 'userId'))
    return c.json(presentMember(state, state.getMember(guild, user.id)))
  })
  return app
}
