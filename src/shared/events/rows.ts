import { asJson, Moment } from '../db/fields.ts'
import { presentUser } from '../identity/queries.ts'

/** An event `e` as it is shown, as JSON. */
export const eventJson = asJson({
  id: 'e.id',
  type: 'e.type',
  actor: presentUser('e.actor_id'),
  door: 'e.door',
  changes: 'e.changes',
  createdAt: new Moment('e.created_at'),
  position: 'e.position',
  issueNumber: 'e.issue_number',
  subjectId: 'e.subject_id',
})

/** The comment `c` that an event `e` is about, or whose attachment it is about. */
export const withComment = `left join attachments a on a.workspace_id = e.workspace_id and a.id = e.subject_id
  left join comments c on c.workspace_id = e.workspace_id and c.id = coalesce(a.comment_id, e.subject_id)`

/** What an event `e` is about, where that is an issue `i` or a comment `c`. */
export const withSubjects = `left join issues i on i.workspace_id = e.workspace_id and i.number = e.issue_number
  ${withComment}`

/** Of what was deleted, or is gone for good, nothing is told but that it was deleted. */
export const isTold = `(e.issue_number is null or e.type like '%.deleted'
  or (i.number is not null and i.deleted_at is null and c.deleted_at is null
    and (c.id is not null or e.type not like 'comment.%')))`

export const isHidden = `(i.hidden_at is not null or c.hidden_at is not null)`
