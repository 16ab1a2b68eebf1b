import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { operation, worldOperation } from '../operation.ts'
import { insertWorkspace } from '../workspaces/operations.ts'
import { presentGuild } from './queries.ts'
import { ChangeGuild, CreateGuildWorkspace, Guild, OfGuild } from './schema.ts'

const Nothing = z.strictObject({})
/** Servers of one workspace: they are listed in one answer. */
const guildsPerWorkspace = 100
/** Before any answer of Discord: what is remembered from then has to be asked again. */
const longAgo = new Date(0)

/**
 * Creates a workspace for members and connects the server to it; the caller becomes its granted admin.
 * Throws `conflict` when the server is connected already, or the address is taken.
 */
export const createGuildWorkspace = worldOperation({
  name: 'createGuildWorkspace',
  summary: 'Create a workspace for a Discord server',
  access: 'guild.set-up',
  input: CreateGuildWorkspace,
  output: Guild,
  async run({ tx, tracker, actor, guildId, now, input }) {
    const guild = await lockUnconnected(tx, guildId)
    const workspace = await insertWorkspace(tx, {
      ...input,
      visibility: 'members',
      now,
      adminIds: [actor.userId],
      newId: tracker.newId,
    })
    return {
      result: connect(tx, { guildId: guild.id, workspaceId: workspace.id, now }),
      event: {
        type: 'guild.connected',
        workspaceId: workspace.id,
        changes: difference({}, { guildId: guild.id, ...input }),
      },
    }
  },
})

/**
 * Connects the server to the workspace of the place. Throws `conflict` when the server is connected already, or the
 * workspace has too many.
 */
export const connectGuild = operation({
  name: 'connectGuild',
  summary: 'Connect a Discord server to a workspace',
  access: 'guild.connect',
  input: Nothing,
  output: Guild,
  async run({ tx, guildId, workspace, now }) {
    const guild = await lockUnconnected(tx, guildId)
    // Without a lock: two at once may both be the last, and one more does no harm.
    const others = await tx.query(sql`select 1 from guilds where workspace_id = ${workspace.id}`)
    if (others.length >= guildsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${guildsPerWorkspace} servers. Disconnect one first.`,
      )
    }
    return {
      result: connect(tx, { guildId: guild.id, workspaceId: workspace.id, now }),
      event: { type: 'guild.connected', changes: difference({}, { guildId: guild.id }) },
    }
  },
})

/** Changes who triages in a connected server, and whether guests may file. Throws `not_found`. */
export const changeGuild = operation({
  name: 'changeGuild',
  summary: 'Change how a Discord server is connected',
  access: 'guild.change',
  input: ChangeGuild,
  output: Guild,
  async run({ tx, workspace, input: { guildId, triageRoleIds, guestsAllowed } }) {
    const before = await lockConnected(tx, guildId, workspace)
    const changes = difference(before, { triageRoleIds, guestsAllowed })
    if (Object.keys(changes).length === 0) return { result: presentGuild(tx, guildId), event: null }
    if (changes['triageRoleIds'] !== undefined) forgetRoles(tx, guildId)
    tx.send(sql`
      update guilds set triage_role_ids = ${triageRoleIds ?? before.triageRoleIds},
        guests_allowed = ${guestsAllowed ?? before.guestsAllowed} where id = ${guildId}`)
    return {
      result: presentGuild(tx, guildId),
      event: { type: 'guild.changed', changes: { guildId: { before: guildId, after: guildId }, ...changes } },
    }
  },
})

/** Ends the connection. The workspace keeps everything, and the server's roles count there no more. Throws `not_found`. */
export const disconnectGuild = operation({
  name: 'disconnectGuild',
  summary: 'Disconnect a Discord server',
  access: 'guild.change',
  input: OfGuild,
  output: Guild,
  async run({ tx, workspace, input: { guildId } }) {
    await lockConnected(tx, guildId, workspace)
    forgetRoles(tx, guildId)
    tx.send(
      sql`update guilds set workspace_id = null, triage_role_ids = '{}', connected_at = null where id = ${guildId}`,
    )
    return {
      result: presentGuild(tx, guildId),
      event: { type: 'guild.disconnected', changes: { guildId: { before: guildId, after: null } } },
    }
  },
})

interface LockedGuild {
  id: string
  workspaceId: number | null
  triageRoleIds: string[]
  guestsAllowed: boolean
}

async function lockGuild(tx: Transaction, guildId: string): Promise<LockedGuild | null> {
  const [guild] = await tx.query<LockedGuild>(sql`
    select id, workspace_id as "workspaceId", triage_role_ids as "triageRoleIds", guests_allowed as "guestsAllowed"
    from guilds where id = ${guildId} for no key update`)
  return guild ?? null
}

async function lockUnconnected(tx: Transaction, guildId: string | null): Promise<LockedGuild> {
  const guild = guildId === null ? null : await lockGuild(tx, guildId)
  if (guild === null)
    throw new AppError('conflict', 'This can only be done in a Discord server that the bot is in.')
  if (guild.workspaceId === null) return guild
  throw new AppError('conflict', 'This server is connected to a workspace already. Disconnect it first.')
}

/** Who may change the connection was asked before the lock was had: it may be another one by then. */
async function lockConnected(
  tx: Transaction,
  guildId: string,
  workspace: WorkspaceScope,
): Promise<LockedGuild> {
  const guild = await lockGuild(tx, guildId)
  if (guild?.workspaceId === workspace.id) return guild
  throw new AppError(
    'not_found',
    `This server is not connected to ${workspace.slug}, or no longer. Look again at which ones are.`,
  )
}

function connect(
  tx: Transaction,
  { guildId, workspaceId, now }: { guildId: string; workspaceId: number; now: Date },
): Promise<Guild> {
  forgetRoles(tx, guildId)
  tx.send(sql`
    update guilds set workspace_id = ${workspaceId}, connected_at = ${now}, triage_role_ids = '{}', guests_allowed = true
    where id = ${guildId}`)
  return presentGuild(tx, guildId)
}

function forgetRoles(tx: Transaction, guildId: string): void {
  tx.send(sql`update guild_roles set checked_at = ${longAgo} where guild_id = ${guildId}`)
}
