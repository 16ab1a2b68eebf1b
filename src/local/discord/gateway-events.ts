import {
  ChannelType,
  GatewayDispatchEvents as Events,
  GatewayIntentBits as Intents,
} from 'discord-api-types/v10'

import type { Happening } from './happenings.ts'
import { presentMessage } from './message-presenters.ts'
import { presentChannel, presentGuildCreate, presentMember, presentRole, presentUser } from './presenters.ts'
import type { ChannelRecord, GuildRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

/** What one session is told, and which guild it concerns. */
export interface Dispatch {
  event: Events
  guildId: string | null
  data: unknown
}

/** What a happening is to a session with these intents; `null` when it is not told. Source: "List of Intents". */
export function dispatchOf(state: DiscordState, happening: Happening, intents: number): Dispatch | null {
  const asked = (intent: Intents) => (intents & intent) !== 0
  const seesGuild = (guild: GuildRecord) => state.isMember(guild, state.botId) && asked(Intents.Guilds)

  switch (happening.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
      return messageDispatch(state, happening.type, happening.message, asked)
    case 'channel.created':
    case 'channel.updated':
    case 'channel.deleted':
      return channelDispatch(state, happening.type, happening.channel, seesGuild)
    case 'guild.joined': {
      const { guild } = happening
      if (!seesGuild(guild)) return null
      const data = presentGuildCreate(state, guild, asked(Intents.GuildMembers))
      return { event: Events.GuildCreate, guildId: guild.id, data }
    }
    case 'guild.left': {
      const { guild } = happening
      return asked(Intents.Guilds)
        ? { event: Events.GuildDelete, guildId: guild.id, data: { id: guild.id } }
        : null
    }
    case 'role.created':
    case 'role.updated': {
      const { guild, role, type } = happening
      if (!seesGuild(guild)) return null
      const event = type === 'role.created' ? Events.GuildRoleCreate : Events.GuildRoleUpdate
      return { event, guildId: guild.id, data: { guild_id: guild.id, role: presentRole(role) } }
    }
    case 'member.added':
    case 'member.updated':
    case 'member.removed': {
      const { guild, member, type } = happening
      // Discord tells every session of changes to the bot's own member.
      const own = member.userId === state.botId && type === 'member.updated'
      if (!own && !(seesGuild(guild) && asked(Intents.GuildMembers))) return null
      const event = {
        'member.added': Events.GuildMemberAdd,
        'member.updated': Events.GuildMemberUpdate,
        'member.removed': Events.GuildMemberRemove,
      }[type]
      const data =
        type === 'member.removed'
          ? { guild_id: guild.id, user: presentUser(state.getUser(member.userId)) }
          : { guild_id: guild.id, ...presentMember(state, member) }
      return { event, guildId: guild.id, data }
    }
    case 'commands.changed':
    case 'bot.presence':
      return null
  }
}

function messageDispatch(
  state: DiscordState,
  type: 'message.created' | 'message.updated' | 'message.deleted',
  message: MessageRecord,
  asked: (intent: Intents) => boolean,
): Dispatch | null {
  const channel = state.channels.get(message.channelId)
  if (channel === undefined || message.ephemeralFor !== null) return null
  const { guildId } = channel
  if (!asked(guildId === null ? Intents.DirectMessages : Intents.GuildMessages)) return null
  if (!state.canSeeChannel(channel, state.botId)) return null

  const where = {
    channel_id: channel.id,
    channel_type: channelType(channel),
    ...(guildId ? { guild_id: guildId } : {}),
  }
  if (type === 'message.deleted') {
    return { event: Events.MessageDelete, guildId, data: { id: message.id, ...where } }
  }
  const guild = state.guildOf(channel)
  const author = guild?.members.find((member) => member.userId === message.authorId)
  const member = author === undefined ? {} : { member: presentMember(state, author) }
  const data = { ...presentMessage(state, message), ...where, ...member }

  const mayRead =
    asked(Intents.MessageContent) ||
    guildId === null ||
    message.authorId === state.botId ||
    message.mentionUserIds.includes(state.botId)
  const hidden = mayRead ? {} : { content: '', embeds: [], components: [], attachments: [] }
  const event = type === 'message.created' ? Events.MessageCreate : Events.MessageUpdate
  return { event, guildId, data: { ...data, ...hidden } }
}

function channelType(channel: ChannelRecord): ChannelType {
  return channel.guildId === null ? ChannelType.DM : ChannelType.GuildText
}

function channelDispatch(
  state: DiscordState,
  type: 'channel.created' | 'channel.updated' | 'channel.deleted',
  channel: ChannelRecord,
  seesGuild: (guild: GuildRecord) => boolean,
): Dispatch | null {
  // Since version 8 of the API a bot is not told of the direct channels it has.
  const guild = channel.guildId === null ? undefined : state.guilds.get(channel.guildId)
  if (guild === undefined || !seesGuild(guild)) return null
  const event = {
    'channel.created': Events.ChannelCreate,
    'channel.updated': Events.ChannelUpdate,
    'channel.deleted': Events.ChannelDelete,
  }[type]
  return { event, guildId: guild.id, data: presentChannel(state, channel) }
}
