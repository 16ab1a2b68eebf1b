import {
  ApplicationCommandOptionType as OptionType,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandInteractionDataBasicOption,
} from 'discord-api-types/v10'

import type { Resolved } from '../interaction-payload.ts'
import { invalidForm, type DiscordRefusal } from '../refusals.ts'

const MOST_CHARACTERS = 6000

type Value = string | number | boolean

/** Checks one value for an option as Discord does before it bothers the bot with it. */
export function readOptionValue(
  option: APIApplicationCommandBasicOption,
  value: Value,
  resolved: Resolved,
  userId: string,
): APIApplicationCommandInteractionDataBasicOption {
  const { name, type } = option
  switch (type) {
    case OptionType.String:
      return { name, type, value: readText(option, value) }
    case OptionType.Integer:
    case OptionType.Number:
      return { name, type, value: readNumber(option, value) }
    case OptionType.Boolean:
      if (typeof value !== 'boolean')
        throw refuse(name, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')
      return { name, type, value }
    case OptionType.User:
      resolved.addUser(String(value))
      return { name, type, value: String(value) }
    case OptionType.Role:
      resolved.addRole(String(value))
      return { name, type, value: String(value) }
    case OptionType.Mentionable:
      resolved.addMentionable(String(value))
      return { name, type, value: String(value) }
    case OptionType.Channel:
      resolved.addChannel(String(value), userId)
      return { name, type, value: String(value) }
    case OptionType.Attachment:
      throw refuse(name, 'ATTACHMENT_NOT_FOUND', 'Files cannot be chosen in the local Discord')
  }
}

function readText(
  option: Extract<APIApplicationCommandBasicOption, { type: OptionType.String }>,
  value: Value,
): string {
  if (typeof value !== 'string')
    throw refuse(option.name, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.')
  const least = option.min_length ?? 0
  const most = option.max_length ?? MOST_CHARACTERS
  if (value.length < least || value.length > most) {
    throw refuse(option.name, 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`)
  }
  assertChoice(option, value)
  return value
}

function readNumber(
  option: Extract<APIApplicationCommandBasicOption, { type: OptionType.Integer | OptionType.Number }>,
  value: Value,
): number {
  const fits = option.type === OptionType.Integer ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== 'number' || !fits)
    throw refuse(option.name, 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`)
  if (value > (option.max_value ?? Number.POSITIVE_INFINITY)) {
    throw refuse(
      option.name,
      'NUMBER_TYPE_MAX',
      `int value should be less than or equal to ${option.max_value}.`,
    )
  }
  if (value < (option.min_value ?? Number.NEGATIVE_INFINITY)) {
    throw refuse(
      option.name,
      'NUMBER_TYPE_MIN',
      `int value should be greater than or equal to ${option.min_value}.`,
    )
  }
  assertChoice(option, value)
  return value
}

function assertChoice(
  option: { name: string; choices?: readonly { value: string | number }[] },
  value: string | number,
): void {
  const choices = option.choices ?? []
  if (choices.length === 0 || choices.some((choice) => choice.value === value)) return
  throw refuse(
    option.name,
    'BASE_TYPE_CHOICES',
    `Value must be one of {${choices.map((choice) => choice.value).join(', ')}}.`,
  )
}

function refuse(name: string, code: string, message: string): DiscordRefusal {
  return invalidForm([{ path: ['data', 'options', name], code, message }])
}
