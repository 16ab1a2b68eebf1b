import { DiscordAPIError, MessageFlags, REST, Routes } from 'discord.js'
import { expect, test } from 'vitest'

import { DiscordRefusal } from '#local/discord/refusals.ts'
import { discordWorld, type DiscordWorld } from '#test/local/discord-world.ts'

const NOBODY = '100000000000000000'

/** The refusal a request meets, as discord.js reports it. */
async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; code: number | string; errors: unknown }> {
  const error = await request.then(
    () => new Error('It was not refused'),
    (error: unknown) => error,
  )
  if (!(error instanceof DiscordAPIError)) throw error
  const errors = 'errors' in error.rawError ? error.rawError.errors : undefined
  return { status: error.status, code: error.code, errors }
}

/** What the bot's message is refused for, or null when it is taken. */
async function problemsOf({ rest, generalId }: DiscordWorld, body: unknown): Promise<unknown> {
  const answer = await rest.post(Routes.channelMessages(generalId), { body }).then(
    () => null,
    (error: unknown) => error,
  )
  if (answer === null) return null
  if (!(answer instanceof DiscordAPIError)) throw answer
  return 'errors' in answer.rawError ? answer.rawError.errors : answer.code
}

function error(code: string): unknown {
  return { _errors: [expect.objectContaining({ code })] }
}

function row(...components: unknown[]): unknown {
  return { type: 1, components }
}

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

test.each([
  ['nothing at all', {}, 50006],
  ['too long a text', { content: 'x'.repeat(2001) }, { content: error('BASE_TYPE_MAX_LENGTH') }],
  ['a text that is none', { content: { a: 1 } }, { content: error('STRING_TYPE_CONVERT') }],
  [
    'embeds of more than 6000 characters together',
    { embeds: [{ description: 'x'.repeat(4000) }, { description: 'y'.repeat(2001) }] },
    { embeds: error('MAX_EMBED_SIZE_EXCEEDED') },
  ],
  [
    'an embed field without a name',
    { embeds: [{ title: 'a', fields: [{ name: '', value: 'b' }] }] },
    { embeds: { 0: { fields: { 0: { name: error('BASE_TYPE_REQUIRED') } } } } },
  ],
  [
    'a text beside new components',
    { content: 'a', flags: MessageFlags.IsComponentsV2, components: [{ type: 10, content: 'b' }] },
    { content: error('MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2') },
  ],
  [
    'new components without their flag',
    { components: [{ type: 10, content: 'b' }] },
    { components: { 0: error('UNION_TYPE_CHOICES') } },
  ],
  [
    'more than 40 components',
    { flags: MessageFlags.IsComponentsV2, components: Array.from({ length: 41 }, () => ({ type: 14 })) },
    { components: error('BASE_TYPE_MAX_LENGTH') },
  ],
  [
    'more than 40 components, some inside others',
    {
      flags: MessageFlags.IsComponentsV2,
      components: [{ type: 17, components: Array.from({ length: 40 }, () => ({ type: 14 })) }],
    },
    { components: error('COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED') },
  ],
  [
    'more than 4000 characters of displayed text',
    {
      flags: MessageFlags.IsComponentsV2,
      components: [
        { type: 10, content: 'x'.repeat(3000) },
        { type: 10, content: 'y'.repeat(1001) },
      ],
    },
    { components: error('COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED') },
  ],
  [
    'one custom id twice',
    {
      content: 'a',
      components: [
        row(
          { type: 2, style: 1, label: 'b', custom_id: 'x' },
          { type: 2, style: 1, label: 'c', custom_id: 'x' },
        ),
      ],
    },
    { components: { 0: { components: { 1: { custom_id: error('COMPONENT_CUSTOM_ID_DUPLICATED') } } } } },
  ],
  [
    'too long a custom id',
    { content: 'a', components: [row({ type: 2, style: 1, label: 'b', custom_id: 'x'.repeat(101) })] },
    { components: { 0: { components: { 0: { custom_id: error('BASE_TYPE_MAX_LENGTH') } } } } },
  ],
  [
    'too long a label',
    { content: 'a', components: [row({ type: 2, style: 1, label: 'b'.repeat(81), custom_id: 'x' })] },
    { components: { 0: { components: { 0: { label: error('BASE_TYPE_MAX_LENGTH') } } } } },
  ],
  [
    'a button without a custom id',
    { content: 'a', components: [row({ type: 2, style: 1, label: 'b' })] },
    { components: { 0: { components: { 0: { custom_id: error('BUTTON_COMPONENT_CUSTOM_ID_REQUIRED') } } } } },
  ],
  [
    'a select beside a button',
    {
      content: 'a',
      components: [
        row(
          { type: 2, style: 1, label: 'b', custom_id: 'x' },
          { type: 3, custom_id: 'y', options: [{ label: 'a', value: 'a' }] },
        ),
      ],
    },
    { components: { 0: { components: { 1: error('COMPONENT_LAYOUT_WIDTH_EXCEEDED') } } } },
  ],
  [
    'a select of 26 options',
    {
      content: 'a',
      components: [
        row({
          type: 3,
          custom_id: 'y',
          options: Array.from({ length: 26 }, (_, n) => ({ label: `${n}`, value: `${n}` })),
        }),
      ],
    },
    { components: { 0: { components: { 0: { options: error('BASE_TYPE_MAX_LENGTH') } } } } },
  ],
  [
    'a component of an unknown type',
    { content: 'a', components: [{ type: 99 }] },
    { components: { 0: error('UNION_TYPE_CHOICES') } },
  ],
])('a message is refused for %s', async (_, body, problems) => {
  expect(await problemsOf(await discordWorld(), body)).toEqual(problems)
})

const OPTION = { type: 3, name: 'title', description: 'd' }

test.each([
  [
    'a name in capitals',
    { name: 'Issue', description: 'd' },
    { name: error('APPLICATION_COMMAND_INVALID_NAME') },
  ],
  [
    'a name with a space',
    { name: 'new issue', description: 'd' },
    { name: error('APPLICATION_COMMAND_INVALID_NAME') },
  ],
  ['no description', { name: 'issue' }, { description: error('BASE_TYPE_REQUIRED') }],
  [
    'too long a description',
    { name: 'issue', description: 'd'.repeat(101) },
    { description: error('BASE_TYPE_MAX_LENGTH') },
  ],
  [
    'a required option after an optional one',
    { name: 'issue', description: 'd', options: [OPTION, { ...OPTION, name: 'label', required: true }] },
    { options: { 1: error('APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID') } },
  ],
  [
    'two options of one name',
    { name: 'issue', description: 'd', options: [OPTION, OPTION] },
    { options: { 1: error('APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS') } },
  ],
  [
    'autocomplete together with choices',
    {
      name: 'issue',
      description: 'd',
      options: [{ ...OPTION, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }],
    },
    { options: { 0: error('APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE') } },
  ],
])('a command is refused for %s', async (_, body, errors) => {
  const { rest, discord } = await discordWorld()

  const answer = await refusal(rest.post(Routes.applicationCommands(discord.applicationId), { body }))

  expect(answer).toEqual({ status: 400, code: 50035, errors })
})

/** A world where the bot has no client and answers over REST, so that it can answer wrongly. */
async function asked() {
  const world = await discordWorld()
  const client = await world.connect()
  const options = [{ type: 4, name: 'number', description: 'd', autocomplete: true }]
  const body = { name: 'issue', description: 'd', options }
  await world.rest.post(Routes.applicationCommands(world.discord.applicationId), { body })
  const next = () =>
    new Promise<{ id: string; token: string }>((resolve) => {
      client.once('interactionCreate', ({ id, token }) => resolve({ id, token }))
    })
  const callback = ({ id, token }: { id: string; token: string }, answer: unknown) =>
    world.rest.post(Routes.interactionCallback(id, token), { body: answer, auth: false })
  return { ...world, bob: world.discord.person('bob'), next, callback }
}

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

test.each([
  [
    'a deferral which is more than ephemeral',
    { type: 5, data: { flags: MessageFlags.IsComponentsV2 } },
    { data: { flags: error('INTERACTION_CALLBACK_INVALID_FLAGS') } },
  ],
  [
    'an update of a message it did not come from',
    { type: 7, data: { content: 'x' } },
    { type: error('BASE_TYPE_CHOICES') },
  ],
  ['choices nobody asked for', { type: 8, data: { choices: [] } }, { type: error('BASE_TYPE_CHOICES') }],
  [
    'too long a text',
    { type: 4, data: { content: 'x'.repeat(2001) } },
    { data: { content: error('BASE_TYPE_MAX_LENGTH') } },
  ],
  [
    'a modal of six components',
    {
      type: 9,
      data: {
        custom_id: 'a',
        title: 'b',
        components: Array.from({ length: 6 }, (_, n) => ({ type: 10, content: `${n}` })),
      },
    },
    { data: { components: error('BASE_TYPE_BAD_LENGTH') } },
  ],
  [
    'a modal with too long a title',
    { type: 9, data: { custom_id: 'a', title: 'b'.repeat(46), components: [{ type: 10, content: 'c' }] } },
    { data: { title: error('BASE_TYPE_MAX_LENGTH') } },
  ],
  [
    'a modal with too long a label',
    {
      type: 9,
      data: {
        custom_id: 'a',
        title: 'b',
        components: [{ type: 18, label: 'c'.repeat(46), component: { type: 4, custom_id: 'd', style: 1 } }],
      },
    },
    { data: { components: { 0: { label: error('BASE_TYPE_MAX_LENGTH') } } } },
  ],
  [
    'a modal whose text is longer than its own limit',
    {
      type: 9,
      data: {
        custom_id: 'a',
        title: 'b',
        components: [
          {
            type: 18,
            label: 'c',
            component: { type: 4, custom_id: 'd', style: 2, max_length: 3, value: 'long' },
          },
        ],
      },
    },
    { data: { components: { 0: { component: { value: error('BASE_TYPE_BAD_LENGTH') } } } } },
  ],
])('an answer is refused for %s, and can be given rightly after', async (_, wrong, errors) => {
  const { bob, next, callback } = await asked()
  const interaction = next()
  const answer = bob.command('issue')

  expect(await refusal(callback(await interaction, wrong))).toEqual({ status: 400, code: 50035, errors })
  await callback(await interaction, { type: 4, data: { content: 'right' } })
  expect(await answer).toMatchObject({ kind: 'message', message: { content: 'right' } })
})

test.each([
  [
    '26 choices',
    Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: n })),
    { choices: error('BASE_TYPE_MAX_LENGTH') },
  ],
  [
    'too long a name',
    [{ name: 'x'.repeat(101), value: 1 }],
    { choices: { 0: { name: error('BASE_TYPE_MAX_LENGTH') } } },
  ],
  [
    'texts for a number',
    [{ name: 'x', value: 'one' }],
    { choices: { 0: { value: error('NUMBER_TYPE_COERCE') } } },
  ],
])('autocompletion is refused for %s', async (_, choices, errors) => {
  const { bob, next, callback } = await asked()
  const interaction = next()
  const answer = bob.autocomplete('issue', { number: '' }, 'number')

  expect(await refusal(callback(await interaction, { type: 8, data: { choices } }))).toMatchObject({
    code: 50035,
    errors: { data: errors },
  })
  await callback(await interaction, { type: 8, data: { choices: [] } })
  expect(await answer).toMatchObject({ kind: 'choices' })
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
