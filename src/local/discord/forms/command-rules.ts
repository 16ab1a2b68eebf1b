import {
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType,
  type APIApplicationCommandOption,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'

import type { PlacedProblem } from '../refusals.ts'

/** Source: Discord's reference, "Application Command Naming". */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const MOST_CHARACTERS = 8000

/** How many commands of one type an application may have, globally and again in each guild. */
export const MOST_COMMANDS = [
  { type: ApplicationCommandType.ChatInput, most: 100 },
  { type: ApplicationCommandType.User, most: 15 },
  { type: ApplicationCommandType.Message, most: 15 },
]

type Path = (string | number)[]

/**
 * What Discord asks of a command beyond its published description. The shape must have been checked before.
 * Source: Discord's reference, "Application Commands".
 */
export function commandProblems(command: RESTPostAPIApplicationCommandsJSONBody): PlacedProblem[] {
  const description = 'description' in command ? command.description : undefined
  if ((command.type ?? ApplicationCommandType.ChatInput) !== ApplicationCommandType.ChatInput) {
    const problems: PlacedProblem[] = []
    if (description) {
      problems.push({
        path: ['description'],
        code: 'APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED',
        message: 'Context menu commands cannot have description',
      })
    }
    if ('options' in command && Array.isArray(command.options) && command.options.length > 0) {
      problems.push({
        path: ['options'],
        code: 'APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED',
        message: 'Context menu commands cannot have options',
      })
    }
    return problems
  }

  const options: APIApplicationCommandOption[] = ('options' in command ? command.options : undefined) ?? []
  const problems = [...nameProblems(command.name, ['name']), ...optionListProblems(options, ['options'], 0)]
  if (!description) {
    problems.push({ path: ['description'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' })
  }
  if (countCharacters({ name: command.name, description: description ?? '', options }) > MOST_CHARACTERS) {
    problems.push({
      path: [],
      code: 'APPLICATION_COMMAND_TOO_LARGE',
      message: `Command exceeds maximum size (${MOST_CHARACTERS})`,
    })
  }
  return problems
}

function nameProblems(name: string, path: Path): PlacedProblem[] {
  return NAME.test(name) && name === name.toLowerCase()
    ? []
    : [{ path, code: 'APPLICATION_COMMAND_INVALID_NAME', message: 'Command name is invalid' }]
}

function optionListProblems(
  options: APIApplicationCommandOption[],
  path: Path,
  depth: number,
): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const names = new Set<string>()
  let optionalSeen = false
  const nested = options.filter(isNesting)
  if (nested.length > 0 && nested.length < options.length) {
    problems.push({
      path,
      code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      message: 'Sub-command and sub-command group option types are mutually exclusive to all other types',
    })
  }
  for (const [index, option] of options.entries()) {
    const here = [...path, index]
    problems.push(...nameProblems(option.name, [...here, 'name']), ...optionProblems(option, here, depth))
    if (names.has(option.name)) {
      problems.push({
        path: here,
        code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
        message: 'Option name already exists',
      })
    }
    names.add(option.name)
    if (isNesting(option)) continue
    if (option.required === true && optionalSeen) {
      problems.push({
        path: here,
        code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        message: 'Required options must be placed before non-required options',
      })
    }
    if (option.required !== true) optionalSeen = true
  }
  return problems
}

function isNesting(
  option: APIApplicationCommandOption,
): option is Extract<
  APIApplicationCommandOption,
  { type: OptionType.Subcommand | OptionType.SubcommandGroup }
> {
  return option.type === OptionType.Subcommand || option.type === OptionType.SubcommandGroup
}

function optionProblems(option: APIApplicationCommandOption, path: Path, depth: number): PlacedProblem[] {
  switch (option.type) {
    case OptionType.Subcommand:
    case OptionType.SubcommandGroup: {
      const tooDeep = depth > (option.type === OptionType.Subcommand ? 1 : 0)
      const nested = optionListProblems(option.options ?? [], [...path, 'options'], depth + 1)
      return tooDeep
        ? [
            { path, code: 'APPLICATION_COMMAND_OPTIONS_NESTING', message: 'Options are nested too deeply' },
            ...nested,
          ]
        : nested
    }
    case OptionType.String:
      return [
        ...choiceProblems(option, path),
        ...rangeProblems(option.min_length, option.max_length, [...path, 'min_length']),
      ]
    case OptionType.Integer:
    case OptionType.Number:
      return [
        ...choiceProblems(option, path),
        ...rangeProblems(option.min_value, option.max_value, [...path, 'min_value']),
      ]
    default:
      return []
  }
}

function rangeProblems(least: number | undefined, most: number | undefined, path: Path): PlacedProblem[] {
  return (least ?? Number.NEGATIVE_INFINITY) > (most ?? Number.POSITIVE_INFINITY)
    ? [
        {
          path,
          code: 'APPLICATION_COMMAND_OPTIONS_RANGE_INVALID',
          message: 'The minimum exceeds the maximum',
        },
      ]
    : []
}

function choiceProblems(
  option: { autocomplete?: boolean; choices?: readonly { name: string; value: string | number }[] },
  path: Path,
): PlacedProblem[] {
  const choices = option.choices ?? []
  const problems: PlacedProblem[] = []
  if (option.autocomplete === true && choices.length > 0) {
    problems.push({
      path,
      code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      message: 'Autocomplete and choices are mutually exclusive',
    })
  }
  if (new Set(choices.map((choice) => choice.name)).size < choices.length) {
    problems.push({
      path: [...path, 'choices'],
      code: 'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS',
      message: 'Option choice name already exists',
    })
  }
  return problems
}

function countCharacters(part: {
  name: string
  description: string
  options?: readonly APIApplicationCommandOption[]
}): number {
  const own = part.name.length + part.description.length
  const inside = (part.options ?? []).map((option) => {
    const choices = 'choices' in option ? (option.choices ?? []) : []
    const texts = choices.map((choice) => choice.name.length + String(choice.value).length)
    const nested = isNesting(option) ? (option.options ?? []) : []
    return countCharacters({ ...option, options: nested }) + texts.reduce((sum, length) => sum + length, 0)
  })
  return inside.reduce((sum, length) => sum + length, own)
}
