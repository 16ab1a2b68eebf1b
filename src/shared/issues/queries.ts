import { z } from 'zod'
import type { Transaction } from '../db/database.ts'
import { isoTime, pageOf } from '../db/sql.ts'
import { userJson } from '../identity/queries.ts'
import { read } from '../read.ts'
import { Issue, IssueNumber, IssuePage, ListIssues } from './schema.ts'

export const missingIssue = 'There is no issue with this number, or it was deleted.'

/** The fields of `Issue` in their order, from `i` (issues), `u` (its author) and the workspace's key. */
function issueFields(key: string): string {
  return `i.number, ${key} || '-' || i.number as reference, i.title, i.description, i.status,
    coalesce((select to_json(array_agg(l.name order by l.name collate "C")) from issue_labels il
      join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
      where il.workspace_id = i.workspace_id and il.issue_number = i.number), '[]') as labels,
    ${userJson('u')} as author, i.version, ${isoTime('i.created_at')} as "createdAt",
    ${isoTime('i.updated_at')} as "updatedAt", ${isoTime('i.closed_at')} as "closedAt"`
}

export const getIssue = read({
  name: 'getIssue',
  summary: 'Read an issue',
  action: 'issue.read',
  input: z.strictObject({ number: IssueNumber }),
  output: Issue,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'issue',
    answer: `select row_to_json(issue)::text as body from (
      select ${issueFields('access.key')}
      from issues i join users u on u.id = i.author_id
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null) issue`,
    values: [number],
  }),
})

/** Newest first; the place of a page is the number of its last issue. */
export const listIssues = read({
  name: 'listIssues',
  summary: 'List issues, newest first',
  action: 'issue.read',
  input: ListIssues,
  output: IssuePage,
  listOf: ({ status, label, author }) => [status, label, author],
  place: IssueNumber,
  statement: ({ status, label, author, limit }, after) => {
    const values: unknown[] = [after ?? 2_147_483_647, limit]
    const parameter = (value: unknown) => `$${values.push(value) + 2}`
    // One name and plan for each set of filters, so that each gets the index that fits it.
    const filters: [name: string, sql: string][] = []
    if (status !== undefined) filters.push(['status', `i.status = ${parameter(status)}::issue_status`])
    if (author === 'me') filters.push(['me', 'i.author_id = access.user_id'])
    else if (author !== undefined) filters.push(['author', `i.author_id = ${parameter(author)}::uuid`])
    if (label !== undefined) filters.push(['label', `i.number in (${issuesLabelled(parameter(label))})`])
    return {
      name: `issues:${filters.map(([name]) => name).join('+')}`,
      answer: pageOf(
        `select issue.number as place, row_to_json(issue) as element from (
          select ${issueFields('access.key')}
          from issues i join users u on u.id = i.author_id
          where i.workspace_id = access.workspace_id and i.number < $3 and i.deleted_at is null
            ${filters.map(([, sql]) => `and ${sql}`).join('\n            ')}
          order by i.number desc limit $4 + 1) issue
        order by issue.number desc`,
        '$4',
      ),
      values,
    }
  },
})

function issuesLabelled(name: string): string {
  return `select il.issue_number from labels l
    join issue_labels il on il.workspace_id = l.workspace_id and il.label_id = l.id
    where l.workspace_id = access.workspace_id and l.name = ${name}`
}

/** An issue as it is inside a transaction, for the operation that changed it. */
export async function presentIssue(tx: Transaction, workspaceId: number, number: number): Promise<Issue> {
  const [row] = await tx.$queryRawUnsafe<{ issue: Issue }[]>(
    `select row_to_json(issue) as issue from (
      select ${issueFields('w.key')}
      from issues i join users u on u.id = i.author_id join workspaces w on w.id = i.workspace_id
      where i.workspace_id = $1 and i.number = $2) issue`,
    workspaceId,
    number,
  )
  if (row === undefined) throw new Error(`Issue ${number} vanished inside its own transaction.`)
  return row.issue
}
