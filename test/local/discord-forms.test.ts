import { DiscordAPIError, MessageFlags, Routes } from 'discord.js'
import { expect, test } from 'vitest'

import { asked, error, refusal, row } from '#test/local/discord-refusal.ts'
import { discordWorld, type DiscordWorld } from '#test/local/discord-world.ts'

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
