import type { PermissionFlagsBits } from 'discord-api-types/v10'

export type PermissionName = keyof typeof PermissionFlagsBits

/** Who and what there is when the local Discord starts for the first time. */
export interface DiscordSeed {
  users: SeedUser[]
  guilds: SeedGuild[]
  /** The bot's user name; `Snag` when absent. */
  botName?: string
}

export interface SeedUser {
  /** A snowflake, for whoever must know it beforehand; made when absent. */
  id?: string
  username: string
  globalName?: string
  /** One line for the account switcher, e.g. "admin of Snag HQ". */
  about?: string
  /** Whether the bot may write to them; true when absent. */
  acceptsDirectMessages?: boolean
}

/** Users are named by user name or id, roles by name or id (`@everyone` among them). */
export interface SeedGuild {
  id?: string
  name: string
  owner: string
  /** What everybody may do; reading, writing and using commands when absent. */
  everyone?: PermissionName[]
  roles?: SeedRole[]
  members?: SeedMember[]
  channels?: SeedChannel[]
  /** What the bot may do there, `null` when it is not in the guild; a modest set when absent. */
  botPermissions?: PermissionName[] | null
}

export interface SeedRole {
  id?: string
  name: string
  color?: number
  permissions?: PermissionName[]
}

export interface SeedMember {
  user: string
  roles?: string[]
}

export interface SeedChannel {
  id?: string
  name: string
  topic?: string
  overwrites?: SeedOverwrite[]
}

/** What a channel changes for one role or one member. */
export type SeedOverwrite = ({ role: string } | { user: string }) & {
  allow?: PermissionName[]
  deny?: PermissionName[]
}
