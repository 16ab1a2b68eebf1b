import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord.js'
import type {
  APIApplicationCommandBasicOption,
  ChatInputCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Answer } from './answer.ts'
import type { Call } from './call.ts'
import type { Options, Suggest, ValuesOf } from './options.ts'

/** Something that can be done by typing: a subcommand, or a command without any. */
export interface Action {
  name: string
  description: string
  describeOptions(): APIApplicationCommandBasicOption[]
  run(call: Call, values: ChatInputCommandInteraction['options']): Promise<Answer>
  suggest(option: string): Suggest | undefined
}

export interface Command {
  name: string
  description: string
  /** Commands about an account also work in direct messages. */
  usable: 'in servers' | 'everywhere'
  does: Action | Action[]
}

/** A command's options are the source of what its function receives. */
export function action<O extends Options>({
  options,
  run,
  ...words
}: {
  name: string
  description: string
  options: O
  run: (call: Call, values: ValuesOf<O>) => Promise<Answer>
}): Action {
  const named = Object.entries(options)
  return {
    ...words,
    // Discord wants the required ones first.
    describeOptions: () =>
      named
        .toSorted(([, a], [, b]) => Number(b.required) - Number(a.required))
        .map(([name, option]) => option.describe(name)),
    run: (call, values) => {
      const read = named.map(([name, option]) => [name, option.read(values, name)])
      return run(call, Object.fromEntries(read) as ValuesOf<O>) // each value was read by the option of its name
    },
    suggest: (name) => (Object.hasOwn(options, name) ? options[name]?.suggest : undefined),
  }
}

/** A command as Discord is told of it. */
export function describeCommand({
  name,
  description,
  usable,
  does,
}: Command): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description,
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts:
      usable === 'everywhere'
        ? [InteractionContextType.Guild, InteractionContextType.BotDM]
        : [InteractionContextType.Guild],
    options: Array.isArray(does)
      ? does.map((action) => ({
          type: ApplicationCommandOptionType.Subcommand,
          name: action.name,
          description: action.description,
          options: action.describeOptions(),
        }))
      : does.describeOptions(),
  }
}
