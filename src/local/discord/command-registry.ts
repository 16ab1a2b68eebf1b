import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type APIApplicationCommand,
} from 'discord-api-types/v10'

import { readCommandForm, readCommandPatch, tidyOptions, type CommandForm } from './forms/command-form.ts'
import { MOST_COMMANDS } from './forms/command-rules.ts'
import { invalidForm, refusals } from './refusals.ts'
import type { DiscordState } from './state.ts'

/** The commands registered globally (`null`) or for one guild. */
export function commandsIn(state: DiscordState, guildId: string | null): APIApplicationCommand[] {
  return [...state.commands.values()].filter((command) => (command.guild_id ?? null) === guildId)
}

export function getCommand(state: DiscordState, guildId: string | null, id: string): APIApplicationCommand {
  const command = state.commands.get(id)
  if (command === undefined || (command.guild_id ?? null) !== guildId) throw refusals.unknownCommand()
  return command
}

/** Registers one command; one of the same name and type is replaced and keeps its id. */
export async function putCommand(
  state: DiscordState,
  guildId: string | null,
  body: unknown,
): Promise<{ command: APIApplicationCommand; created: boolean }> {
  const form = await readCommandForm(body)
  const present = findSame(commandsIn(state, guildId), form)
  const command = toCommand(state, guildId, form, present)
  const others = commandsIn(state, guildId).filter((other) => other.id !== command.id)
  checkCounts([...others, command])
  state.commands.set(command.id, command)
  state.happenings.tell({ type: 'commands.changed' })
  return { command, created: present === undefined }
}

/** Replaces all commands at once. */
export async function replaceCommands(
  state: DiscordState,
  guildId: string | null,
  body: unknown,
): Promise<APIApplicationCommand[]> {
  if (!Array.isArray(body)) {
    throw invalidForm([
      { path: [], code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' },
    ])
  }
  const forms = await Promise.all(body.map((form: unknown, index) => readCommandForm(form, index)))
  for (const [index, form] of forms.entries()) {
    if (findSame(forms.slice(0, index), form) === undefined) continue
    throw invalidForm([
      {
        path: [index],
        code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
        message: 'Application command names must be unique',
      },
    ])
  }
  const before = commandsIn(state, guildId)
  const commands = forms.map((form) => toCommand(state, guildId, form, findSame(before, form)))
  checkCounts(commands)
  for (const old of before) state.commands.delete(old.id)
  for (const command of commands) state.commands.set(command.id, command)
  state.happenings.tell({ type: 'commands.changed' })
  return commands
}

export async function patchCommand(
  state: DiscordState,
  guildId: string | null,
  id: string,
  body: unknown,
): Promise<APIApplicationCommand> {
  const before = getCommand(state, guildId, id)
  // A registered command was once such a form, and has only gained fields since.
  const form = await readCommandPatch(body, before as CommandForm)
  const command = toCommand(state, guildId, form, before)
  state.commands.set(id, command)
  state.happenings.tell({ type: 'commands.changed' })
  return command
}

export function removeCommand(state: DiscordState, guildId: string | null, id: string): void {
  state.commands.delete(getCommand(state, guildId, id).id)
  state.happenings.tell({ type: 'commands.changed' })
}

function typeOf(command: { type?: ApplicationCommandType | undefined }): ApplicationCommandType {
  return command.type ?? ApplicationCommandType.ChatInput
}

function findSame<Command extends { name: string; type?: ApplicationCommandType | undefined }>(
  commands: Command[],
  form: CommandForm,
): Command | undefined {
  return commands.find((command) => command.name === form.name && typeOf(command) === typeOf(form))
}

function toCommand(
  state: DiscordState,
  guildId: string | null,
  form: CommandForm,
  before: APIApplicationCommand | undefined,
): APIApplicationCommand {
  // A localisation that says nothing may be absent or undefined in the form; both leave no trace in JSON.
  const localizations = form as Pick<
    APIApplicationCommand,
    'name_localizations' | 'description_localizations'
  >
  const options = 'options' in form ? tidyOptions(form.options ?? []) : []
  return {
    id: before?.id ?? state.makeId(),
    application_id: state.application.id,
    version: state.makeId(),
    type: typeOf(form),
    name: form.name,
    name_localizations: localizations.name_localizations ?? null,
    description: 'description' in form ? (form.description ?? '') : '',
    description_localizations: localizations.description_localizations ?? null,
    default_member_permissions: form.default_member_permissions?.toString() ?? null,
    nsfw: form.nsfw ?? false,
    ...(options.length === 0 ? {} : { options }),
    ...(guildId === null
      ? {
          dm_permission: form.dm_permission ?? true,
          contexts: form.contexts ?? null,
          integration_types: form.integration_types ?? [ApplicationIntegrationType.GuildInstall],
        }
      : { guild_id: guildId }),
  }
}

function checkCounts(commands: APIApplicationCommand[]): void {
  for (const { type, most } of MOST_COMMANDS) {
    if (commands.filter((command) => command.type === type).length > most)
      throw refusals.tooManyCommands(most)
  }
}
