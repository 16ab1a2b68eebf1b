import {
  InteractionContextType,
  Locale,
  type APIInteraction,
  type APIInteractionDataResolved,
} from 'discord-api-types/v10'

import type { PendingInteraction } from './pending-interaction.ts'
import { permissionsInChannel } from './permissions.ts'
import { presentMessage } from './message-presenters.ts'
import {
  presentChannel,
  presentInteractionMember,
  presentMember,
  presentRole,
  presentUser,
} from './presenters.ts'
import type { ChannelRecord } from './records.ts'
import { refusals } from './refusals.ts'
import type { DiscordState } from './state.ts'

const ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024

/** An interaction as Discord tells the bot of it, signed for with who may do what at this moment. */
export function presentInteraction(state: DiscordState, pending: PendingInteraction): APIInteraction {
  const { data, userId, guildId, channelId, message } = pending.request
  const channel = state.getChannel(channelId)
  const guild = state.guildOf(channel)
  const interaction = {
    id: pending.id,
    application_id: state.application.id,
    type: data.type,
    data: data.value,
    token: pending.token,
    version: 1,
    channel_id: channelId,
    channel: {
      ...presentChannel(state, channel),
      permissions: permissionsInChannel(guild, channel, userId).toString(),
    },
    ...(guild === null
      ? { user: presentUser(state.getUser(userId)), context: InteractionContextType.BotDM }
      : {
          guild_id: guild.id,
          guild: { id: guild.id, features: [], locale: Locale.EnglishUS },
          guild_locale: Locale.EnglishUS,
          member: presentInteractionMember(state, guild, channel, userId),
          context: InteractionContextType.Guild,
        }),
    ...(message === undefined ? {} : { message: presentMessage(state, message) }),
    app_permissions: permissionsInChannel(guild, channel, state.botId).toString(),
    locale: Locale.EnglishUS,
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { 0: guildId ?? '0' },
    attachment_size_limit: ATTACHMENT_LIMIT_BYTES,
  }
  // One literal for all kinds: the union's members differ only in `type` and `data`, which come in pairs.
  return interaction as unknown as APIInteraction
}

/** Things a person referred to by id, gathered as the interaction's `resolved`. */
export class Resolved {
  readonly #state: DiscordState
  readonly #channel: ChannelRecord
  readonly #gathered: APIInteractionDataResolved = {}

  constructor(state: DiscordState, channel: ChannelRecord) {
    this.#state = state
    this.#channel = channel
  }

  /** Throws 10013 for somebody unknown. In a guild the member is told too, when there is one. */
  addUser(id: string): void {
    const user = this.#state.getUser(id)
    this.#gathered.users = { ...this.#gathered.users, [id]: presentUser(user) }
    const guild = this.#state.guildOf(this.#channel)
    if (guild === null || !this.#state.isMember(guild, id)) return
    const { user: _, ...member } = presentMember(this.#state, this.#state.getMember(guild, id))
    const permissions = permissionsInChannel(guild, this.#channel, id).toString()
    this.#gathered.members = { ...this.#gathered.members, [id]: { ...member, permissions } }
  }

  addRole(id: string): void {
    const role = this.#state.guildOf(this.#channel)?.roles.find((role) => role.id === id)
    if (role === undefined) throw refusals.unknownRole()
    this.#gathered.roles = { ...this.#gathered.roles, [id]: presentRole(role) }
  }

  addMentionable(id: string): void {
    if (this.#state.users.has(id)) this.addUser(id)
    else this.addRole(id)
  }

  addChannel(id: string, userId: string): void {
    const channel = this.#state.getChannel(id)
    if (channel.guildId === null || channel.guildId !== this.#channel.guildId) throw refusals.unknownChannel()
    const permissions = permissionsInChannel(this.#state.guildOf(channel), channel, userId).toString()
    const presented = { ...presentChannel(this.#state, channel), permissions }
    this.#gathered.channels = { ...this.#gathered.channels, [id]: presented }
  }

  /** What was gathered, to be spread into the interaction's data; nothing when nothing was referred to. */
  toData(): { resolved?: APIInteractionDataResolved } {
    return Object.keys(this.#gathered).length === 0 ? {} : { resolved: this.#gathered }
  }
}
