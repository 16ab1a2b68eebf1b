import { Routes, type Guild } from 'discord.js'
import { expect, test } from 'vitest'

import { discordWorld } from '#test/local/discord-world.ts'

async function workshop(): Promise<Awaited<ReturnType<typeof discordWorld>> & { guild: Guild }> {
  const world = await discordWorld()
  const client = await world.connect()
  return { ...world, guild: await client.guilds.fetch(world.guildId) }
}

test('a member is fetched with roles and permissions', async () => {
  const { guild, discord } = await workshop()

  const bob = await guild.members.fetch(discord.findUser('bob').id)
  const ada = await guild.members.fetch(discord.findUser('ada').id)

  expect(bob.roles.cache.map((role) => role.name).sort()).toEqual(['@everyone', 'triage'])
  expect([bob.permissions.has('ManageGuild'), ada.permissions.has('ManageGuild')]).toEqual([false, true])
})

test('a member who has left is not found any more', async () => {
  const { rest, discord, guildId } = await discordWorld()
  const bob = discord.findUser('bob').id
  await rest.get(Routes.guildMember(guildId, bob))

  discord.removeMember(guildId, 'bob')

  await expect(rest.get(Routes.guildMember(guildId, bob))).rejects.toMatchObject({ status: 404, code: 10007 })
})

test('roles and channels are listed', async () => {
  const { guild } = await workshop()

  const roles = await guild.roles.fetch()
  const channels = await guild.channels.fetch()

  expect(roles.map((role) => role.name).sort()).toEqual(['@everyone', 'Snag', 'managers', 'triage'])
  expect(channels.map((channel) => channel?.name)).toEqual(['general', 'owners'])
})

test('messages are sent, edited, fetched and deleted', async () => {
  const { guild, generalId } = await workshop()
  const channel = await guild.channels.fetch(generalId)
  if (!channel?.isTextBased()) throw new Error('general is a text channel')

  const sent = await channel.send('one')
  await sent.edit('two')
  const fetched = await channel.messages.fetch({ message: sent.id, force: true })
  await channel.send('three')
  const newest = await channel.messages.fetch({ limit: 1 })
  await sent.delete()

  expect(fetched).toMatchObject({ content: 'two', author: { bot: true } })
  expect(fetched.editedAt).toBeInstanceOf(Date)
  expect(newest.map((message) => message.content)).toEqual(['three'])
  await expect(channel.messages.fetch({ message: sent.id, force: true })).rejects.toMatchObject({
    code: 10008,
  })
})

test('a message with an enforced nonce is made once', async () => {
  const { rest, generalId, discord } = await discordWorld()
  const body = { content: 'once', nonce: 'event-1', enforce_nonce: true }

  const first = await rest.post(Routes.channelMessages(generalId), { body })
  const second = await rest.post(Routes.channelMessages(generalId), { body })

  expect(second).toEqual(first)
  expect(discord.person('bob').messages(generalId)).toHaveLength(1)
})

test('only those a message may ping are mentioned', async () => {
  const { rest, discord, generalId } = await discordWorld()
  const bob = discord.findUser('bob').id
  const post = (allowed_mentions: unknown) =>
    rest.post(Routes.channelMessages(generalId), { body: { content: `<@${bob}>`, allowed_mentions } })

  expect(await post({ parse: [] })).toMatchObject({ mentions: [] })
  expect(await post({ users: [bob] })).toMatchObject({ mentions: [{ username: 'bob' }] })
})

test('a direct message opens one channel, however often it is asked for', async () => {
  const { connect, discord } = await discordWorld()
  const client = await connect()
  const bob = await client.users.fetch(discord.findUser('bob').id)

  await bob.send('psst')
  const again = await bob.createDM(true)

  const person = discord.person('bob')
  expect(person.directs()).toMatchObject([{ id: again.id, name: 'Snag', guildId: null }])
  expect(person.messages(again.id)).toMatchObject([{ content: 'psst' }])
})

test('commands are registered globally and for a guild, changed and removed', async () => {
  const { connect, guildId } = await discordWorld()
  const { application } = await connect()

  const [first] = (await application.commands.set([{ name: 'issue', description: 'one' }])).values()
  const [second] = (await application.commands.set([{ name: 'issue', description: 'two' }])).values()
  const own = await application.commands.create({ name: 'setup', description: 'Set up' }, guildId)
  await application.commands.edit(own.id, { description: 'Set this server up' }, guildId)

  expect(second?.id).toBe(first?.id)
  expect((await application.commands.fetch()).map((command) => command.description)).toEqual(['two'])
  expect((await application.commands.fetch({ guildId })).map((command) => command.description)).toEqual([
    'Set this server up',
  ])
  await application.commands.delete(own.id, guildId)
  expect((await application.commands.fetch({ guildId })).size).toBe(0)
})

test('the application tells who it is and how to reach the gateway', async () => {
  const { rest, discord, url } = await discordWorld()

  expect(await rest.get(Routes.currentApplication())).toMatchObject({
    id: discord.applicationId,
    verify_key: discord.publicKey,
    bot: { id: discord.applicationId, bot: true },
  })
  expect(discord.publicKey).toMatch(/^[0-9a-f]{64}$/)
  expect(await rest.get(Routes.gatewayBot())).toMatchObject({
    url: `${url.replace('http', 'ws')}/gateway`,
    session_start_limit: { max_concurrency: 1 },
  })
})

test('answers carry generous rate limits', async () => {
  const { discord } = await discordWorld()

  const answer = await fetch(`${discord.apiUrl}/users/@me`, {
    headers: { authorization: `Bot ${discord.token}` },
  })

  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-ratelimit-remaining')).toBe('999')
})
