import { InteractionContextType, type APIApplicationCommand } from 'discord-api-types/v10'

import { commandsIn } from '../command-registry.ts'
import { has, permissionsIn, permissionsInChannel } from '../permissions.ts'
import type { ChannelRecord, GuildRecord } from '../records.ts'
import type { DiscordState } from '../state.ts'

/** The commands somebody finds in a guild. A guild's own command hides a global one of the same name and type. */
export function usableInGuild(
  state: DiscordState,
  guild: GuildRecord,
  userId: string,
  channel?: ChannelRecord,
): APIApplicationCommand[] {
  if (!state.isMember(guild, state.botId) || !state.isMember(guild, userId)) return []
  const bits =
    channel === undefined ? permissionsIn(guild, userId) : permissionsInChannel(guild, channel, userId)
  if (!has(bits, 'UseApplicationCommands')) return []
  const own = commandsIn(state, guild.id)
  const global = commandsIn(state, null).filter(
    (command) => !own.some((other) => other.name === command.name && other.type === command.type),
  )
  return [...own, ...global].filter(
    (command) => isOffered(command, InteractionContextType.Guild) && isPermitted(command, bits),
  )
}

/** The commands somebody finds in their direct messages with the bot. */
export function usableInDirect(state: DiscordState): APIApplicationCommand[] {
  return commandsIn(state, null).filter(
    (command) =>
      isOffered(command, InteractionContextType.BotDM) &&
      (command.contexts !== null || command.dm_permission !== false),
  )
}

function isOffered(command: APIApplicationCommand, context: InteractionContextType): boolean {
  return command.contexts?.includes(context) ?? true
}

/** Permissions of "0" mean administrators alone. */
function isPermitted(command: APIApplicationCommand, bits: bigint): boolean {
  if (command.default_member_permissions === null || has(bits, 'Administrator')) return true
  const needed = BigInt(command.default_member_permissions)
  return needed !== 0n && (bits & needed) === needed
}
