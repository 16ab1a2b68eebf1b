import sql from 'sql-template-tag'
import { labelsPerWorkspace } from '../labels/operations.ts'
import type { Note } from './records.ts'
import { nextRecords, placeAfter } from './work.ts'
import type { Batch, Progress } from './work.ts'

const batchSize = 500

/**
 * Adds the labels that are not there, in whatever case, as many as a workspace may have. Those that are there stay as they are; only where
 * a whole workspace is brought back into a new one, which has the labels that every one begins with, the file's count.
 */
export async function addLabels(batch: Batch): Promise<Progress> {
  const { tx, work, tracker } = batch
  const { workspaceId } = work
  const rows = await nextRecords(batch, 'label', batchSize)
  const workspaces = tx.query<{ isNew: boolean }>(sql`
    select last_issue_number = 0 as "isNew" from workspaces where id = ${workspaceId} for no key update`)
  const labels = await tx.query<{ name: string }>(
    sql`select lower(name) as name from labels where workspace_id = ${workspaceId}`,
  )
  const isNew = (await workspaces)[0]?.isNew ?? false
  const there = new Set(labels.map(({ name }) => name))
  const missing = rows.filter(({ externalId }) => !there.has(externalId))
  const fresh = missing.slice(0, Math.max(0, labelsPerWorkspace - labels.length))
  const taken = work.format === 'snag' && isNew ? rows.filter(({ externalId }) => there.has(externalId)) : []
  const put = [...fresh, ...taken]
  tx.send(sql`
    insert into labels (workspace_id, id, name, color, description)
    select ${workspaceId}, fresh.* from unnest(${put.map(() => tracker.newId())}::uuid[],
      ${put.map(({ record }) => record.name)}::text[], ${put.map(({ record }) => record.color)}::text[],
      ${put.map(({ record }) => record.description)}::text[]) as fresh
    on conflict (workspace_id, lower(name)) do update
      set name = excluded.name, color = excluded.color, description = excluded.description`)
  const notes = missing.slice(fresh.length).map(({ record }): Note => ({
    kind: 'skipped',
    subject: `label ${record.name}`,
    reason: `A workspace has at most ${labelsPerWorkspace} labels.`,
  }))
  return { after: placeAfter(rows), handled: rows.length, notes }
}
