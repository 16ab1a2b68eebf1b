import { PermissionFlagsBits } from 'discord-api-types/v10'

import type { ChannelRecord, GuildRecord, RoleRecord } from './records.ts'
import type { PermissionName } from './seed.ts'

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n)

/** What both sides may do in a direct message. */
const DIRECT =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseApplicationCommands

export function permissionBits(names: PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n)
}

/** The roles somebody has in a guild, `@everyone` first; `null` for someone who is not in it. */
export function rolesOf(guild: GuildRecord, userId: string): RoleRecord[] | null {
  const member = guild.members.find((member) => member.userId === userId)
  if (member === undefined) return null
  return guild.roles.filter((role) => role.id === guild.id || member.roleIds.includes(role.id))
}

/** What somebody may do in a guild as a whole, or in one of its channels. Nothing for someone who is not in it. */
export function permissionsIn(guild: GuildRecord, userId: string, channel?: ChannelRecord): bigint {
  const roles = rolesOf(guild, userId)
  if (roles === null) return 0n
  if (guild.ownerId === userId) return ALL

  const base = roles.reduce((bits, role) => bits | BigInt(role.permissions), 0n)
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return ALL
  if (channel === undefined || channel.guildId === null) return base

  // Discord applies overwrites in three rounds: @everyone, then all roles together, then the member.
  const roleIds = new Set(roles.map((role) => role.id))
  const rounds = [
    channel.overwrites.filter((overwrite) => overwrite.id === guild.id),
    channel.overwrites.filter((overwrite) => overwrite.id !== guild.id && roleIds.has(overwrite.id)),
    channel.overwrites.filter((overwrite) => overwrite.id === userId),
  ]
  return rounds.reduce((bits, overwrites) => {
    const deny = overwrites.reduce((all, overwrite) => all | BigInt(overwrite.deny), 0n)
    const allow = overwrites.reduce((all, overwrite) => all | BigInt(overwrite.allow), 0n)
    return (bits & ~deny) | allow
  }, base)
}

/** What somebody may do in a channel, whichever kind it is. */
export function permissionsInChannel(
  guild: GuildRecord | null,
  channel: ChannelRecord,
  userId: string,
): bigint {
  return guild === null ? DIRECT : permissionsIn(guild, userId, channel)
}

export function has(bits: bigint, name: PermissionName): boolean {
  return (bits & PermissionFlagsBits[name]) !== 0n
}
