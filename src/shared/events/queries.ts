import { z } from 'zod'
import { isoTime } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import { presentUser } from '../identity/queries.ts'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { IssueNumber } from '../issues/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'
import { read } from '../read.ts'
import { History } from './schema.ts'

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
    answer: `select ${isHidden}, page.body, page.next from issues i join lateral (${pageOf(
      `select e.id as place, json_build_object('id', e.id, 'type', e.type, 'actor', ${presentUser('e.actor_id')},
          'door', e.door, 'changes', e.changes, 'createdAt', ${isoTime('e.created_at')}) as element
        from events e left join comments c on c.workspace_id = e.workspace_id and c.id = e.subject_id
        where e.workspace_id = access.workspace_id and e.issue_number = $3 and e.id > $5::uuid
          and (e.type = 'comment.deleted' or c.deleted_at is null and c.hidden_at is null)
        order by e.id limit $4 + 1`,
      '$4',
    )}) page on true
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number, limit, after ?? firstId],
  }),
})
