import type { Tracker } from '../context.ts'
import type { GrantedRole } from '../members/schema.ts'

/** What Discord says of a person in a server. */
export interface GuildStanding {
  /** Has the Manage Server permission there. */
  managesGuild: boolean
  roleIds: readonly string[]
}

/** How often a role that did not change is written down again; well below the time it is trusted for. */
const rewriteMs = 60_000

/** The role that a standing in a connected server gives to a linked user. */
export function guildRoleOf(
  { managesGuild, roleIds }: GuildStanding,
  triageRoleIds: readonly string[],
): GrantedRole {
  if (managesGuild) return 'admin'
  return roleIds.some((id) => triageRoleIds.includes(id)) ? 'triager' : 'member'
}

/** Writes down that the bot is in a server. */
export async function rememberGuild(
  { db }: Tracker,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const known = await db.prisma.guild.findUnique({ where: { id }, select: { name: true } })
  if (known?.name === name) return
  await db.prisma.guild.upsert({
    where: { id },
    create: { id, name },
    update: { name },
    select: { id: true },
  })
}

/** Writes down what a signed interaction said of a person, for the doors that hear nothing from Discord. */
export async function rememberGuildRole(
  { db, clock }: Tracker,
  { guildId, userId, standing }: { guildId: string; userId: string; standing: GuildStanding },
): Promise<void> {
  const guild = await db.prisma.guild.findUnique({
    where: { id: guildId },
    select: { triageRoleIds: true, roles: { where: { userId }, select: { role: true, checkedAt: true } } },
  })
  if (guild === null) return // an unknown server is connected to nothing, so a role in it means nothing
  const role = guildRoleOf(standing, guild.triageRoleIds)
  const checkedAt = clock()
  const [known] = guild.roles
  if (known?.role === role && checkedAt.getTime() - known.checkedAt.getTime() < rewriteMs) return
  await db.prisma.guildRole.upsert({
    where: { guildId_userId: { guildId, userId } },
    create: { guildId, userId, role, checkedAt },
    update: { role, checkedAt },
    select: { role: true },
  })
}
