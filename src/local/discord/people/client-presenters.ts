import { InteractionType, MessageFlags } from 'discord-api-types/v10'

import type { ClientAccount, ClientChannel, ClientGuild, ClientMessage } from '../client-api.ts'
import { presentMessage } from '../message-presenters.ts'
import type {
  ChannelRecord,
  GuildRecord,
  MessageInteractionRecord,
  MessageRecord,
  UserRecord,
} from '../records.ts'
import type { DiscordState } from '../state.ts'

/** What a person's app shows, in the shapes of client-api.ts. `basePath` is where the local Discord is mounted. */

export function avatarUrl(basePath: string, userId: string): string {
  return `${basePath}/avatars/${userId}.svg`
}

export function presentAccount(basePath: string, user: UserRecord): ClientAccount {
  return {
    id: user.id,
    username: user.username,
    globalName: user.globalName ?? user.username,
    avatarUrl: avatarUrl(basePath, user.id),
    about: user.about,
  }
}

export function presentClientChannel(state: DiscordState, channel: ChannelRecord): ClientChannel {
  return channel.guildId === null
    ? { id: channel.id, guildId: null, name: state.getUser(state.botId).username, topic: null }
    : { id: channel.id, guildId: channel.guildId, name: channel.name, topic: channel.topic }
}

export function presentClientGuild(
  state: DiscordState,
  basePath: string,
  guild: GuildRecord,
  userId: string,
): ClientGuild {
  return {
    id: guild.id,
    name: guild.name,
    iconUrl: null,
    channels: state
      .channelsOf(guild)
      .filter((channel) => state.canSeeChannel(channel, userId))
      .map((channel) => presentClientChannel(state, channel)),
    roles: guild.roles.map(({ id, name, color }) => ({ id, name, color })),
    members: guild.members.map((member) => {
      const user = state.getUser(member.userId)
      const { id, username, globalName, avatarUrl } = presentAccount(basePath, user)
      return { id, username, globalName, avatarUrl, bot: user.bot, roleIds: member.roleIds }
    }),
  }
}

export function presentClientMessage(
  state: DiscordState,
  basePath: string,
  message: MessageRecord,
): ClientMessage {
  return {
    ...presentMessage(state, message, basePath),
    ephemeral: message.ephemeralFor !== null,
    loading: (message.flags & MessageFlags.Loading) !== 0,
    usedCommand: message.interaction === null ? null : usedCommand(state, basePath, message.interaction),
  }
}

/** Who used which command, also when a modal or a button came in between. */
function usedCommand(
  state: DiscordState,
  basePath: string,
  interaction: MessageInteractionRecord,
): ClientMessage['usedCommand'] {
  if (interaction.type === InteractionType.ModalSubmit && interaction.trigger !== null) {
    return usedCommand(state, basePath, interaction.trigger)
  }
  if (interaction.commandName === null) return null
  const { id, globalName, avatarUrl } = presentAccount(basePath, state.getUser(interaction.userId))
  return { by: { id, globalName, avatarUrl }, name: interaction.commandName }
}
