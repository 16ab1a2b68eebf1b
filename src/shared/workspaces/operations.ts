import { z } from 'zod'
import type { Transaction } from '../db/database.ts'
import { isDuplicate } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { firstLabels } from '../labels/schema.ts'
import { operation, worldOperation } from '../operation.ts'
import { ChangeWorkspace, CreateWorkspace, Workspace } from './schema.ts'

/** Creates a workspace; the caller becomes its admin. Throws `conflict` when the address is taken. */
export const createWorkspace = worldOperation({
  name: 'createWorkspace',
  summary: 'Create a workspace',
  access: 'workspace.create',
  input: CreateWorkspace,
  output: Workspace,
  async run({ tx, tracker, actor, now, input }) {
    const workspace = await insertWorkspace(tx, {
      ...input,
      now,
      adminIds: [actor.userId],
      newId: tracker.newId,
    })
    return {
      result: { ...workspace, createdAt: workspace.createdAt.toISOString(), role: 'admin' as const },
      event: { type: 'workspace.created', workspaceId: workspace.id, changes: difference({}, input) },
    }
  },
})

/** Renames a workspace, or opens or closes it to those who are not members. */
export const changeWorkspace = operation({
  name: 'changeWorkspace',
  summary: 'Change a workspace',
  access: 'workspace.change',
  input: ChangeWorkspace,
  output: Workspace,
  async run({ tx, actor, workspace, input: { name, visibility } }) {
    await tx.$queryRaw`select 1 from workspaces where id = ${workspace.id} for no key update`
    const before = await tx.workspace.findUniqueOrThrow({ where: { id: workspace.id } })
    const changes = difference(before, { name, visibility })
    const after = await tx.workspace.update({
      where: { id: workspace.id },
      data: { ...(name === undefined ? {} : { name }), ...(visibility === undefined ? {} : { visibility }) },
    })
    return {
      result: { ...after, createdAt: after.createdAt.toISOString(), role: actor.role },
      event: Object.keys(changes).length === 0 ? null : { type: 'workspace.changed', changes },
    }
  },
})

export interface NewWorkspace extends z.output<typeof CreateWorkspace> {
  now: Date
  adminIds: string[]
  newId: () => string
}

/** A workspace with its first labels and admins. Throws `conflict` when the address is taken. */
export async function insertWorkspace(tx: Transaction, { adminIds, now, newId, ...words }: NewWorkspace) {
  try {
    return await tx.workspace.create({
      data: {
        ...words,
        createdAt: now,
        memberships: { create: adminIds.map((userId) => ({ userId, role: 'admin', createdAt: now })) },
        labels: { create: firstLabels.map((label) => ({ ...label, id: newId() })) },
      },
    })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new AppError('conflict', `The address “${words.slug}” is taken. Choose another one.`)
  }
}
