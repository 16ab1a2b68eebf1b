import sql from 'sql-template-tag'
import { templatesPerWorkspace } from '../templates/schema.ts'
import { sharedViews } from '../views/operations.ts'
import { findPeople } from './people.ts'
import type { Note } from './records.ts'
import { nextRecords, placeAfter } from './work.ts'
import type { Batch, Progress } from './work.ts'

const batchSize = 500

/**
 * Adds the forms that are not there, as many as a workspace may have. As with labels, the file's count where a whole
 * workspace is brought back into a new one, which has the forms that every one begins with.
 */
export async function addTemplates(batch: Batch): Promise<Progress> {
  const { tx, work, tracker } = batch
  const { workspaceId } = work
  const rows = await nextRecords(batch, 'template', batchSize)
  const workspaces = tx.query<{ isNew: boolean }>(sql`
    select last_issue_number = 0 as "isNew" from workspaces where id = ${workspaceId} for no key update`)
  const templates = await tx.query<{ name: string }>(
    sql`select lower(name) as name from templates where workspace_id = ${workspaceId}`,
  )
  const isNew = (await workspaces)[0]?.isNew ?? false
  const named = new Set(rows.map(({ externalId }) => externalId))
  if (isNew) {
    tx.send(sql`
      delete from templates where workspace_id = ${workspaceId} and lower(name) = any(${[...named]}::text[])`)
  }
  const staying = new Set(templates.map(({ name }) => name).filter((name) => !isNew || !named.has(name)))
  const missing = rows.filter(({ externalId }) => !staying.has(externalId))
  const fresh = missing.slice(0, Math.max(0, templatesPerWorkspace - staying.size))
  for (const { record } of fresh) {
    tx.send(sql`
      insert into templates
        (workspace_id, id, position, name, description, title_placeholder, label_ids, priority, fields)
      select ${workspaceId}::int, ${tracker.newId()}::uuid,
        (select coalesce(max(position), 0) + 1 from templates where workspace_id = ${workspaceId}),
        ${record.name}, ${record.description}, ${record.titlePlaceholder},
        array(select id from labels where workspace_id = ${workspaceId}
          and lower(name) = any(${record.labels.map((name) => name.toLowerCase())}::text[])),
        ${record.priority}::priority, ${JSON.stringify(record.fields)}::jsonb
      on conflict do nothing`)
  }
  const reason = `A workspace has at most ${templatesPerWorkspace} templates.`
  const notes = missing
    .slice(fresh.length)
    .map(({ record }): Note => ({ kind: 'skipped', subject: `template ${record.name}`, reason }))
  return { after: placeAfter(rows), handled: rows.length, notes }
}

/** Shares the views that nobody shares here under their names, as many as a workspace may share. */
export async function addViews(batch: Batch): Promise<Progress> {
  const { tx, work, tracker } = batch
  const { workspaceId } = work
  const rows = await nextRecords(batch, 'view', batchSize)
  const personOf = await findPeople(
    batch,
    rows.map(({ record }) => record.owner),
  )
  tx.send(sql`select 1 from workspaces where id = ${workspaceId} for no key update`)
  const shared = await tx.query<{ name: string }>(
    sql`select name from saved_views where workspace_id = ${workspaceId} and shared`,
  )
  const there = new Set(shared.map(({ name }) => name))
  const missing = rows.filter(({ record }) => !there.has(record.name))
  const fresh = missing.slice(0, Math.max(0, sharedViews - shared.length))
  for (const { record } of fresh) {
    tx.send(sql`
      insert into saved_views
        (workspace_id, id, owner_id, name, query, shared, layout, group_by, created_at, updated_at)
      values (${workspaceId}, ${tracker.newId()}, ${personOf(record.owner) ?? work.createdById}, ${record.name},
        ${record.query}, true, ${record.layout}, ${record.groupBy}, ${record.createdAt}, ${record.updatedAt})`)
  }
  const reason = `A workspace shares at most ${sharedViews} views.`
  const notes = missing
    .slice(fresh.length)
    .map(({ record }): Note => ({ kind: 'skipped', subject: `view ${record.name}`, reason }))
  return { after: placeAfter(rows), handled: rows.length, notes }
}
