import { expect, test } from 'vitest'

import type { ClientAnswer, ClientEvent, ClientMessage } from '#local/discord/client-api.ts'
import { discordWorld, type DiscordWorld } from '#test/local/discord-world.ts'

/** The page's way of asking: JSON, with the account in a header. */
function asking({ url, discord }: DiscordWorld, user: string) {
  const headers = { 'x-account': discord.findUser(user).id, 'content-type': 'application/json' }
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/client${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }
}

/** Reads server-sent events until `count` have come. */
async function readEvents(answer: Response, count: number): Promise<ClientEvent[]> {
  const events: ClientEvent[] = []
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    events.push(...parts.filter((part) => part.startsWith('data: ')).map((part) => JSON.parse(part.slice(6))))
    if (events.length >= count) break
  }
  return events
}

test('the page learns who one can be, and what each of them sees', async () => {
  const world = await discordWorld()
  const accounts = await asking(world, 'bob')('GET', '/accounts')
  const adas = await asking(world, 'ada')('GET', '/guilds')
  const bobs = await asking(world, 'bob')('GET', '/guilds')
  const eves = await asking(world, 'eve')('GET', '/guilds')

  const names = (guild: { channels: { name: string }[] }) => guild.channels.map((channel) => channel.name)
  expect(accounts.body).toMatchObject([
    { username: 'ada', globalName: 'Ada Lovelace', about: 'owner of the guild' },
    { username: 'bob' },
    { username: 'eve' },
  ])
  expect(adas.body.map(names)).toEqual([['general', 'owners']])
  expect(bobs.body.map(names)).toEqual([['general']])
  expect(eves.body).toEqual([])
})

test('pictures of people are served harmlessly', async () => {
  const world = await discordWorld()
  const { body } = await asking(world, 'bob')('GET', '/accounts')

  const picture = await fetch(new URL(body[0].avatarUrl, world.url))

  expect(picture.headers.get('content-type')).toBe('image/svg+xml')
  expect(picture.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(picture.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await picture.text()).toMatch(/>\s*AL\s*<\/text>/)
})

test('a name cannot smuggle markup into its picture', async () => {
  const { discord, url } = await discordWorld()
  const { id } = discord.addUser({ username: 'mallory', globalName: '<script>alert(1)</script>' })

  const picture = await (await fetch(`${url}/avatars/${id}.svg`)).text()

  expect(picture).not.toContain('<script')
})

test('what is written is told to those who see the channel', async () => {
  const world = await discordWorld()
  const ada = asking(world, 'ada')
  const owners = world.discord.findChannel(world.guildId, 'owners').id
  const bobs = await fetch(`${world.url}/client/events?account=${world.discord.findUser('bob').id}`)

  await ada('POST', `/channels/${owners}/messages`, { content: 'secret' })
  const written = await ada('POST', `/channels/${world.generalId}/messages`, { content: 'hello' })
  const events = await readEvents(bobs, 2)

  expect(written.status).toBe(201)
  expect(events).toMatchObject([
    { type: 'bot.presence', online: false },
    { type: 'message.created', channelId: world.generalId, message: { content: 'hello' } },
  ])
  expect((await asking(world, 'bob')('GET', `/channels/${world.generalId}/messages`)).body).toMatchObject([
    { content: 'hello', ephemeral: false, loading: false, usedCommand: null },
  ])
})

test('a command, a button and putting an ephemeral answer away, as the page does it', async () => {
  const world = await discordWorld()
  const client = await world.connect()
  await client.application.commands.set([{ name: 'card', description: 'A card' }])
  client.on('interactionCreate', (interaction) => {
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] }]
    if (interaction.isChatInputCommand()) {
      void interaction.reply({ content: 'A card', components, flags: 'Ephemeral' })
    }
    if (interaction.isButton()) void interaction.update({ content: 'Gone', components: [] })
  })
  const bob = asking(world, 'bob')
  const where = { guildId: world.guildId, channelId: world.generalId }

  const commands = await bob('GET', `/guilds/${world.guildId}/commands`)
  const used = await bob('POST', '/interactions', { type: 'command', ...where, name: 'card', options: {} })
  const card: ClientMessage = used.body.message
  const press = { type: 'component', channelId: world.generalId, messageId: card.id, customId: 'go' }
  const pressed: ClientAnswer = (await bob('POST', '/interactions', press)).body
  const path = `/channels/${world.generalId}/messages`
  const put = await bob('DELETE', `${path}/${card.id}`)

  expect(commands.body).toMatchObject([{ name: 'card', type: 1 }])
  expect(card).toMatchObject({ ephemeral: true, usedCommand: { name: 'card' } })
  expect(pressed).toMatchObject({
    kind: 'updated',
    message: { id: card.id, content: 'Gone', components: [] },
  })
  expect([put.status, (await bob('GET', path)).body]).toEqual([204, []])
})

test('the page is told when the bot comes and goes', async () => {
  const world = await discordWorld()
  const events = await fetch(`${world.url}/client/events?account=${world.discord.findUser('bob').id}`)

  const client = await world.connect()
  await client.destroy()

  expect(await readEvents(events, 3)).toEqual([
    { type: 'bot.presence', online: false },
    { type: 'bot.presence', online: true },
    { type: 'bot.presence', online: false },
  ])
})

test.each([
  ['an unknown account', { 'x-account': '100000000000000000' }, {}, 404, 10013],
  ['a body that is no interaction', {}, { type: 'nonsense' }, 400, 50035],
])('%s is refused', async (_, headers, body, status, code) => {
  const { url, discord } = await discordWorld()

  const answer = await fetch(`${url}/client/interactions`, {
    method: 'POST',
    headers: { 'x-account': discord.findUser('bob').id, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ type: 'command', guildId: null, channelId: '1', name: 'a', options: {}, ...body }),
  })

  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ code })
})
