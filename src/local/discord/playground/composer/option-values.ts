import { ApplicationCommandOptionType } from 'discord-api-types/v10'
import type { ClientOptionValues } from '#local/discord/client-api.ts'
import type { CommandOption, SlashCommand } from './commands.ts'

type OptionValue = ClientOptionValues[string]

/** What stands in an option's pill: the words, and the value they were picked for, until the words are changed. */
export interface Entry {
  text: string
  picked?: OptionValue
}

export type Entries = Record<string, Entry>

export type Reading = { value: OptionValue } | { problem: string } | { empty: true }

const REQUIRED = 'This option is required. Specify a value.'

/** Reads an entry as the option's type demands, and words what is wrong as Discord does. */
export function readEntry(option: CommandOption, entry: Entry | undefined): Reading {
  const text = entry?.text.trim() ?? ''
  if (entry?.picked !== undefined) return { value: entry.picked }
  if (text === '') return option.required ? { problem: REQUIRED } : { empty: true }
  if ('choices' in option && option.choices && option.choices.length > 0) {
    const choice = option.choices.find(({ name }) => name.toLowerCase() === text.toLowerCase())
    return choice ? { value: choice.value } : { problem: 'Input a valid choice.' }
  }
  switch (option.type) {
    case ApplicationCommandOptionType.String:
      return readText(text, option.min_length, option.max_length)
    case ApplicationCommandOptionType.Integer:
      return /^[-+]?\d+$/.test(text) && Number.isSafeInteger(Number(text))
        ? readNumber(Number(text), option.min_value, option.max_value)
        : { problem: 'Input a valid integer.' }
    case ApplicationCommandOptionType.Number:
      return Number.isFinite(Number(text))
        ? readNumber(Number(text), option.min_value, option.max_value)
        : { problem: 'Input a valid number.' }
    case ApplicationCommandOptionType.Boolean: {
      const isWord = /^(true|false)$/i.test(text)
      return isWord ? { value: text.toLowerCase() === 'true' } : { problem: 'Input either True or False.' }
    }
    case ApplicationCommandOptionType.User:
      return { problem: 'Input a valid user.' }
    case ApplicationCommandOptionType.Role:
      return { problem: 'Input a valid role.' }
    case ApplicationCommandOptionType.Channel:
      return { problem: 'Input a valid channel.' }
    case ApplicationCommandOptionType.Mentionable:
      return { problem: 'Input a valid user or role.' }
    case ApplicationCommandOptionType.Attachment:
      return { problem: 'The local Discord does not take files.' }
  }
}

function readText(text: string, least = 0, most = 6000): Reading {
  if (text.length < least) return { problem: `Must be at least ${least} characters.` }
  return text.length > most ? { problem: `Must be ${most} characters or fewer.` } : { value: text }
}

function readNumber(value: number, least = -Infinity, most = Infinity): Reading {
  if (value < least) return { problem: `Must be at least ${least}.` }
  return value > most ? { problem: `Must be ${most} or less.` } : { value }
}

/** Everything that was entered and is right, and the first thing that is not. */
export function readEntries(
  command: SlashCommand,
  entries: Entries,
): { values: ClientOptionValues; problems: Record<string, string> } {
  const values: ClientOptionValues = {}
  const problems: Record<string, string> = {}
  for (const option of command.options) {
    const reading = readEntry(option, entries[option.name])
    if ('value' in reading) values[option.name] = reading.value
    if ('problem' in reading) problems[option.name] = reading.problem
  }
  return { values, problems }
}

/**
 * The values an autocomplete request carries: what is right so far, and the focused option as it is being typed,
 * which Discord sends as text even where it is no number yet.
 */
export function partialValues(command: SlashCommand, entries: Entries, focused: string): ClientOptionValues {
  const { values } = readEntries(command, entries)
  return { ...values, [focused]: entries[focused]?.text ?? '' }
}
