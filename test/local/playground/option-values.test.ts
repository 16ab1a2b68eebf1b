import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10'
import { expect, test } from 'vitest'
import { matchCommands, slashCommands } from '#local/discord/playground/composer/commands.ts'
import type { CommandOption } from '#local/discord/playground/composer/commands.ts'
import { partialValues, readEntries, readEntry } from '#local/discord/playground/composer/option-values.ts'

const words = { name: 'title', description: 'In short' }

function title(limits: { required?: boolean; min_length?: number; max_length?: number } = {}): CommandOption {
  return { ...words, type: ApplicationCommandOptionType.String, ...limits }
}

test('a required option that is empty is refused in Discord’s words', () => {
  const reading = readEntry(title({ required: true }), { text: '  ' })
  expect(reading).toEqual({ problem: 'This option is required. Specify a value.' })
})

test('an optional option that is empty is left out', () => {
  expect(readEntry(title(), undefined)).toEqual({ empty: true })
})

test.each([
  ['ab', { problem: 'Must be at least 3 characters.' }],
  ['abc', { value: 'abc' }],
  ['abcdef', { problem: 'Must be 5 characters or fewer.' }],
])('a text of %s is measured', (text, reading) => {
  expect(readEntry(title({ min_length: 3, max_length: 5 }), { text })).toEqual(reading)
})

test.each([
  ['12', { value: 12 }],
  ['-1', { problem: 'Must be at least 0.' }],
  ['1.5', { problem: 'Input a valid integer.' }],
  ['99999999999999999999', { problem: 'Input a valid integer.' }],
  ['x', { problem: 'Input a valid integer.' }],
])('an integer typed as %s is read', (text, reading) => {
  const option: CommandOption = { ...words, type: ApplicationCommandOptionType.Integer, min_value: 0 }
  expect(readEntry(option, { text })).toEqual(reading)
})

test('a choice is found by its name and sent as its value', () => {
  const choices = [{ name: 'In progress', value: 'inprogress' }]
  const option: CommandOption = { ...words, type: ApplicationCommandOptionType.String, choices }
  expect(readEntry(option, { text: 'in PROGRESS' })).toEqual({ value: 'inprogress' })
  expect(readEntry(option, { text: 'never' })).toEqual({ problem: 'Input a valid choice.' })
})

test('a person must be picked, not spelled', () => {
  const option: CommandOption = { ...words, type: ApplicationCommandOptionType.User }
  expect(readEntry(option, { text: 'Ada' })).toEqual({ problem: 'Input a valid user.' })
  expect(readEntry(option, { text: 'Ada', picked: '1' })).toEqual({ value: '1' })
})

test('a form gives its values and every problem', () => {
  const number: CommandOption = {
    name: 'number',
    description: '',
    type: ApplicationCommandOptionType.Integer,
  }
  const command = { name: 'issue create', description: '', options: [title({ required: true }), number] }
  expect(readEntries(command, { number: { text: '7' } })).toEqual({
    values: { number: 7 },
    problems: { title: 'This option is required. Specify a value.' },
  })
})

test('the option being typed goes to the bot as text, even where it is no number yet', () => {
  const number: CommandOption = {
    name: 'number',
    description: '',
    type: ApplicationCommandOptionType.Integer,
  }
  const command = { name: 'issue view', description: '', options: [number] }
  expect(partialValues(command, { number: { text: 'log' } }, 'number')).toEqual({ number: 'log' })
})

test('subcommands stand for themselves, and context menu commands cannot be typed', () => {
  const common = { id: '1', application_id: '2', version: '3', default_member_permissions: null, nsfw: false }
  const names = slashCommands([
    {
      ...common,
      type: ApplicationCommandType.ChatInput,
      name: 'issue',
      description: 'Issues',
      options: [
        { type: ApplicationCommandOptionType.Subcommand, name: 'view', description: 'Show one' },
        {
          type: ApplicationCommandOptionType.SubcommandGroup,
          name: 'labels',
          description: 'Labels',
          options: [{ type: ApplicationCommandOptionType.Subcommand, name: 'add', description: 'Add one' }],
        },
      ],
    },
    { ...common, type: ApplicationCommandType.Message, name: 'File as issue', description: '' },
  ]).map(({ name }) => name)
  expect(names).toEqual(['issue view', 'issue labels add'])
})

test('commands that begin with what is typed come before those that only contain it', () => {
  const commands = ['list issues', 'issue create', 'link'].map((name) => ({
    name,
    description: '',
    options: [],
  }))
  expect(matchCommands(commands, ' Issue').map(({ name }) => name)).toEqual(['issue create', 'list issues'])
})
