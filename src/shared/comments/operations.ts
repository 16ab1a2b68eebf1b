import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { difference } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { assertGuestQuota } from '../guest-quota.ts'
import { missingIssue } from '../issues/queries.ts'
import { lockForTalk } from '../issues/talk.ts'
import { findNamed, forgetNamed, keepNamed, keepNamedAnew, mentioned } from '../mentions/naming.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Action } from '../policy.ts'
import { follow } from '../subscriptions/following.ts'
import { assertVersion } from '../version.ts'
import { missingComment, presentComment } from './queries.ts'
import { ChangeComment, Comment, CommentAtVersion, CreateComment } from './schema.ts'
import type { OneComment } from './schema.ts'

/** A comment, locked until the operation ends, and what its issue allows. */
interface LockedComment {
  id: string
  issueNumber: number
  body: string
  authorId: string
  version: number
  locked: boolean
  /** Spam, or on an issue that is. */
  hidden: boolean
  /** Spam itself, and therefore not among those that are counted. */
  uncounted: boolean
}

/**
 * Comments on an issue; who does follows it from now on, and so do those who are mentioned. The issue counts as updated,
 * because people look for what is talked about; its version stays. Throws `too_many` for a guest beyond their quota.
 */
export const createComment = operation({
  name: 'createComment',
  summary: 'Comment on an issue',
  access: 'comment.create',
  input: CreateComment,
  output: Comment,
  subject: lockForTalk,
  missing: missingIssue,
  async run({ input: { body }, subject: { number }, ...scope }) {
    const { tx, tracker, actor, workspace, now } = scope
    if (actor.role === 'guest')
      await assertGuestQuota(tx, 'comments', { workspaceId: workspace.id, authorId: actor.userId, now })
    const named = await findNamed(tx, scope, body)
    const id = tracker.newId()
    tx.send(sql`
      insert into comments (workspace_id, id, issue_number, author_id, body, created_at)
      values (${workspace.id}, ${id}, ${number}, ${actor.userId}, ${body}, ${now})`)
    tx.send(sql`
      update issues set comments = comments + 1, updated_at = ${now}
      where workspace_id = ${workspace.id} and number = ${number}`)
    follow(tx, workspace.id, number, { userIds: [actor.userId], now })
    keepNamed(tx, workspace.id, { issueNumber: number, commentId: id }, named, now)
    return {
      result: presentComment(tx, workspace.id, id),
      event: {
        type: 'comment.created',
        issueNumber: number,
        subjectId: id,
        changes: { ...difference({}, { body }), ...mentioned(named.userIds) },
      },
    }
  },
})

/**
 * Changes the words of a comment, which its author alone may, or hides it, which is for moderators. Its version counts
 * its words only. Throws `stale`.
 */
export const changeComment = operation({
  name: 'changeComment',
  summary: 'Edit or hide a comment',
  access: (comment, input) => {
    const changes = changesTo(comment, input)
    return ['issue.read', ...fields.filter((field) => field in changes).map((field) => actionOfField[field])]
  },
  input: ChangeComment,
  output: Comment,
  subject: lockComment,
  missing: missingComment,
  async run({ input, subject: comment, ...scope }) {
    const { tx, workspace } = scope
    const { id, issueNumber } = comment
    assertVersion('comment', comment, input.version)
    const changes = changesTo(comment, input)
    if (input.hidden !== undefined && 'hidden' in changes) hide(scope, comment, { hidden: input.hidden })
    const told = input.body !== undefined && 'body' in changes ? await reword(scope, comment, input.body) : []
    const event = {
      type: 'comment.changed' as const,
      issueNumber,
      subjectId: id,
      changes: { ...changes, ...mentioned(told) },
    }
    return {
      result: presentComment(tx, workspace.id, id),
      event: Object.keys(changes).length === 0 ? null : event,
    }
  },
})

/** Deletes a comment: nobody reads it any more, and after 30 days its words are removed for good. Throws `stale`. */
export const deleteComment = operation({
  name: 'deleteComment',
  summary: 'Delete a comment',
  access: 'comment.delete',
  input: CommentAtVersion,
  output: z.null(),
  subject: lockComment,
  missing: missingComment,
  async run({ tx, workspace, now, input, subject: comment }) {
    const { id, issueNumber, uncounted } = comment
    assertVersion('comment', comment, input.version)
    tx.send(sql`
      update comments set deleted_at = ${now} where workspace_id = ${workspace.id} and id = ${id}`)
    if (!uncounted) {
      tx.send(sql`
        update issues set comments = comments - 1 where workspace_id = ${workspace.id} and number = ${issueNumber}`)
    }
    forgetNamed(tx, workspace.id, { issueNumber, commentId: id })
    return { result: null, event: { type: 'comment.deleted', issueNumber, subjectId: id, changes: {} } }
  },
})

/** The one action of the policy table that each field belongs to. */
const actionOfField = { body: 'comment.edit', hidden: 'issue.hide' } as const satisfies Record<string, Action>
const fields = ['body', 'hidden'] as const

function changesTo(comment: LockedComment, { body, hidden }: ChangeComment): Changes {
  return difference({ body: comment.body, hidden: comment.uncounted }, { body, hidden })
}

/** Gives who is mentioned by the new words and was not by the old ones. */
async function reword(
  scope: Scope<WorkspaceScope>,
  { id, issueNumber }: LockedComment,
  body: string,
): Promise<string[]> {
  const { tx, workspace, now } = scope
  const named = await findNamed(tx, scope, body)
  tx.send(sql`
    update comments set body = ${body}, version = version + 1, edited_at = ${now}
    where workspace_id = ${workspace.id} and id = ${id}`)
  return keepNamedAnew(tx, workspace.id, { issueNumber, commentId: id }, named, now)
}

/** What is hidden is not counted among the comments that everybody sees. */
function hide(
  { tx, workspace, now }: Scope<WorkspaceScope>,
  { id, issueNumber }: LockedComment,
  { hidden }: { hidden: boolean },
): void {
  tx.send(sql`
    update comments set hidden_at = ${hidden ? now : null} where workspace_id = ${workspace.id} and id = ${id}`)
  tx.send(sql`
    update issues set comments = comments + ${hidden ? -1 : 1}
    where workspace_id = ${workspace.id} and number = ${issueNumber}`)
}

/** The issue is locked before its comment, by everything that locks both. */
async function lockComment(
  { tx, workspace }: Scope<WorkspaceScope>,
  { number, commentId }: OneComment,
): Promise<LockedComment | null> {
  tx.send(sql`
    select 1 from issues where workspace_id = ${workspace.id} and number = ${number} for no key update`)
  const [comment] = await tx.query<LockedComment>(sql`
    select c.id, c.issue_number as "issueNumber", c.body, c.author_id as "authorId", c.version, i.locked,
      c.hidden_at is not null as uncounted, (c.hidden_at is not null or i.hidden_at is not null) as hidden
    from comments c join issues i on i.workspace_id = c.workspace_id and i.number = c.issue_number
    where c.workspace_id = ${workspace.id} and c.issue_number = ${number} and c.id = ${commentId}
      and c.deleted_at is null and i.deleted_at is null
    for no key update of c`)
  return comment ?? null
}
