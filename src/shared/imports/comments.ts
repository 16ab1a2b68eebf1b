import sql from 'sql-template-tag'
import { v7 as uuidv7, validate } from 'uuid'
import { Fitting } from './fitting.ts'
import { findPeople } from './people.ts'
import type { Note } from './records.ts'
import { rewriter } from './rewriting.ts'
import { charactersAtOnce, issuesNumbered, nextRecords, ofImport, placeAfter, waiting } from './work.ts'
import type { Batch, Progress, Waiting } from './work.ts'

const batchSize = 500
/** How many come with a batch of issues. */
export const commentsAtOnce = 1_000

type WaitingComment = Omit<Waiting<'comment'>, 'isLast'>

/** A comment as it will be here. */
interface FreshComment {
  id: string
  externalId: string
  number: number
  author: string
  body: string
  createdAt: string
  editedAt: string | null
  hiddenAt: string | null
}

interface FreshComments {
  /** Of how many records they are. */
  rows: number
  comments: FreshComment[]
  notes: Note[]
}

/**
 * Adds the next of the comments that did not come with their issues: of issues that an earlier import brought, whose thread
 * may have gone on since, and what a long thread has beyond `commentsAtOnce`.
 */
export async function addComments(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const rows = await nextRecords(batch, 'comment', batchSize)
  const numberOf = await findIssues(batch, rows)
  const { comments, notes } = await readComments(batch, rows, numberOf)
  insertComments(batch, comments)
  const counts = countComments(comments)
  tx.send(sql`
    update issues i set comments = i.comments + fresh.count
    from unnest(${[...counts.keys()]}::int[], ${[...counts.values()]}::int[]) as fresh (number, count)
    where ${issuesNumbered(work, [...counts.keys()])} and i.number = fresh.number`)
  return { after: placeAfter(rows), handled: rows.length, comments: comments.length, notes }
}

/**
 * Takes the comments of these issues out of what waits, those of the first issues first, for them to be counted in the issues
 * as these are added: `number` is what an issue will be here. As many as are worked on at once; the rest comes by itself.
 */
export async function takeComments(
  batch: Batch,
  issues: readonly { externalId: string; number: number; rank: string }[],
): Promise<FreshComments> {
  const { tx, work } = batch
  const [first, last] = [issues[0], issues.at(-1)]
  if (first === undefined || last === undefined) return { rows: 0, comments: [], notes: [] }
  const numberOf = new Map(issues.map(({ externalId, number }) => [externalId, number]))
  // By their places in the table, which nobody else changes: PostgreSQL might go through all that waits to join it to these.
  const rows = await tx.query<WaitingComment>(sql`
    delete from import_records r where r.ctid = any(array(
      select next.place from (
        select ctid as place, sum(length(record::text)) over (order by rank, ordinal) as characters
        from import_records
        where ${ofImport(work)} and kind = 'comment' and rank between ${first.rank}::bigint and ${last.rank}::bigint
          and parent_id = any(${[...numberOf.keys()]}::text[])
        order by rank, ordinal limit ${commentsAtOnce}) next
      where next.characters < ${charactersAtOnce}))
    returning ${waiting}`)
  return readComments(batch, rows, numberOf)
}

/** What these comments will be here, and what is to be told of those that will not be. */
async function readComments(
  batch: Batch,
  rows: readonly WaitingComment[],
  numberOf: ReadonlyMap<string, number>,
): Promise<FreshComments> {
  const [known, personOf, rewrite] = await Promise.all([
    findKnown(batch, rows),
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
  const comments = rows.flatMap((row): FreshComment[] => {
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
    const { externalId, record } = row
    return [
      { ...record, id, externalId, number, body, author: author ?? personOf(null) ?? batch.work.createdById },
    ]
  })
  return { rows: rows.length, comments, notes }
}

/** Adds them; their issues are there by now. */
export function insertComments({ tx, work }: Batch, comments: readonly FreshComment[]): void {
  const { workspaceId, importId, source } = work
  if (comments.length === 0) return
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
}

/** How many of them each issue counts, by its number: hidden ones are not counted. */
export function countComments(comments: readonly FreshComment[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { number, hiddenAt } of comments)
    if (hiddenAt === null) counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

/** Those that are here already, by external id: from an earlier import, or because the file is an export of this workspace. */
async function findKnown({ tx, work }: Batch, rows: readonly WaitingComment[]): Promise<Set<string>> {
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
async function findIssues(
  { tx, work }: Batch,
  rows: readonly WaitingComment[],
): Promise<Map<string, number>> {
  const names = [...new Set(rows.map(({ parentId }) => parentId).filter((name) => name !== null))]
  const { workspaceId, importId, source } = work
  const named = await tx.query<{ externalId: string; number: number | null }>(sql`
    select external_id as "externalId", target as number from import_records
    where workspace_id = ${workspaceId} and import_id = ${importId}::uuid and kind = 'issue'
      and external_id = any(${names}::text[])
    union
    select external_id, issue_number from import_items
    where workspace_id = ${workspaceId} and source = ${source} and external_id = any(${names}::text[])`)
  const numbers = named.flatMap(({ number }) => number ?? [])
  const there = await tx.query<{ number: number }>(sql`
    select i.number from issues i where ${issuesNumbered(work, numbers)}`)
  const isThere = new Set(there.map(({ number }) => number))
  return new Map(
    named.flatMap(({ externalId, number }) =>
      number !== null && isThere.has(number) ? [[externalId, number] as const] : [],
    ),
  )
}
