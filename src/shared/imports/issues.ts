import sql from 'sql-template-tag'
import { countComments, insertComments, takeComments } from './comments.ts'
import { Fitting } from './fitting.ts'
import { findPeople } from './people.ts'
import { subjectOf } from './records.ts'
import type { Note } from './records.ts'
import { rewriter } from './rewriting.ts'
import { nextRecords, placeAfter } from './work.ts'
import type { Batch, Progress } from './work.ts'

const batchSize = 500

/** Adds the next issues, with their labels and comments. Nothing follows from it: it records no event. */
export async function addIssues(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const { workspaceId, importId, source } = work
  const rows = await nextRecords(batch, 'issue', batchSize)
  const fresh = rows.flatMap((row) => {
    if (row.known) return []
    if (row.target === null) throw new Error(`The issue ${row.externalId} of an import has no number.`)
    return [{ ...row.record, ...row, number: row.target }]
  })
  const [personOf, rewrite, thread] = await Promise.all([
    findPeople(
      batch,
      fresh.flatMap(({ author, assignee }) => [author, assignee]),
    ),
    rewriter(
      batch,
      fresh.flatMap(({ refs }) => refs),
    ),
    takeComments(batch, fresh),
  ])
  const comments = countComments(thread.comments)
  const notes: Note[] = rows
    .filter(({ known }) => known)
    .map((row) => ({
      kind: 'skipped',
      subject: subjectOf('issue', row),
      reason: 'It is here already.',
    }))
  const issues = fresh.map((issue) => {
    const fit = new Fitting(subjectOf('issue', issue))
    const author = personOf(issue.author)
    if (author === null) fit.adjusted('Its author is not in the file: whoever imported it stands in.')
    // Numbers that became longer may make a text too long that was not.
    const words = fit.words(issue.title, rewrite(issue.description, issue.externalId))
    notes.push(...fit.notes)
    return {
      ...issue,
      ...words,
      author: author ?? personOf(null) ?? work.createdById,
      assignee: issue.assignee === null ? null : personOf(issue.assignee),
    }
  })
  tx.send(sql`
    insert into issues (workspace_id, number, title, description, status, priority, author_id, assignee_id, locked,
      comments, created_at, updated_at, closed_at, hidden_at)
    select ${workspaceId}, fresh.* from unnest(${issues.map(({ number }) => number)}::int[],
      ${issues.map(({ title }) => title)}::text[], ${issues.map(({ description }) => description)}::text[],
      ${issues.map(({ status }) => status)}::issue_status[], ${issues.map(({ priority }) => priority)}::priority[],
      ${issues.map(({ author }) => author)}::uuid[], ${issues.map(({ assignee }) => assignee)}::uuid[],
      ${issues.map(({ locked }) => locked)}::boolean[],
      ${issues.map(({ number }) => comments.get(number) ?? 0)}::int[], ${issues.map(({ createdAt }) => createdAt)}::timestamptz[],
      ${issues.map(({ updatedAt }) => updatedAt)}::timestamptz[], ${issues.map(({ closedAt }) => closedAt)}::timestamptz[],
      ${issues.map(({ hiddenAt }) => hiddenAt)}::timestamptz[]) as fresh`)
  tx.send(sql`
    insert into import_items (workspace_id, source, external_id, import_id, issue_number)
    select ${workspaceId}, ${source}, fresh.external_id, ${importId}::uuid, fresh.number
    from unnest(${issues.map(({ externalId }) => externalId)}::text[], ${issues.map(({ number }) => number)}::int[])
      as fresh (external_id, number)`)
  const labelled = issues.flatMap(({ number, labels }) => labels.map((label) => ({ number, label })))
  tx.send(sql`
    insert into issue_labels (workspace_id, issue_number, label_id)
    select l.workspace_id, fresh.number, l.id
    from unnest(${labelled.map(({ number }) => number)}::int[], ${labelled.map(({ label }) => label)}::text[])
      as fresh (number, label)
    join labels l on l.workspace_id = ${workspaceId} and lower(l.name) = lower(fresh.label)
    on conflict do nothing`)
  insertComments(batch, thread.comments)
  return {
    after: placeAfter(rows),
    handled: rows.length + thread.rows,
    issues: issues.length,
    comments: thread.comments.length,
    notes: [...notes, ...thread.notes],
  }
}
