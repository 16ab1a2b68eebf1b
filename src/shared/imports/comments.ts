import sql from 'sql-template-tag'
import { v7 as uuidv7, validate } from 'uuid'
import { Fitting } from './fitting.ts'
import { findPeople } from './people.ts'
import type { Note } from './records.ts'
import { rewriter } from './rewriting.ts'
import { nextRecords, placeAfter } from './work.ts'
import type { Batch, Progress, Waiting } from './work.ts'

const batchSize = 500

/** Adds the next comments, also to issues that an earlier import brought: a thread may have gone on since. */
export async function addComments(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const { workspaceId, importId, source } = work
  const rows = await nextRecords(batch, 'comment', batchSize)
  const [known, numberOf, personOf, rewrite] = await Promise.all([
    findKnown(batch, rows),
    findIssues(batch, rows),
    findPeople(
      batch,
      rows.map(({ record }) => record.author),
    ),
    rewriter(
      batch,
      rows.flatMap(({ refs }) => refs),
    ),
  ])
  const notes: Note[] = []
  const comments = rows.flatMap((row) => {
    const fit = new Fitting(`comment ${row.externalId}`)
    const skip = (reason: string) => {
      notes.push({ kind: 'skipped', subject: `comment ${row.externalId}`, reason })
      return []
    }
    if (known.has(row.externalId)) return skip('It is here already.')
    const number = numberOf.get(row.parentId ?? '')
    if (number === undefined) return skip('The issue it belongs to is not here.')
    const author = personOf(row.record.author)
    if (author === null) fit.adjusted('Its author is not in the file: whoever imported it stands in.')
    const body = fit.comment(rewrite(row.record.body, row.parentId ?? ''))
    notes.push(...fit.notes)
    // Comments are shown in the order of their ids: by their time, and of the same moment as the file has them.
    const id = uuidv7({ msecs: Date.parse(row.record.createdAt), seq: row.ordinal })
    return [{ ...row.record, ...row, id, number, body, author: author ?? personOf(null) ?? work.createdById }]
  })
  tx.send(sql`
    insert into comments (workspace_id, id, issue_number, author_id, body, created_at, edited_at, hidden_at)
    select ${workspaceId}, fresh.* from unnest(${comments.map(({ id }) => id)}::uuid[],
      ${comments.map(({ number }) => number)}::int[], ${comments.map(({ author }) => author)}::uuid[],
      ${comments.map(({ body }) => body)}::text[], ${comments.map(({ createdAt }) => createdAt)}::timestamptz[],
      ${comments.map(({ editedAt }) => editedAt)}::timestamptz[],
      ${comments.map(({ hiddenAt }) => hiddenAt)}::timestamptz[]) as fresh`)
  tx.send(sql`
    insert into import_items (workspace_id, source, external_id, import_id, issue_number, comment_id)
    select ${workspaceId}, ${source}, fresh.external_id, ${importId}::uuid, fresh.number, fresh.id
    from unnest(${comments.map(({ externalId }) => externalId)}::text[], ${comments.map(({ number }) => number)}::int[],
      ${comments.map(({ id }) => id)}::uuid[]) as fresh (external_id, number, id)`)
  const visible = comments.filter(({ hiddenAt }) => hiddenAt === null)
  tx.send(sql`
    update issues i set comments = i.comments + fresh.count
    from (select number, count(*)::int as count from unnest(${visible.map(({ number }) => number)}::int[]) number
      group by number) fresh
    where i.workspace_id = ${workspaceId} and i.number = fresh.number`)
  return { after: placeAfter(rows, batchSize), handled: rows.length, comments: comments.length, notes }
}

/** Those that are here already, by external id: from an earlier import, or because the file is an export of this workspace. */
async function findKnown({ tx, work }: Batch, rows: Waiting<'comment'>[]): Promise<Set<string>> {
  const names = rows.map(({ externalId }) => externalId)
  const ownIds = names.map((name) => name.slice(name.indexOf('/') + 1)).filter((id) => validate(id))
  const found = await tx.query<{ externalId: string }>(sql`
    select external_id as "externalId" from import_items
    where workspace_id = ${work.workspaceId} and source = ${work.source} and external_id = any(${names}::text[])
    union all
    select 'comment/' || id from comments
    where ${work.own} and workspace_id = ${work.workspaceId}
      and id = any(${ownIds}::uuid[])`)
  return new Set(found.map(({ externalId }) => externalId))
}

/** The numbers of the issues that the comments belong to, by external id; of those that are there. */
async function findIssues({ tx, work }: Batch, rows: Waiting<'comment'>[]): Promise<Map<string, number>> {
  const names = [...new Set(rows.map(({ parentId }) => parentId).filter((name) => name !== null))]
  const { workspaceId, importId, source } = work
  const named = await tx.query<{ externalId: string; number: number | null }>(sql`
    select external_id as "externalId", target as number from import_records
    where workspace_id = ${workspaceId} and import_id = ${importId}::uuid and kind = 'issue'
      and external_id = any(${names}::text[])
    union
    select external_id, issue_number from import_items
    where workspace_id = ${workspaceId} and source = ${source} and external_id = any(${names}::text[])`)
  // Apart, and by their keys: a table that grew this fast is taken for a small one, and would be gone through.
  const there = await tx.query<{ number: number }>(sql`
    select number from issues
    where workspace_id = ${workspaceId} and number = any(${named.map(({ number }) => number)}::int[])`)
  const isThere = new Set(there.map(({ number }) => number))
  return new Map(
    named.flatMap(({ externalId, number }) =>
      number !== null && isThere.has(number) ? [[externalId, number] as const] : [],
    ),
  )
}
