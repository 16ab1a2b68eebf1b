import { MessageFlags, REST, Routes } from 'discord.js'
import { expect, test } from 'vitest'

import { DiscordRefusal } from '#local/discord/refusals.ts'
import { asked, error, refusal, row } from '#test/local/discord-refusal.ts'
import { discordWorld } from '#test/local/discord-world.ts'

const NOBODY = '100000000000000000'

test('a request without the bot’s token is unauthorized', async () => {
  const { discord } = await discordWorld()
  const rest = new REST({ api: discord.apiUrl, version: '10', retries: 0 }).setToken('wrong')

  expect(await refusal(rest.get(Routes.user('@me')))).toMatchObject({ status: 401, code: 0 })
})

test('what is not there is refused with its own code', async () => {
  const { rest, guildId, generalId, discord } = await discordWorld()
  const codes = await Promise.all(
    [
      Routes.channel(NOBODY),
      Routes.guild(NOBODY),
      Routes.guildMember(NOBODY, NOBODY),
      Routes.guildMember(guildId, discord.findUser('eve').id),
      Routes.channelMessage(generalId, NOBODY),
      Routes.guildRole(guildId, NOBODY),
      Routes.user(NOBODY),
      Routes.applicationCommand(discord.applicationId, NOBODY),
    ].map(async (route) => await refusal(rest.get(route))),
  )

  expect(codes.map(({ code }) => code)).toEqual([10003, 10004, 10004, 10007, 10008, 10011, 10013, 10063])
  expect(new Set(codes.map(({ status }) => status))).toEqual(new Set([404]))
})

test('an id which is no snowflake is an invalid form', async () => {
  const { rest } = await discordWorld()

  expect(await refusal(rest.get('/channels/general'))).toMatchObject({
    status: 400,
    code: 50035,
    errors: { channelId: error('NUMBER_TYPE_COERCE') },
  })
})

test('a bot cannot see or write where its permissions do not let it', async () => {
  const { rest, discord, guildId, generalId } = await discordWorld()
  const owners = discord.findChannel(guildId, 'owners').id
  const body = { content: 'hello' }
  const { id } = await discord.person('bob').write(generalId, 'mine')

  expect(await refusal(rest.post(Routes.channelMessages(owners), { body }))).toMatchObject({
    status: 403,
    code: 50001,
  })
  discord.setChannelOverwrites(guildId, 'general', [{ role: 'Snag', deny: ['SendMessages'] }])
  expect(await refusal(rest.post(Routes.channelMessages(generalId), { body }))).toMatchObject({ code: 50013 })
  expect(await refusal(rest.delete(Routes.channelMessage(generalId, id)))).toMatchObject({ code: 50013 })
  expect(await refusal(rest.patch(Routes.channelMessage(generalId, id), { body }))).toMatchObject({
    code: 50005,
  })
})

test('a bot cannot write to someone who shares no guild with it, or accepts nothing', async () => {
  const { rest, discord } = await discordWorld()
  discord.setAcceptsDirectMessages('bob', false)
  const write = async (user: string) => {
    const body = { recipient_id: discord.findUser(user).id }
    // The route answers with a channel, as Discord's does.
    const channel = (await rest.post(Routes.userChannels(), { body })) as { id: string }
    return rest.post(Routes.channelMessages(channel.id), { body: { content: 'psst' } })
  }

  expect(await refusal(write('eve'))).toMatchObject({ status: 403, code: 50007 })
  expect(await refusal(write('bob'))).toMatchObject({ status: 403, code: 50007 })
  await expect(write('ada')).resolves.toMatchObject({ content: 'psst' })
  expect(discord.person('ada').directs()).toHaveLength(1)
})

test('an interaction can be answered once', async () => {
  const { bob, next, callback } = await asked()
  const interaction = next()
  const answer = bob.command('issue')
  await callback(await interaction, { type: 4, data: { content: 'one' } })

  const twice = await refusal(callback(await interaction, { type: 4, data: { content: 'two' } }))

  expect(twice).toMatchObject({ status: 400, code: 40060 })
  expect(await answer).toMatchObject({ kind: 'message', message: { content: 'one' } })
})

test('of two answers at once one is too late', async () => {
  const { bob, next, callback } = await asked()
  const interaction = next()
  const answer = bob.command('issue')
  const { id, token } = await interaction

  const results = await Promise.allSettled(
    ['one', 'two'].map((content) => callback({ id, token }, { type: 4, data: { content } })),
  )

  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await answer).toMatchObject({ kind: 'message' })
})

test('after three seconds an interaction is unknown, and the person has been told', async () => {
  const { bob, next, callback } = await asked()
  const interaction = next()
  const answer = await bob.command('issue')

  expect(answer.kind).toBe('failed')
  expect(await refusal(callback(await interaction, { type: 4, data: { content: 'late' } }))).toMatchObject({
    status: 404,
    code: 10062,
  })
})

test('the token of an interaction serves for a quarter of an hour', async () => {
  let ms = Date.now()
  const { discord, rest, connect } = await discordWorld({ now: () => ms })
  const client = await connect()
  await client.application.commands.create({ name: 'issue', description: 'd' })
  const { promise, resolve } = Promise.withResolvers<string>()
  client.once('interactionCreate', (interaction) => {
    resolve(interaction.token)
    if (interaction.isRepliable()) void interaction.deferReply()
  })
  await discord.person('bob').command('issue')
  const route = Routes.webhookMessage(discord.applicationId, await promise)

  ms += 14 * 60_000
  await rest.patch(route, { body: { content: 'in time' }, auth: false })
  ms += 2 * 60_000

  const late = await refusal(rest.patch(route, { body: { content: 'late' }, auth: false }))
  expect(late).toMatchObject({ status: 401, code: 50027 })
})

test('a follow-up before the answer finds no webhook', async () => {
  const { bob, next, callback, rest, discord } = await asked()
  const interaction = next()
  const answer = bob.command('issue')
  const { id, token } = await interaction

  const early = rest.post(Routes.webhook(discord.applicationId, token), {
    body: { content: 'x' },
    auth: false,
  })

  expect(await refusal(early)).toMatchObject({ status: 404, code: 10015 })
  await callback({ id, token }, { type: 4, data: { content: 'one' } })
  await answer
})

test('malformed JSON is refused', async () => {
  const { discord, generalId } = await discordWorld()

  const answer = await fetch(`${discord.apiUrl}/v10/channels/${generalId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
    body: '{',
  })

  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 50109 })
})

test('a person’s app is refused what Discord would refuse before asking the bot', async () => {
  const { bob, next, callback, discord, rest, guildId, generalId } = await asked()
  const options = [{ type: 3, name: 'title', description: 'd', required: true, min_length: 3 }]
  const body = { name: 'file', description: 'd', options, default_member_permissions: '32' }
  await rest.post(Routes.applicationGuildCommands(discord.applicationId, guildId), { body })
  const ada = discord.person('ada')
  const interaction = next()
  const answer = bob.command('issue')
  const button = { type: 2, style: 1, label: 'a', custom_id: 'a', disabled: true }
  const data = { content: 'x', flags: MessageFlags.Ephemeral, components: [row(button)] }
  await callback(await interaction, { type: 4, data })
  await answer
  const [message] = bob.messages(generalId)
  if (message === undefined) throw new Error('The answer is missing')

  const codes = await Promise.all(
    [
      ada.command('file', {}),
      ada.command('file', { title: 'ab' }),
      ada.command('file', { title: 'abc', more: 1 }),
      ada.command('unknown'),
      bob.command('file', { title: 'abc' }),
      bob.press(message, 'a'),
      bob.press(message, 'b'),
      ada.press(message, 'a'),
      bob.write(discord.findChannel(guildId, 'owners').id, 'x'),
    ].map((attempt) =>
      attempt.then(
        () => 'taken',
        (error: unknown) => (error instanceof DiscordRefusal ? error.code : error),
      ),
    ),
  )

  expect(codes).toEqual([50035, 50035, 50035, 10063, 10063, 50035, 50035, 10008, 50001])
})
