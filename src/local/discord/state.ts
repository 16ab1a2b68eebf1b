import { MessageFlags, type APIApplicationCommand } from 'discord-api-types/v10'

import { Happenings } from './happenings.ts'
import { has, permissionsInChannel } from './permissions.ts'
import type { RecordFile } from './record-file.ts'
import type {
  ApplicationRecord,
  ChannelRecord,
  DirectChannelRecord,
  DiscordRecords,
  GuildChannelRecord,
  GuildRecord,
  MemberRecord,
  MessageRecord,
  UserRecord,
} from './records.ts'
import { refusals } from './refusals.ts'
import type { Snowflakes } from './snowflakes.ts'

/** Older messages of a channel are forgotten, so that the file stays small however long one plays. */
const MESSAGES_KEPT_PER_CHANNEL = 500

/** Everything the local Discord knows, with look-ups that refuse as Discord does. */
export class DiscordState {
  readonly application: ApplicationRecord
  readonly users = new Map<string, UserRecord>()
  readonly guilds = new Map<string, GuildRecord>()
  readonly channels = new Map<string, ChannelRecord>()
  readonly commands = new Map<string, APIApplicationCommand>()
  readonly happenings = new Happenings()
  /** Without a slash at its end, e.g. `http://localhost:3000/__discord`. */
  readonly url: string
  readonly now: () => number
  readonly makeId: Snowflakes
  readonly #messages = new Map<string, Map<string, MessageRecord>>()
  readonly #file: RecordFile | null

  constructor(
    records: DiscordRecords,
    {
      url,
      now,
      makeId,
      file,
    }: { url: string; now: () => number; makeId: Snowflakes; file: RecordFile | null },
  ) {
    this.url = url
    this.now = now
    this.makeId = makeId
    this.#file = file
    this.application = records.application
    for (const user of records.users) this.users.set(user.id, user)
    for (const guild of records.guilds) this.guilds.set(guild.id, guild)
    for (const channel of records.channels) this.channels.set(channel.id, channel)
    for (const command of records.commands) this.commands.set(command.id, command)
    for (const message of records.messages) this.messagesOf(message.channelId).set(message.id, message)
    this.happenings.listen(() => this.changed())
  }

  get botId(): string {
    return this.application.id
  }

  /** The channel's messages by id, oldest first. */
  messagesOf(channelId: string): Map<string, MessageRecord> {
    const present = this.#messages.get(channelId)
    if (present !== undefined) return present
    const made = new Map<string, MessageRecord>()
    this.#messages.set(channelId, made)
    return made
  }

  /** Adds a message and returns those which had to make room for it. */
  addMessage(message: MessageRecord): MessageRecord[] {
    const messages = this.messagesOf(message.channelId)
    messages.set(message.id, message)
    const surplus = [...messages.values()].slice(0, Math.max(0, messages.size - MESSAGES_KEPT_PER_CHANNEL))
    for (const old of surplus) messages.delete(old.id)
    return surplus
  }

  getMessage(channelId: string, id: string): MessageRecord {
    const message = this.#messages.get(channelId)?.get(id)
    if (message === undefined) throw refusals.unknownMessage()
    return message
  }

  getUser(id: string): UserRecord {
    const user = this.users.get(id)
    if (user === undefined) throw refusals.unknownUser()
    return user
  }

  getGuild(id: string): GuildRecord {
    const guild = this.guilds.get(id)
    if (guild === undefined) throw refusals.unknownGuild()
    return guild
  }

  /** A guild the bot is in: for the bot, the others do not exist. */
  getBotGuild(id: string): GuildRecord {
    const guild = this.getGuild(id)
    if (!this.isMember(guild, this.botId)) throw refusals.unknownGuild()
    return guild
  }

  getChannel(id: string): ChannelRecord {
    const channel = this.channels.get(id)
    if (channel === undefined) throw refusals.unknownChannel()
    return channel
  }

  guildOf(channel: ChannelRecord): GuildRecord | null {
    return channel.guildId === null ? null : this.getGuild(channel.guildId)
  }

  channelsOf(guild: GuildRecord): GuildChannelRecord[] {
    return [...this.channels.values()]
      .filter((channel): channel is GuildChannelRecord => channel.guildId === guild.id)
      .sort((a, b) => a.position - b.position)
  }

  guildsOf(userId: string): GuildRecord[] {
    return [...this.guilds.values()].filter((guild) => this.isMember(guild, userId))
  }

  isMember(guild: GuildRecord, userId: string): boolean {
    return guild.members.some((member) => member.userId === userId)
  }

  getMember(guild: GuildRecord, userId: string): MemberRecord {
    const member = guild.members.find((member) => member.userId === userId)
    if (member === undefined) throw refusals.unknownMember()
    return member
  }

  canSeeChannel(channel: ChannelRecord, userId: string): boolean {
    if (channel.guildId === null) return channel.recipientId === userId || userId === this.botId
    return has(permissionsInChannel(this.guildOf(channel), channel, userId), 'ViewChannel')
  }

  canSeeMessage(message: MessageRecord, userId: string): boolean {
    const channel = this.channels.get(message.channelId)
    if (channel === undefined || !this.canSeeChannel(channel, userId)) return false
    return message.ephemeralFor === null || message.ephemeralFor === userId
  }

  directOf(userId: string): DirectChannelRecord | null {
    for (const channel of this.channels.values()) {
      if (channel.guildId === null && channel.recipientId === userId) return channel
    }
    return null
  }

  openDirect(userId: string): DirectChannelRecord {
    const present = this.directOf(userId)
    if (present !== null) return present
    const made: DirectChannelRecord = { id: this.makeId(), guildId: null, recipientId: userId }
    this.channels.set(made.id, made)
    this.happenings.tell({ type: 'channel.created', channel: made })
    return made
  }

  /** Has the file written soon. Called for every happening. */
  changed(): void {
    this.#file?.writeSoon(() => this.#toRecords())
  }

  async close(): Promise<void> {
    await this.#file?.flush()
  }

  #toRecords(): DiscordRecords {
    return {
      application: this.application,
      users: [...this.users.values()],
      guilds: [...this.guilds.values()],
      channels: [...this.channels.values()],
      commands: [...this.commands.values()],
      // Ephemeral and loading messages end with the process: nobody could answer or fill them any more.
      messages: [...this.#messages.values()].flatMap((messages) =>
        [...messages.values()].filter(
          (message) => message.ephemeralFor === null && (message.flags & MessageFlags.Loading) === 0,
        ),
      ),
    }
  }
}
