import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { Actor } from '../context.ts'
import { Moment, asJson } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import type { Queryable } from '../db/transaction.ts'
import { userFields } from '../identity/queries.ts'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { permissionsJson } from '../permissions/present.ts'
import { Permissions } from '../permissions/schema.ts'
import { may } from '../policy.ts'
import type { Subject } from '../policy.ts'
import { read } from '../read.ts'
import { Comment, CommentPage, ListComments, OneComment } from './schema.ts'

export const missingComment = 'There is no such comment on this issue, or it was deleted.'

/** A comment `c` with its author `u`. */
const commentJson = asJson({
  id: 'c.id',
  issueNumber: 'c.issue_number',
  body: 'c.body',
  author: userFields('u'),
  hidden: 'c.hidden_at is not null',
  version: 'c.version',
  createdAt: new Moment('c.created_at'),
  editedAt: new Moment('c.edited_at'),
})

/** Of the issue `$3`, the comment `$4`; spam is as hidden as that of a hidden issue is. */
const oneComment = `from comments c join users u on u.id = c.author_id
  join issues i on i.workspace_id = c.workspace_id and i.number = c.issue_number
  where c.workspace_id = access.workspace_id and c.issue_number = $3 and c.id = $4::uuid
    and c.deleted_at is null and i.deleted_at is null`
const isSpam = '(i.hidden_at is not null or c.hidden_at is not null) as hidden'

export const getComment = read({
  name: 'getComment',
  summary: 'Read a comment',
  action: 'issue.read',
  ofIssue: true,
  input: OneComment,
  output: Comment,
  missing: missingComment,
  statement: ({ number, commentId }) => ({
    name: 'comment',
    answer: `select ${isSpam}, ${commentJson}::text as body ${oneComment}`,
    values: [number, commentId],
  }),
  // As an operation gives it, so that it has the same entity tag.
  present: (body) => JSON.stringify(JSON.parse(body)),
})

export const getCommentPermissions = read({
  name: 'getCommentPermissions',
  summary: 'What you may do with a comment',
  action: 'issue.read',
  ofIssue: true,
  input: OneComment,
  output: Permissions,
  missing: missingComment,
  statement: ({ number, commentId }) => ({
    name: 'comment-permissions',
    answer: `select ${isSpam}, json_build_object('authorId', c.author_id, 'locked', i.locked)::text as body ${oneComment}`,
    values: [number, commentId],
  }),
  present: (subject, actor) =>
    permissionsJson(actor, ['comment.edit', 'comment.delete', 'issue.hide'], JSON.parse(subject) as Subject), // as the statement made it
})

const firstId = '00000000-0000-0000-0000-000000000000'
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** In the order in which they were written, from either end. A page from which spam was taken out is shorter. */
export const listComments = read({
  name: 'listComments',
  summary: 'List the comments on an issue',
  action: 'issue.read',
  ofIssue: true,
  input: ListComments,
  output: CommentPage,
  missing: missingIssue,
  listOf: ({ number, order }) => [number, order],
  place: z.uuid(),
  statement: ({ number, order, limit }, after) => {
    const [beyond, direction, start] = order === 'oldest' ? ['>', 'asc', firstId] : ['<', 'desc', lastId]
    return {
      name: `comments:${order}`,
      answer: `select ${isHidden}, page.body, page.next from issues i join lateral (${pageOf(
        `select c.id as place, ${commentJson} as element
          from comments c join users u on u.id = c.author_id
          where c.workspace_id = access.workspace_id and c.issue_number = $3 and c.deleted_at is null
            and c.id ${beyond} $5::uuid
          order by c.id ${direction} limit $4 + 1`,
        '$4',
      )}) page on true
        where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
      values: [number, limit, after ?? start],
    }
  },
  present: withoutSpam,
})

function withoutSpam(body: string, actor: Actor): string {
  if (may(actor, 'issue.read-hidden')) return body
  const comments = JSON.parse(body) as Comment[] // as the statement made them
  return comments.some(({ hidden }) => hidden)
    ? JSON.stringify(comments.filter(({ hidden }) => !hidden))
    : body
}

const jsonOfOne = raw(commentJson)

/** A comment as it is now, for the operation that wrote it. */
export async function presentComment(db: Queryable, workspaceId: number, id: string): Promise<Comment> {
  const [row] = await db.query<{ comment: Comment }>(sql`
    select ${jsonOfOne} as comment from comments c join users u on u.id = c.author_id
    where c.workspace_id = ${workspaceId} and c.id = ${id}`)
  if (row === undefined) throw new Error('A comment vanished while it was being written.')
  return row.comment
}
