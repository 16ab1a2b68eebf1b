import type {
  APIApplicationCommand,
  APIAttachment,
  APIEmbed,
  APIMessageTopLevelComponent,
  APIOverwrite,
  InteractionType,
  MessageType,
} from 'discord-api-types/v10'

/** What the local Discord remembers, as it is kept in its file. What others see is made in presenters.ts. */
export interface DiscordRecords {
  application: ApplicationRecord
  users: UserRecord[]
  guilds: GuildRecord[]
  channels: ChannelRecord[]
  messages: MessageRecord[]
  commands: APIApplicationCommand[]
}

export interface ApplicationRecord {
  /** Also the id of the bot's user, as with every application made since 2016. */
  id: string
  token: string
  /** Ed25519, raw, in hexadecimal. */
  publicKey: string
}

export interface UserRecord {
  id: string
  username: string
  globalName: string | null
  bot: boolean
  about: string
  acceptsDirectMessages: boolean
}

export interface GuildRecord {
  id: string
  name: string
  ownerId: string
  roles: RoleRecord[]
  members: MemberRecord[]
}

export interface RoleRecord {
  id: string
  name: string
  color: number
  position: number
  /** A bit set in decimal. */
  permissions: string
  /** The bot whose own role this is. */
  botId: string | null
}

export interface MemberRecord {
  userId: string
  roleIds: string[]
  joinedAt: string
}

/** A text channel of a guild, or the direct messages between the bot and one person. */
export type ChannelRecord = GuildChannelRecord | DirectChannelRecord

export interface GuildChannelRecord {
  id: string
  guildId: string
  recipientId: null
  name: string
  topic: string | null
  position: number
  overwrites: APIOverwrite[]
}

export interface DirectChannelRecord {
  id: string
  guildId: null
  recipientId: string
}

export interface MessageRecord {
  id: string
  channelId: string
  authorId: string
  type: MessageType
  content: string
  embeds: APIEmbed[]
  components: APIMessageTopLevelComponent[]
  attachments: APIAttachment[]
  flags: number
  createdAt: string
  editedAt: string | null
  mentionUserIds: string[]
  mentionRoleIds: string[]
  mentionEveryone: boolean
  nonce: string | number | null
  repliesTo: string | null
  /** Present on what answers an interaction. */
  interaction: MessageInteractionRecord | null
  /** The only person who sees it; such messages are not kept between starts. */
  ephemeralFor: string | null
}

export interface MessageInteractionRecord {
  id: string
  type: InteractionType
  userId: string
  guildId: string | null
  /** The words of the command which it answers or which led to it. */
  commandName: string | null
  /** For a press: the message which carried the component. */
  messageId: string | null
  /** For a submitted modal: the interaction which opened it. */
  trigger: MessageInteractionRecord | null
}
