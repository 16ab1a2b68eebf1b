import sql from 'sql-template-tag'
import type { z } from 'zod'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { firstLabels } from '../labels/schema.ts'
import { firstTemplates } from '../templates/schema.ts'
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
      result: { ...workspace, createdAt: now.toISOString(), role: 'admin' as const },
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
    const [before] = await tx.query<Pick<Workspace, 'name' | 'visibility'> & { createdAt: Date }>(sql`
      select name, visibility, created_at as "createdAt" from workspaces where id = ${workspace.id}
      for no key update`)
    if (before === undefined) throw new Error('A workspace vanished while it was being changed.')
    const changes = difference(before, { name, visibility })
    const after = { name: name ?? before.name, visibility: visibility ?? before.visibility }
    tx.send(sql`
      update workspaces set name = ${after.name}, visibility = ${after.visibility}::visibility
      where id = ${workspace.id}`)
    const { slug, key } = workspace
    return {
      result: { slug, key, ...after, createdAt: before.createdAt.toISOString(), role: actor.role },
      event: Object.keys(changes).length === 0 ? null : { type: 'workspace.changed', changes },
    }
  },
})

export interface NewWorkspace extends z.output<typeof CreateWorkspace> {
  now: Date
  adminIds: string[]
  newId: () => string
}

/** A workspace with its first labels, templates and admins. Throws `conflict` when the address is taken. */
export async function insertWorkspace(
  tx: Transaction,
  { adminIds, now, newId, ...words }: NewWorkspace,
): Promise<{ id: number } & z.output<typeof CreateWorkspace>> {
  const { slug, key, name, visibility } = words
  const [made] = await tx.query<{ id: number }>(sql`
    insert into workspaces (slug, key, name, visibility, created_at)
    values (${slug}, ${key}, ${name}, ${visibility}::visibility, ${now})
    on conflict (slug) do nothing returning id`)
  if (made === undefined)
    throw new AppError('conflict', `The address “${slug}” is taken. Choose another one.`)
  tx.send(sql`
    insert into memberships (workspace_id, user_id, role, created_at)
    select ${made.id}::int, admin, 'admin', ${now}::timestamptz from unnest(${adminIds}::uuid[]) admin`)
  tx.send(sql`
    insert into labels (workspace_id, id, name, color)
    select ${made.id}::int, label.* from unnest(${firstLabels.map(() => newId())}::uuid[],
      ${firstLabels.map((label) => label.name)}::text[], ${firstLabels.map(({ color }) => color)}::text[]) label`)
  for (const [at, { labels, ...template }] of firstTemplates.entries()) {
    tx.send(sql`
      insert into templates (workspace_id, id, position, name, description, title_placeholder, label_ids, priority, fields)
      values (${made.id}, ${newId()}, ${at + 1}, ${template.name}, ${template.description}, ${template.titlePlaceholder},
        array(select id from labels where workspace_id = ${made.id} and name = any(${labels})),
        ${template.priority}, ${JSON.stringify(template.fields)})`)
  }
  return { ...words, ...made }
}
