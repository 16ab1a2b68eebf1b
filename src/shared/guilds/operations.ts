import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/database.ts'
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
      result: await connect(tx, { guildId: guild.id, workspaceId: workspace.id, now }),
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
    const count = await tx.guild.count({ where: { workspaceId: workspace.id } })
    if (count >= guildsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${guildsPerWorkspace} servers. Disconnect one first.`,
      )
    }
    return {
      result: await connect(tx, { guildId: guild.id, workspaceId: workspace.id, now }),
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
    if (Object.keys(changes).length === 0) return { result: await presentGuild(tx, guildId), event: null }
    if (changes['triageRoleIds'] !== undefined) await forgetRoles(tx, guildId)
    await tx.guild.update({
      where: { id: guildId },
      data: {
        ...(triageRoleIds === undefined ? {} : { triageRoleIds }),
        ...(guestsAllowed === undefined ? {} : { guestsAllowed }),
      },
      select: { id: true },
    })
    return {
      result: await presentGuild(tx, guildId),
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
    await forgetRoles(tx, guildId)
    await tx.guild.update({
      where: { id: guildId },
      data: { workspaceId: null, triageRoleIds: [], connectedAt: null },
      select: { id: true },
    })
    return {
      result: await presentGuild(tx, guildId),
      event: { type: 'guild.disconnected', changes: { guildId: { before: guildId, after: null } } },
    }
  },
})

async function lockGuild(tx: Transaction, guildId: string) {
  await tx.$queryRaw`select 1 from guilds where id = ${guildId} for no key update`
  return tx.guild.findUnique({ where: { id: guildId } })
}

async function lockUnconnected(tx: Transaction, guildId: string | null) {
  const guild = guildId === null ? null : await lockGuild(tx, guildId)
  if (guild === null)
    throw new AppError('conflict', 'This can only be done in a Discord server that the bot is in.')
  if (guild.workspaceId === null) return guild
  throw new AppError('conflict', 'This server is connected to a workspace already. Disconnect it first.')
}

/** Who may change the connection was asked before the lock was had: it may be another one by then. */
async function lockConnected(tx: Transaction, guildId: string, workspace: WorkspaceScope) {
  const guild = await lockGuild(tx, guildId)
  if (guild?.workspaceId === workspace.id) return guild
  throw new AppError(
    'not_found',
    `This server is not connected to ${workspace.slug}, or no longer. Look again at which ones are.`,
  )
}

async function connect(
  tx: Transaction,
  { guildId, workspaceId, now }: { guildId: string; workspaceId: number; now: Date },
) {
  await forgetRoles(tx, guildId)
  await tx.guild.update({
    where: { id: guildId },
    data: { workspaceId, connectedAt: now, triageRoleIds: [], guestsAllowed: true },
    select: { id: true },
  })
  return presentGuild(tx, guildId)
}

async function forgetRoles(tx: Transaction, guildId: string): Promise<void> {
  await tx.guildRole.updateMany({ where: { guildId }, data: { checkedAt: longAgo } })
}
