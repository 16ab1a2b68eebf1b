import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { Moment, asJson } from '../db/fields.ts'
import type { Fields } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import type { Queryable } from '../db/transaction.ts'
import { presentUser } from '../identity/queries.ts'
import { read } from '../read.ts'
import { Import, ImportNotePage, ImportPage, ListImportNotes, ListImports, OneImport } from './schema.ts'

export const missingImport = 'There is no import with this id in this workspace.'

/** What is shown of an import, from `m` (imports). */
const importFields: Fields = {
  id: 'm.id',
  format: 'm.format',
  state: 'm.state',
  total: 'm.total',
  handled: 'm.handled',
  issues: 'm.issues',
  comments: 'm.comments',
  skipped: 'm.skipped',
  adjusted: 'm.adjusted',
  trusted: 'm.trusted',
  failure: 'm.failure',
  createdBy: presentUser('m.created_by_id'),
  createdAt: new Moment('m.created_at'),
  startedAt: new Moment('m.started_at'),
  finishedAt: new Moment('m.finished_at'),
}
const importJson = asJson(importFields)

export const getImport = read({
  name: 'getImport',
  summary: 'How far an import is',
  action: 'workspace.import',
  input: OneImport,
  output: Import,
  missing: missingImport,
  statement: ({ importId }) => ({
    name: 'import',
    answer: `select ${importJson}::text as body from imports m
      where m.workspace_id = access.workspace_id and m.id = $3::uuid`,
    values: [importId],
  }),
})

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Newest first. */
export const listImports = read({
  name: 'listImports',
  summary: 'List the imports of a workspace, newest first',
  action: 'workspace.import',
  input: ListImports,
  output: ImportPage,
  listOf: () => [],
  place: z.uuid(),
  statement: ({ limit }, after) => ({
    name: 'imports',
    answer: pageOf(
      `select m.id as place, ${importJson} as element from imports m
        where m.workspace_id = access.workspace_id and m.id < $4::uuid order by m.id desc limit $3 + 1`,
      '$3',
    ),
    values: [limit, after ?? lastId],
  }),
})

/** What an import left out or changed, in the order in which it came to it; the first ones, if they are many. */
export const listImportNotes = read({
  name: 'listImportNotes',
  summary: 'What an import left out or changed, and why',
  action: 'workspace.import',
  input: ListImportNotes,
  output: ImportNotePage,
  missing: missingImport,
  listOf: ({ importId }) => [importId],
  place: z.int(),
  statement: ({ importId, limit }, after) => ({
    name: 'import-notes',
    answer: `select page.body, page.next from imports m join lateral (${pageOf(
      `select n.id as place, json_build_object('kind', n.kind, 'subject', n.subject, 'reason', n.reason) as element
        from import_notes n
        where n.workspace_id = access.workspace_id and n.import_id = $3::uuid and n.id > $5::bigint
        order by n.id limit $4 + 1`,
      '$4',
    )}) page on true where m.workspace_id = access.workspace_id and m.id = $3::uuid`,
    values: [importId, limit, after ?? 0],
  }),
})

const importText = raw(importJson)

/** An import as it is now, for the operation that changed it. */
export async function presentImport(db: Queryable, workspaceId: number, importId: string): Promise<Import> {
  const [row] = await db.query<{ import: Import }>(sql`
    select ${importText} as import from imports m
    where m.workspace_id = ${workspaceId} and m.id = ${importId}::uuid`)
  if (row === undefined) throw new Error('An import vanished while it was being changed.')
  return row.import
}

/**
 * The numbers of the issues that an import made or added comments to, in ascending order, after a number: for whatever
 * keeps something beside the issues and has to catch up, since an import records no event for each of them.
 */
export async function listTouchedIssues(
  db: Queryable,
  { workspaceId, importId }: { workspaceId: number; importId: string },
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await db.query<{ number: number }>(sql`
    select distinct issue_number as number from import_items
    where workspace_id = ${workspaceId} and import_id = ${importId}::uuid and issue_number > ${after}
    order by 1 limit ${limit}`)
  return rows.map(({ number }) => number)
}
