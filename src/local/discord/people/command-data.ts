import {
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType,
  InteractionType,
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataBasicOption,
  type APIApplicationCommandInteractionDataOption,
  type APIApplicationCommandOption,
} from 'discord-api-types/v10'

import type { ClientOptionValues } from '../client-api.ts'
import { Resolved } from '../interaction-payload.ts'
import type { InteractionData } from '../pending-interaction.ts'
import { presentMessage } from '../message-presenters.ts'
import type { ChannelRecord } from '../records.ts'
import { invalidForm, refusals } from '../refusals.ts'
import type { DiscordState } from '../state.ts'
import { readOptionValue } from './option-values.ts'

export interface CommandUse {
  /** The words of the command, e.g. `issue create`. */
  name: string
  options: ClientOptionValues
  /** For a command of a context menu: the user or message it is used on. */
  targetId?: string | undefined
  /** For autocomplete: the option being typed. */
  focused?: string
}

interface Used {
  command: APIApplicationCommand
  /** The subcommand group and subcommand on the way to the options, outermost first. */
  way: Extract<APIApplicationCommandOption, { type: OptionType.Subcommand | OptionType.SubcommandGroup }>[]
  options: APIApplicationCommandBasicOption[]
}

/** What Discord makes of a command as somebody fills it in. Throws what Discord answers when it refuses. */
export function commandData(
  state: DiscordState,
  usable: APIApplicationCommand[],
  use: CommandUse,
  { channel, userId }: { channel: ChannelRecord; userId: string },
): { data: InteractionData; commandName: string; focusedType: OptionType | null } {
  if (use.targetId !== undefined) return menuData(state, usable, use, use.targetId, channel)
  const used = findUsed(usable, use.name)
  const unknown = Object.keys(use.options).filter(
    (name) => !used.options.some((option) => option.name === name),
  )
  if (unknown.length > 0) {
    throw invalidForm(
      unknown.map((name) => ({
        path: ['data', 'options', name],
        code: 'INTERACTION_APPLICATION_COMMAND_OPTION_UNKNOWN',
        message: 'This command has no such option',
      })),
    )
  }

  const focused = used.options.find((option) => option.name === use.focused)
  const typing = use.focused !== undefined
  if (typing && !(focused !== undefined && 'autocomplete' in focused && focused.autocomplete)) {
    throw invalidForm([
      {
        path: ['data', 'options'],
        code: 'AUTOCOMPLETE_INVALID_OPTION',
        message: 'This option has no autocomplete',
      },
    ])
  }

  const resolved = new Resolved(state, channel)
  const filled = used.options.flatMap((option): APIApplicationCommandInteractionDataBasicOption[] => {
    const value = use.options[option.name]
    if (option === focused) {
      // What is being typed goes as the text it is, whatever the option's type.
      return [{ name: option.name, type: OptionType.String, value: String(value ?? ''), focused: true }].map(
        (typed) => ({ ...typed, type: option.type }) as APIApplicationCommandInteractionDataBasicOption,
      )
    }
    if (value === undefined) {
      if (option.required !== true || typing) return []
      throw invalidForm([
        {
          path: ['data', 'options', option.name],
          code: 'BASE_TYPE_REQUIRED',
          message: 'This field is required',
        },
      ])
    }
    return [readOptionValue(option, value, resolved, userId)]
  })

  const nested = used.way.reduceRight<APIApplicationCommandInteractionDataOption[]>(
    // Each step of the way holds what comes after it, which the checked command allows.
    (options, step) => [
      { name: step.name, type: step.type, options } as APIApplicationCommandInteractionDataOption,
    ],
    filled,
  )
  const value = {
    id: used.command.id,
    name: used.command.name,
    type: ApplicationCommandType.ChatInput as const,
    ...(used.command.guild_id === undefined ? {} : { guild_id: used.command.guild_id }),
    options: nested,
    ...resolved.toData(),
  }
  const commandName = [used.command.name, ...used.way.map((step) => step.name)].join(' ')
  return {
    data: typing
      ? { type: InteractionType.ApplicationCommandAutocomplete, value }
      : { type: InteractionType.ApplicationCommand, value },
    commandName,
    focusedType: focused?.type ?? null,
  }
}

function findUsed(usable: APIApplicationCommand[], name: string): Used {
  const [first, ...words] = name.trim().replace(/^\//, '').split(/\s+/)
  const command = usable.find(
    (command) => command.name === first && command.type === ApplicationCommandType.ChatInput,
  )
  if (command === undefined) throw refusals.unknownCommand()
  const way: Used['way'] = []
  let options = command.options ?? []
  for (const word of words) {
    const step = options.find((option) => option.name === word)
    if (step?.type !== OptionType.Subcommand && step?.type !== OptionType.SubcommandGroup) {
      throw refusals.unknownCommand()
    }
    way.push(step)
    options = step.options ?? []
  }
  const basic = options.filter(
    (option): option is APIApplicationCommandBasicOption =>
      option.type !== OptionType.Subcommand && option.type !== OptionType.SubcommandGroup,
  )
  // A command with subcommands cannot be used without one.
  if (basic.length < options.length) throw refusals.unknownCommand()
  return { command, way, options: basic }
}

function menuData(
  state: DiscordState,
  usable: APIApplicationCommand[],
  use: CommandUse,
  targetId: string,
  channel: ChannelRecord,
): ReturnType<typeof commandData> {
  const command = usable.find(
    (command) => command.name === use.name && command.type !== ApplicationCommandType.ChatInput,
  )
  if (command === undefined) throw refusals.unknownCommand()
  const resolved = new Resolved(state, channel)
  let messages: Record<string, unknown> = {}
  if (command.type === ApplicationCommandType.User) resolved.addUser(targetId)
  else messages = { [targetId]: presentMessage(state, state.getMessage(channel.id, targetId)) }
  const value = {
    id: command.id,
    name: command.name,
    type: command.type,
    target_id: targetId,
    resolved: command.type === ApplicationCommandType.User ? resolved.toData().resolved : { messages },
  }
  return {
    // The two kinds of menu differ in what is resolved, which was just chosen by the kind.
    data: {
      type: InteractionType.ApplicationCommand,
      value: value as unknown as APIApplicationCommandInteraction['data'],
    },
    commandName: command.name,
    focusedType: null,
  }
}
