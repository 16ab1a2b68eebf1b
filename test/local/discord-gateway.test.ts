import { once } from 'node:events'

import { Events, GatewayDispatchEvents, GatewayIntentBits, Routes } from 'discord.js'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'

import type { LocalDiscord } from '#local/discord/local-discord.ts'
import { discordWorld } from '#test/local/discord-world.ts'

function gatewayOf(discord: LocalDiscord): string {
  return discord.apiUrl.replace('http', 'ws').replace('/api', '/gateway')
}

test('a real client logs in and knows its guilds', async () => {
  const { connect, discord, guildId } = await discordWorld()

  const client = await connect()

  expect(client.user.id).toBe(discord.applicationId)
  expect(client.application.id).toBe(discord.applicationId)
  expect(client.guilds.cache.get(guildId)?.name).toBe('Workshop')
  expect(client.guilds.cache.get(guildId)?.channels.cache.map((channel) => channel.name)).toEqual([
    'general',
    'owners',
  ])
})

test('a wrong token is turned away', async () => {
  const { discord } = await discordWorld()
  const socket = new WebSocket(`${gatewayOf(discord)}?v=10&encoding=json`)
  await once(socket, 'message')

  const properties = { os: 'linux', browser: 'test', device: 'test' }
  socket.send(JSON.stringify({ op: 2, d: { token: 'wrong', intents: 1, properties } }))

  expect((await once(socket, 'close'))[0]).toBe(4004)
})

test('a client whose connection breaks resumes and misses nothing', async () => {
  const { connect, discord, guildId } = await discordWorld()
  const client = await connect()
  const resumed = once(client, Events.ShardResume)
  const roleCreated = once(client, Events.GuildRoleCreate)

  discord.dropConnections('break')
  discord.addRole(guildId, { name: 'made in between' })

  const [, replayed] = await resumed
  const [role] = await roleCreated
  expect(replayed).toBeGreaterThan(0)
  expect(role.name).toBe('made in between')
})

test('two clients at once are both told of the same thing', async () => {
  const { connect, discord, guildId } = await discordWorld()
  const clients = [await connect(), await connect()]
  const told = Promise.all(clients.map((client) => once(client, Events.ChannelCreate)))

  discord.addChannel(guildId, { name: 'news' })

  const channels = await told
  expect(channels.map(([channel]) => channel.name)).toEqual(['news', 'news'])
})

test('a bot learns of the guilds that invite it and throw it out', async () => {
  const { connect, discord } = await discordWorld()
  const client = await connect()

  const joined = once(client, Events.GuildCreate)
  discord.addGuild({ name: 'Second', owner: 'eve' })
  expect((await joined)[0].name).toBe('Second')

  const left = once(client, Events.GuildDelete)
  discord.removeGuild('Second')
  expect((await left)[0].name).toBe('Second')
})

test('a bot thrown out of a guild knows nothing of it, until it is invited again', async () => {
  const { connect, discord, guildId, rest } = await discordWorld()
  const client = await connect()

  const left = once(client, Events.GuildDelete)
  discord.removeMember(guildId, 'Snag')
  await left
  await expect(rest.get(Routes.guild(guildId))).rejects.toMatchObject({ code: 10004 })
  expect(discord.person('ada').commands(guildId)).toEqual([])

  const joined = once(client, Events.GuildCreate)
  discord.addMember(guildId, 'Snag')
  expect((await joined)[0].id).toBe(guildId)
})

test('messages and members are told only to those who asked for them', async () => {
  const { connect, discord, guildId, generalId } = await discordWorld({
    privilegedIntents: GatewayIntentBits.GuildMembers,
  })
  const modest = await connect()
  const curious = await connect({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMembers],
  })
  const told: string[] = []
  modest.ws.on(GatewayDispatchEvents.MessageCreate, () => told.push('message'))
  modest.ws.on(GatewayDispatchEvents.GuildMemberUpdate, () => told.push('member'))
  const message = once(curious, Events.MessageCreate)
  const member = once(curious, Events.GuildMemberUpdate)

  await discord.person('bob').write(generalId, 'hello')
  discord.setMemberRoles(guildId, 'bob', ['managers'])

  expect((await message)[0]).toMatchObject({ content: '', author: { username: 'bob' } })
  expect((await member)[1].roles.cache.map((role: { name: string }) => role.name)).toContain('managers')
  expect(told).toEqual([])
})

test('a privileged intent which is switched off is refused', async () => {
  const { discord } = await discordWorld()
  const socket = new WebSocket(gatewayOf(discord))
  await once(socket, 'message')

  const properties = { os: 'linux', browser: 'test', device: 'test' }
  const intents = GatewayIntentBits.Guilds | GatewayIntentBits.MessageContent
  socket.send(JSON.stringify({ op: 2, d: { token: discord.token, intents, properties } }))

  expect((await once(socket, 'close'))[0]).toBe(4014)
})

test('a connection without a heartbeat is closed', async () => {
  const { discord } = await discordWorld({ heartbeatIntervalMs: 80 })
  const socket = new WebSocket(gatewayOf(discord))

  expect((await once(socket, 'close'))[0]).toBe(4009)
})
