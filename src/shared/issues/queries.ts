import sql, { raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { z } from 'zod'
import type { Queryable } from '../db/transaction.ts'
import { Moment, Optional, asColumns, asJson } from '../db/fields.ts'
import type { Fields } from '../db/fields.ts'
import { userFields } from '../identity/queries.ts'
import type { Filter, Person } from '../query/syntax.ts'
import { read } from '../read.ts'
import { conditionsOf } from './filters.ts'
import {
  BrowseIssues,
  BrowsedIssues,
  Issue,
  IssueNumber,
  IssueSuggestion,
  SuggestIssues,
  closedStatuses,
  pageSizes,
} from './schema.ts'

export const missingIssue = 'There is no issue with this number, or it was deleted.'

/** What is shown of an issue, from the rows of `withPeople`; `labels` is an expression for their names. */
function issueFields(key: string, labels: string): Fields {
  return {
    number: 'i.number',
    reference: `${key} || '-' || i.number`,
    title: 'i.title',
    description: 'i.description',
    status: 'i.status',
    priority: 'i.priority',
    labels: `coalesce(${labels}, '[]')`,
    author: userFields('u'),
    assignee: new Optional(userFields('a')),
    duplicateOf: 'i.duplicate_of',
    locked: 'i.locked',
    hidden: 'i.hidden_at is not null',
    votes: 'i.votes',
    comments: 'i.comments',
    version: 'i.version',
    createdAt: new Moment('i.created_at'),
    updatedAt: new Moment('i.updated_at'),
    closedAt: new Moment('i.closed_at'),
  }
}

/** Issues `i` with their author `u` and their assignee `a`, who may not be there. */
function withPeople(issues: string): string {
  return `${issues} i join users u on u.id = i.author_id left join users a on a.id = i.assignee_id`
}

/** Of issues `i`, those that suggestions show. */
const shownIssues = 'i.deleted_at is null and i.hidden_at is null'

/** The first column of what is read of an issue `i`. */
export const isHidden = 'i.hidden_at is not null as hidden_issue'

/** The same as columns, for `read`. */
function issueColumns(labels: string): string {
  return asColumns(issueFields('access.key', labels))
}

/**
 * The names of one issue's labels as JSON, null when there are none. `to_json` puts no spaces between them, as
 * JavaScript does not: what a read sends and what an operation sends then have the same entity tag.
 */
const labelsOfIssue = `(select to_json(array_agg(l.name order by l.name collate "C")) from issue_labels il
    join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
    where il.workspace_id = i.workspace_id and il.issue_number = i.number)`

// Made once: every request uses one of them.
const columnsOfOne = issueColumns(labelsOfIssue)
const columnsOfMany = issueColumns('labelled.names')

export const getIssue = read({
  name: 'getIssue',
  summary: 'Read an issue',
  action: 'issue.read',
  ofIssue: true,
  input: z.strictObject({ number: IssueNumber }),
  output: Issue,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'issue',
    answer: `select ${isHidden}, i.number as place, ${columnsOfOne} from ${withPeople('issues')}
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    columns: {},
    values: [number],
  }),
})

/** How the issues of a page follow each other: by `by` (null: the number alone), and those alike by their number. */
export interface PageOrder {
  by: string | null
  /** What a cursor remembers of an issue `i`. */
  place: string
  direction: 'asc' | 'desc'
}

export const newestFirst: PageOrder = { by: null, place: 'i.number', direction: 'desc' }

/**
 * The issues that fulfil all conditions, in their order, at most one more than `$4`. The number of rows stands in the text
 * as well, because PostgreSQL takes a limit that is a parameter for a tenth of the table, and then plans every call anew.
 * The labels are looked up for the page as a whole, which costs half of looking them up issue by issue; kept, because of a page that
 * PostgreSQL expects to be a single row it would put them together again for each.
 */
export function pageOfIssues(
  conditions: readonly string[],
  { by, place, direction }: PageOrder,
  { from = 'issues i', more = '', fields = {} }: { from?: string; more?: string; fields?: Fields } = {},
): string {
  const order = `${by === null ? '' : `${by} ${direction}, `}i.number ${direction}`
  const columns = [columnsOfMany, ...(Object.keys(fields).length > 0 ? [asColumns(fields)] : [])]
  return `page as materialized (
      select * from (
        select i.*${more} from ${from}
        where i.workspace_id = access.workspace_id and ${conditions.join(' and ')}
        order by ${order} limit ${pageSizes.max + 1}) i
      order by ${order} limit $4 + 1),
    labelled as materialized (
      select il.issue_number, to_json(array_agg(l.name order by l.name collate "C")) as names
      from page join issue_labels il on il.workspace_id = page.workspace_id and il.issue_number = page.number
      join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id group by il.issue_number)
    select ${place} as place, ${columns.join(', ')} from ${withPeople('page')}
    left join labelled on labelled.issue_number = i.number order by ${order}`
}

const suggestionsShown = 25
/** A chat app shows suggestions while somebody types: they are looked for among the newest only. */
const suggestedFrom = 1_000

/** What somebody typing a number or a title may mean; the number itself first, then open issues, the newest first. */
export const suggestIssues = read({
  name: 'suggestIssues',
  summary: 'Suggest issues for what is being typed',
  action: 'issue.read',
  input: SuggestIssues,
  output: z.array(IssueSuggestion),
  statement: ({ typed, closed }) => {
    const digits = /^(?:#|[a-z][a-z0-9]*-)?(\d{1,9})$/i.exec(typed)?.[1]
    const wanted = `i.workspace_id = access.workspace_id and ${shownIssues}`
    return {
      name: 'suggestions',
      answer: `select coalesce(json_agg(json_build_object('number', found.number,
          'reference', access.key || '-' || found.number, 'title', found.title, 'status', found.status)
          order by found.exact desc, found.closed, found.number desc), '[]')::text as body
        from (
          select number, title, status, status = any($5::issue_status[]) as closed, coalesce(number = $4, false) as exact
          from (
            select number, title, status from (
              select i.number, i.title, i.status from issues i where ${wanted}
              order by i.number desc limit ${suggestedFrom}) newest
            where newest.title ilike $3 or newest.number::text like $4::int || '%'
            union
            select i.number, i.title, i.status from issues i where ${wanted} and i.number = $4::int) fitting
          where $6::boolean is null or (status = any($5::issue_status[])) = $6
          order by exact desc, closed, number desc limit ${suggestionsShown}) found`,
      values: [
        `%${typed.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`,
        digits === undefined ? null : Number(digits),
        [...closedStatuses],
        closed ?? null,
      ],
    }
  },
})

/** The issues before or after a number, newest first; the newest ones without. */
export const browseIssues = read({
  name: 'browseIssues',
  summary: 'Turn the pages of a list of issues',
  action: 'issue.read',
  input: BrowseIssues,
  output: BrowsedIssues,
  present: (data, _actor, next) => `{"data":${data},"more":${next !== null}}`,
  statement: ({ status, label, author, limit, olderThan, newerThan }) => {
    const backwards = newerThan !== undefined
    const values: unknown[] = [newerThan ?? olderThan ?? 2_147_483_647, limit]
    const parameter = (value: unknown) => `$${values.push(value) + 2}`
    const filters: Filter[] = []
    if (status !== undefined) filters.push({ field: 'status', not: false, values: [status] })
    if (label !== undefined) filters.push({ field: 'label', not: false, values: [label] })
    if (author !== undefined) {
      const person: Person = author === 'me' ? 'me' : { name: `discord:${author.discordId}` }
      filters.push({ field: 'author', not: false, values: [person] })
    }
    const direction = backwards ? 'asc' : 'desc'
    return {
      name: `browse:${[direction, ...filters.map(({ field, values }) => `${field}${values[0] === 'me' ? '-me' : ''}`)].join('+')}`,
      answer: `with ${pageOfIssues(
        [`i.number ${backwards ? '>' : '<'} $3`, ...conditionsOf(filters, parameter)],
        { ...newestFirst, direction },
      )}`,
      columns: { limit, backwards },
      values,
    }
  },
})

const jsonOfOne = raw(asJson(issueFields('w.key', labelsOfIssue)))
const issuesWithPeople = raw(withPeople('issues'))

/** An issue as it is now, for the operation that changed it. */
export async function presentIssue(db: Queryable, workspaceId: number, number: number | Sql): Promise<Issue> {
  const [row] = await db.query<{ issue: Issue }>(sql`
    select ${jsonOfOne} as issue
    from ${issuesWithPeople} join workspaces w on w.id = i.workspace_id
    where i.workspace_id = ${workspaceId} and i.number = ${number}`)
  if (row === undefined) throw new Error('An issue vanished while it was being changed.')
  return row.issue
}
