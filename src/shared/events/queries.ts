import { z } from 'zod'
import type { Context } from '../context.ts'
import { isoTime } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import { presentUser } from '../identity/queries.ts'
import { isHidden as isHiddenIssue, missingIssue } from '../issues/queries.ts'
import { IssueNumber } from '../issues/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'
import { getStanding, read } from '../read.ts'
import type { Read } from '../read.ts'
import { audienceOf, covers, typesFor } from './audience.ts'
import type { Audience } from './audience.ts'
import { eventJson, isHidden, isTold, withComment, withSubjects } from './rows.ts'
import { EventPage, History, ListEvents } from './schema.ts'

const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * What happened to an issue, in the order it happened. A deleted issue has no history to read; of a comment that was
 * deleted it is told that it was, and of spam nothing.
 */
export const getHistory = read({
  name: 'getHistory',
  summary: 'Read what happened to an issue, oldest first',
  action: 'issue.read',
  ofIssue: true,
  input: z.strictObject({
    number: IssueNumber,
    limit: pageLimit({ default: 50, max: 100 }),
    cursor: PageCursor.optional(),
  }),
  output: History,
  missing: missingIssue,
  listOf: ({ number }) => [number],
  place: z.uuid(),
  statement: ({ number, limit }, after) => ({
    name: 'history',
    answer: `select ${isHiddenIssue}, page.body, page.next from issues i join lateral (${pageOf(
      `select e.id as place, json_build_object('id', e.id, 'type', e.type, 'actor', ${presentUser('e.actor_id')},
          'door', e.door, 'changes', e.changes, 'createdAt', ${isoTime('e.created_at')}) as element
        from events e ${withComment}
        where e.workspace_id = access.workspace_id and e.issue_number = $3 and e.id > $5::uuid
          and c.hidden_at is null and ${isTold}
        order by e.id limit $4 + 1`,
      '$4',
    )}) page on true
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number, limit, after ?? firstId],
  }),
})

/**
 * So many events are looked through for one page: what fits a filter may be rare. A page may then be short, or empty,
 * and still name the next one.
 */
const lookedThrough = 5_000
const lastPosition = '9223372036854775807'

/** The pages for one audience, which is asked of the policy in the statement that reads them. */
function eventsFor(audience: Audience) {
  return read({
    name: 'listEvents',
    summary: 'List what happened in a workspace',
    action: audience,
    input: ListEvents,
    output: EventPage,
    listOf: ({ issue, type, actor, order }) => [issue, type, actor, order],
    place: z.string().regex(/^\d{1,18}$/),
    statement: ({ issue, type, actor, order, limit }, after) => {
      const types = typesFor(audience).filter((one) => type === undefined || one === type)
      const values: unknown[] = [limit, after ?? (order === 'newest' ? lastPosition : '0'), types]
      const parameter = (value: unknown) => `$${values.push(value) + 2}`
      const filters: [name: string, sql: string][] = []
      if (!covers(audience, 'issue.read-hidden')) filters.push(['unhidden', `not ${isHidden}`])
      if (actor !== undefined) {
        const id = actor === 'me' ? 'access.user_id' : `${parameter(actor)}::uuid`
        filters.push([
          actor === 'me' ? 'me' : 'actor',
          `e.actor_id in (select id from users where ${id} in (id, merged_into_id))`,
        ])
      }
      // An expression is nothing to go along an index by: those of one issue are few, and have an index of their own.
      const [position, ofIssue] =
        issue === undefined
          ? ['e.position', '']
          : ['e.position + 0', `and e.issue_number = ${parameter(issue)}`]
      const [beyond, direction, edge] = order === 'newest' ? ['<', 'desc', 'min'] : ['>', 'asc', 'max']
      return {
        name: ['events', order, issue === undefined ? 'all' : 'issue', ...filters.map(([name]) => name)].join(
          ':',
        ),
        answer: `with near as materialized (
            select e.* from events e where e.workspace_id = access.workspace_id ${ofIssue}
              and ${position} ${beyond} $4::bigint order by ${position} ${direction} limit ${lookedThrough})
          select page.body, coalesce(page.next,
            (select case when count(*) = ${lookedThrough} then ${edge}(position) end from near)) as next
          from (${pageOf(
            `select e.position as place, ${eventJson} as element from near e ${withSubjects}
              where ${[`e.type = any($5)`, isTold, ...filters.map(([, sql]) => sql)].join(' and ')}
              order by e.position ${direction} limit $3 + 1`,
            '$3',
          )}) page`,
        values,
      }
    },
  })
}

const pagesFor = {
  'issue.read': eventsFor('issue.read'),
  'issue.read-hidden': eventsFor('issue.read-hidden'),
  'workspace.audit': eventsFor('workspace.audit'),
} satisfies Record<Audience, ReturnType<typeof eventsFor>>

const { kind, operationName, summary, input, output, worldly } = pagesFor['issue.read']

/**
 * What happened in a workspace, in the order of commit. Everybody who reads the workspace sees what happened to
 * issues; who changed members and settings is for admins, and what is hidden for triagers.
 */
export const listEvents: Read<typeof ListEvents, typeof EventPage> = Object.assign(
  async (ctx: Context, raw: z.input<typeof ListEvents>) => {
    const { actor } = await getStanding(ctx)
    return pagesFor[audienceOf(actor) ?? 'issue.read'](ctx, raw)
  },
  { kind, operationName, summary, input, output, worldly },
)
