import {
  ApplicationFlags,
  ApplicationWebhookEventStatus,
  ChannelType,
  GatewayIntentBits,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildVerificationLevel,
  Locale,
  type APIApplication,
  type APIDMChannel,
  type APIGuild,
  type APIGuildMember,
  type APIInteractionGuildMember,
  type APIRole,
  type APITextChannel,
  type APIUser,
  type GatewayGuildCreateDispatchData,
} from 'discord-api-types/v10'

import { permissionsInChannel } from './permissions.ts'
import type {
  ChannelRecord,
  DirectChannelRecord,
  GuildChannelRecord,
  GuildRecord,
  MemberRecord,
  RoleRecord,
  UserRecord,
} from './records.ts'
import type { DiscordState } from './state.ts'

/** Turns records into what Discord's API shows, field by field, so that nothing of ours leaks into it. */

/** A bit set as whichever enumeration of flags is wanted: those have members for single bits only. */
export function bitSet(bits: number): never {
  return bits as never
}

const NO_FLAGS = bitSet(0)

export function presentUser(user: UserRecord): APIUser {
  return {
    id: user.id,
    username: user.username,
    discriminator: '0',
    global_name: user.globalName,
    // Discord's pictures live on its CDN, which is out of reach here; the client API has pictures of its own.
    avatar: null,
    public_flags: NO_FLAGS,
    ...(user.bot ? { bot: true } : {}),
  }
}

export function presentMember(state: DiscordState, member: MemberRecord): APIGuildMember & { user: APIUser } {
  return {
    user: presentUser(state.getUser(member.userId)),
    nick: null,
    avatar: null,
    banner: null,
    roles: member.roleIds,
    joined_at: member.joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    communication_disabled_until: null,
    flags: NO_FLAGS,
  }
}

export function presentInteractionMember(
  state: DiscordState,
  guild: GuildRecord,
  channel: ChannelRecord,
  userId: string,
): APIInteractionGuildMember {
  const permissions = permissionsInChannel(guild, channel, userId).toString()
  return { ...presentMember(state, state.getMember(guild, userId)), permissions }
}

export function presentRole(role: RoleRecord): APIRole {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions,
    managed: role.botId !== null,
    mentionable: false,
    flags: NO_FLAGS,
    ...(role.botId === null ? {} : { tags: { bot_id: role.botId } }),
  }
}

export function presentChannel(state: DiscordState, channel: GuildChannelRecord): APITextChannel
export function presentChannel(state: DiscordState, channel: DirectChannelRecord): APIDMChannel
export function presentChannel(state: DiscordState, channel: ChannelRecord): APITextChannel | APIDMChannel
export function presentChannel(state: DiscordState, channel: ChannelRecord): APITextChannel | APIDMChannel {
  const last_message_id = [...state.messagesOf(channel.id).keys()].at(-1) ?? null
  if (channel.guildId === null) {
    return {
      id: channel.id,
      type: ChannelType.DM,
      name: null,
      last_message_id,
      recipients: [presentUser(state.getUser(channel.recipientId))],
      flags: NO_FLAGS,
    }
  }
  return {
    id: channel.id,
    type: ChannelType.GuildText,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: null,
    permission_overwrites: channel.overwrites,
    last_message_id,
    nsfw: false,
    rate_limit_per_user: 0,
    flags: NO_FLAGS,
  }
}

export function presentGuild(guild: GuildRecord): APIGuild {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: guild.ownerId,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: GuildVerificationLevel.None,
    default_message_notifications: GuildDefaultMessageNotifications.AllMessages,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    roles: guild.roles.map(presentRole),
    emojis: [],
    features: [],
    mfa_level: GuildMFALevel.None,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: NO_FLAGS,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    premium_tier: GuildPremiumTier.None,
    premium_progress_bar_enabled: false,
    preferred_locale: Locale.EnglishUS,
    nsfw_level: GuildNSFWLevel.Default,
    stickers: [],
    hub_type: null,
    incidents_data: null,
  }
}

/** What the gateway tells about a guild; only a session with the members intent learns of all its members. */
export function presentGuildCreate(
  state: DiscordState,
  guild: GuildRecord,
  withAllMembers: boolean,
): GatewayGuildCreateDispatchData {
  const shown = guild.members.filter((member) => withAllMembers || member.userId === state.botId)
  return {
    ...presentGuild(guild),
    joined_at: state.getMember(guild, state.botId).joinedAt,
    large: false,
    unavailable: false,
    member_count: guild.members.length,
    members: shown.map((member) => presentMember(state, member)),
    channels: state.channelsOf(guild).map((channel) => presentChannel(state, channel)),
    voice_states: [],
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

export function presentApplication(state: DiscordState, privilegedIntents: number): APIApplication {
  const bot = state.getUser(state.botId)
  return {
    id: state.application.id,
    name: bot.username,
    icon: null,
    description: 'The local stand-in of a Discord application',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: state.application.publicKey,
    team: null,
    bot: presentUser(bot),
    summary: '',
    flags: applicationFlags(privilegedIntents),
    flags_new: applicationFlags(privilegedIntents).toString(),
    approximate_guild_count: state.guildsOf(bot.id).length,
    redirect_uris: [],
    interactions_endpoint_url: null,
    event_webhooks_status: ApplicationWebhookEventStatus.Disabled,
  }
}

/** The developer portal's switches for privileged intents show as these flags (of applications not verified). */
export function applicationFlags(privilegedIntents: number): ApplicationFlags {
  let flags = NO_FLAGS as ApplicationFlags
  if (privilegedIntents & GatewayIntentBits.GuildPresences) flags |= ApplicationFlags.GatewayPresenceLimited
  if (privilegedIntents & GatewayIntentBits.GuildMembers) flags |= ApplicationFlags.GatewayGuildMembersLimited
  if (privilegedIntents & GatewayIntentBits.MessageContent) {
    flags |= ApplicationFlags.GatewayMessageContentLimited
  }
  return flags
}
