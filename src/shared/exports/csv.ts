import { Readable, pipeline } from 'node:stream'
import { stringify } from 'csv-stringify'
import { isoTime } from '../db/fields.ts'

/** The columns of an exported table, in order; the first ones are those that an import understands. */
const columns: Record<string, string> = {
  number: 'i.number',
  title: 'i.title',
  description: 'i.description',
  status: 'i.status',
  priority: 'i.priority',
  labels: `(select string_agg(l.name, ', ' order by l.name collate "C") from issue_labels il
    join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
    where il.workspace_id = i.workspace_id and il.issue_number = i.number)`,
  author: 'author.name',
  assignee: 'assignee.name',
  votes: 'i.votes',
  comments: 'i.comments',
  created: isoTime('i.created_at'),
  updated: isoTime('i.updated_at'),
  closed: isoTime('i.closed_at'),
}

const header = Object.keys(columns)

/** The issues of the workspace `$1` that everybody sees, as arrays of texts in the order of `csvHeader`. */
export const csvRows = `select ${Object.values(columns)
  .map((column) => `${column}::text`)
  .join(', ')}
  from issues i join users author on author.id = i.author_id left join users assignee on assignee.id = i.assignee_id
  where i.workspace_id = $1 and i.deleted_at is null and i.hidden_at is null order by i.number`

/**
 * Rows as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8. A value that a spreadsheet would take for a formula,
 * because it begins with `=`, `+`, `-`, `@` or a tab, gets an apostrophe before it; an import takes that away again.
 */
export function csvOf(rows: AsyncIterable<(string | null)[]>): AsyncIterable<Uint8Array> {
  const table = stringify({ bom: true, header: true, columns: header, escape_formulas: true })
  // What fails on one side ends the other as well, and whoever reads the table hears of it.
  pipeline(Readable.from(rows), table, () => {})
  return table
}
