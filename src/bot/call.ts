import { PermissionFlagsBits } from 'discord.js'
import type { BaseInteraction } from 'discord.js'
import type { Actor, Context, Tracker, WorkspaceScope } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { rememberGuild, rememberGuildRole } from '#shared/guilds/roles.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { getStanding } from '#shared/read.ts'
import type { Dashboard } from './dashboard.ts'

/** Somebody using the bot, and where. */
export interface Call {
  /** In a server its place is the server's workspace; in direct messages there is none. */
  ctx: Context
  discordId: string
  guildId: string | null
  /** Whether the server has a role of this id now. */
  roleExists: (id: string) => boolean
  dashboard: Dashboard
}

/** A call in a server that is connected to a workspace. */
export interface CallInWorkspace extends Call {
  guildId: string
  /** What the policy may be asked about beforehand. */
  actor: Actor
  workspace: WorkspaceScope
}

/** Works out who is calling, from what Discord signed, and writes down what it says of them. */
export async function receiveCall(
  { tracker, dashboard }: { tracker: Tracker; dashboard: Dashboard },
  interaction: BaseInteraction,
): Promise<Call> {
  const { user, guildId, guild } = interaction
  const [userId] = await Promise.all([
    ensureDiscordUser(tracker, {
      discordId: user.id,
      name: user.displayName,
      imageUrl: user.avatarURL({ extension: 'png', size: 128 }),
    }),
    guild === null ? undefined : rememberGuild(tracker, { id: guild.id, name: guild.name }),
  ])
  const roleExists = (id: string) => guild?.roles.cache.has(id) ?? false
  const about = { discordId: user.id, guildId, roleExists, dashboard }
  if (guildId === null) {
    const caller = { userId, door: 'discord' as const, guild: null }
    return { ctx: { tracker, caller, place: null }, ...about }
  }
  const managed = managesGuild(interaction)
  await rememberGuildRole(tracker, {
    guildId,
    userId,
    standing: { managesGuild: managed, roleIds: roleIdsOf(interaction) },
  })
  const caller = { userId, door: 'discord' as const, guild: { id: guildId, managed } }
  return { ctx: { tracker, caller, place: { guildId } }, ...about }
}

/**
 * The workspace of the server; with `madeFor`, that very one. What follows is held to it, even if the server is
 * connected elsewhere meanwhile. Throws `conflict` and `not_found` where there is none.
 */
export async function enterWorkspace(
  call: Call,
  madeFor?: { workspaceId: number },
): Promise<CallInWorkspace> {
  const { guildId } = call
  if (guildId === null) throw new AppError('conflict', 'Issues belong to a server. Use this command in one.')
  const place = { guildId, ...(madeFor === undefined ? {} : { workspaceId: madeFor.workspaceId }) }
  const { actor, workspace } = await getStanding({ ...call.ctx, place })
  const ctx = { ...call.ctx, place: { guildId, workspaceId: workspace.id } }
  return { ...call, guildId, ctx, actor, workspace }
}

/** For what belongs to no workspace: accounts, and how a server is connected. */
export function outsideWorkspaces({ ctx }: Call): Context {
  return { ...ctx, place: null }
}

/**
 * An interaction tells what somebody may do in its channel, where Manage Server can be written too by whoever manages
 * that channel; it counts where the server's own roles give it.
 */
function managesGuild(interaction: BaseInteraction): boolean {
  const inChannel = interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false
  if (!inChannel || !interaction.inCachedGuild()) return inChannel
  return interaction.member.permissions.has(PermissionFlagsBits.ManageGuild)
}

/** Without `@everyone`, whose id is the server's: Discord's REST API does not name it among somebody's roles either. */
function roleIdsOf({ member, guildId }: BaseInteraction): string[] {
  if (member === null) return []
  const ids = Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()]
  return ids.filter((id) => id !== guildId)
}
