import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Scope } from '../operation.ts'
import type { Actor, WorkspaceScope } from '../context.ts'
import { difference } from '../events/record.ts'
import type { NewEvent } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { assertGuestQuota } from '../guest-quota.ts'
import { findLabels } from '../labels/find-labels.ts'
import { findNamed, keepNamed, keepNamedAnew, mentioned } from '../mentions/naming.ts'
import { operation } from '../operation.ts'
import type { Action } from '../policy.ts'
import { follow } from '../subscriptions/following.ts'
import { withTemplate } from '../templates/filing.ts'
import { assertVersion } from '../version.ts'
import { findAssignee } from './assignee.ts'
import {
  assertNoOpenDuplicate,
  findOriginal,
  lockBoth,
  moveVoices,
  originalsChanged,
  withConsequences,
} from './duplicates.ts'
import { insertIssue, newestNumber } from './filing.ts'
import { putLabels } from './labelling.ts'
import { missingIssue, presentIssue } from './queries.ts'
import { ChangeIssue, CreateIssue, Issue, IssueAtVersion, IssueChange, closedStatuses } from './schema.ts'
import type { IssueStatus, Priority } from './schema.ts'

/** How long a deleted issue can be restored. */
export const restorableDays = 30

/** What was deleted before this is gone for good. */
export function restorableSince(now: Date): Date {
  return new Date(now.getTime() - restorableDays * 86_400_000)
}

/** What policy and change detection need of an issue, locked until the operation ends. */
export interface LockedIssue {
  number: number
  title: string
  description: string
  status: IssueStatus
  labels: string[]
  priority: Priority
  /** A user's id. */
  assignee: string | null
  duplicateOf: number | null
  locked: boolean
  hidden: boolean
  votes: number
  authorId: string
  version: number
  closedAt: Date | null
}

/**
 * Files an issue; its author is the caller. Numbers are taken under the workspace's row lock, so they have
 * neither gaps nor doubles. Throws `invalid` for an unknown label, `too_many` for a guest beyond their quota.
 */
export const createIssue = operation({
  name: 'createIssue',
  summary: 'File an issue',
  access: (_subject, { priority, assignee }) => [
    'issue.create',
    ...(priority === 'none' ? [] : (['issue.set-priority'] as const)),
    ...(assignee === null ? [] : (['issue.assign'] as const)),
  ],
  input: CreateIssue,
  output: Issue,
  async run({ tx, actor, workspace, now, input }) {
    const { labels, assignee: named, ...fields } = await withTemplate(tx, workspace.id, input)
    const [assignee, labelIds, naming] = await Promise.all([
      findAssignee(tx, workspace.id, idOf(named, actor), actor.userId),
      findLabels(tx, workspace.id, labels),
      findNamed(tx, { workspace, actor }, fields.description),
    ])
    if (actor.role === 'guest')
      await assertGuestQuota(tx, 'issues', { workspaceId: workspace.id, authorId: actor.userId, now })
    insertIssue(tx, workspace.id, {
      ...fields,
      assignee,
      labelIds,
      authorId: actor.userId,
      createdAt: now,
      closedAt: closedStatuses.has(fields.status) ? now : null,
    })
    const number = newestNumber(workspace.id)
    if (assignee !== null && assignee !== actor.userId)
      follow(tx, workspace.id, number, { userIds: [assignee], now })
    keepNamed(tx, workspace.id, { issueNumber: number, commentId: null }, naming, now)
    const changes = difference<CreateIssue>(
      { priority: 'none', assignee: null },
      { ...fields, labels, assignee },
    )
    return {
      result: presentIssue(tx, workspace.id, number),
      event: {
        type: 'issue.created',
        issueNumber: number,
        changes: { ...changes, ...mentioned(naming.userIds) },
      },
    }
  },
})

/**
 * Changes any fields of an issue, whole or not at all. A field sent as it already is counts as no change, and
 * nothing is asked of the policy for it. Throws `stale` when `version` is not the issue's, `invalid` for an unknown label.
 */
export const changeIssue = operation({
  name: 'changeIssue',
  summary: 'Change an issue',
  input: ChangeIssue,
  output: Issue,
  subject: lockIssue,
  missing: missingIssue,
  access: (issue, input, actor) => actionsOf(changesTo(issue, input, actor)),
  async run({ input, subject: issue, ...scope }) {
    assertVersion('issue', issue, input.version)
    const event = await applyChange(scope, issue, input)
    return { result: presentIssue(scope.tx, scope.workspace.id, issue.number), event }
  },
})

/** Deletes an issue; it can be restored for `restorableDays`. Throws `stale`. */
export const deleteIssue = operation({
  name: 'deleteIssue',
  summary: 'Delete an issue',
  access: 'issue.delete',
  input: IssueAtVersion,
  output: z.null(),
  subject: lockIssue,
  missing: missingIssue,
  async run({ tx, workspace, now, input, subject: issue }) {
    assertVersion('issue', issue, input.version)
    tx.send(sql`
      update issues set deleted_at = ${now} where workspace_id = ${workspace.id} and number = ${issue.number}`)
    return { result: null, event: { type: 'issue.deleted', issueNumber: issue.number, changes: {} } }
  },
})

/** Brings a deleted issue back as it was. Throws `not_found` when there is none such, or its time is over. */
export const restoreIssue = operation({
  name: 'restoreIssue',
  summary: 'Restore a deleted issue',
  access: 'issue.restore',
  input: IssueAtVersion.omit({ version: true }),
  output: Issue,
  subject: lockDeletedIssue,
  missing: `There is no deleted issue with this number. Issues can be restored for ${restorableDays} days.`,
  async run({ tx, workspace, subject: issue }) {
    tx.send(sql`
      update issues set deleted_at = null where workspace_id = ${workspace.id} and number = ${issue.number}`)
    return {
      result: presentIssue(tx, workspace.id, issue.number),
      event: { type: 'issue.restored', issueNumber: issue.number, changes: {} },
    }
  },
})

/**
 * Changes what is asked for and is not so yet, and gives what happened by that. Throws `invalid` for an unknown label,
 * for somebody who cannot be assigned and for an original that is not there, `conflict` for one that cannot be one.
 */
export async function applyChange(
  scope: Scope<WorkspaceScope>,
  issue: LockedIssue,
  asked: IssueChange,
): Promise<NewEvent[]> {
  const { tx, actor, workspace, now } = scope
  const changes = changesTo(issue, asked, actor)
  if (Object.keys(changes).length === 0) return []
  const input = withConsequences(issue, asked)
  const { title = issue.title, description = issue.description, status = issue.status } = input
  const { priority = issue.priority, locked = issue.locked, hidden = issue.hidden, labels } = input
  const { duplicateOf = issue.duplicateOf } = input
  const isChanged = (field: keyof IssueChange) => changes[field] !== undefined
  if (isChanged('status') && !isChanged('duplicateOf')) assertNoOpenDuplicate(issue, workspace.key, status)
  const original =
    isChanged('duplicateOf') && duplicateOf !== null
      ? await findOriginal(scope, issue, { duplicateOf, status: asked.status })
      : null
  const assignee = isChanged('assignee')
    ? await findAssignee(tx, workspace.id, idOf(input.assignee ?? null, actor), issue.authorId)
    : issue.assignee
  if (isChanged('labels') && labels !== undefined) await putLabels(tx, workspace.id, issue.number, labels)
  const wasClosed = closedStatuses.has(issue.status)
  tx.send(sql`
    update issues set title = ${title}, description = ${description}, status = ${status}::issue_status,
      priority = ${priority}::priority, assignee_id = ${assignee}, duplicate_of = ${duplicateOf}, locked = ${locked},
      hidden_at = case when ${hidden} then coalesce(hidden_at, ${now}) end,
      closed_at = ${closedStatuses.has(status) ? (wasClosed ? issue.closedAt : now) : null},
      version = version + 1, updated_at = ${now}
    where workspace_id = ${workspace.id} and number = ${issue.number}`)
  if (isChanged('assignee') && assignee !== null)
    follow(tx, workspace.id, issue.number, { userIds: [assignee], now })
  const told = isChanged('description') ? await nameAnew(scope, issue.number, description) : []
  const votes =
    original === null ? null : await moveVoices(tx, workspace.id, { from: issue.number, to: original.number })
  const lost = votes === null ? {} : difference(issue, { votes: 0 })
  return [
    {
      type: 'issue.changed',
      issueNumber: issue.number,
      changes: { ...changes, ...lost, ...mentioned(told) },
    },
    ...(isChanged('duplicateOf')
      ? originalsChanged(issue, original && votes && { number: original.number, votes })
      : []),
  ]
}

/** Keeps what the changed description names, and gives who is mentioned there for the first time. */
async function nameAnew(
  scope: Scope<WorkspaceScope>,
  issueNumber: number,
  description: string,
): Promise<string[]> {
  const { tx, workspace, now } = scope
  const named = await findNamed(tx, scope, description)
  return keepNamedAnew(tx, workspace.id, { issueNumber, commentId: null }, named, now)
}

/** The one action of the policy table that each field belongs to. */
const actionOfField: Record<keyof IssueChange, Action> = {
  title: 'issue.edit',
  description: 'issue.edit',
  status: 'issue.set-status',
  labels: 'issue.set-labels',
  priority: 'issue.set-priority',
  assignee: 'issue.assign',
  duplicateOf: 'issue.set-duplicate',
  locked: 'issue.lock',
  hidden: 'issue.hide',
}

const changeable = IssueChange.keyof().options

export function changesTo(issue: LockedIssue, asked: IssueChange, actor: Actor): Changes {
  const input = withConsequences(issue, asked)
  const named = Object.fromEntries(changeable.map((field) => [field, input[field]]))
  const assignee = input.assignee === undefined ? undefined : idOf(input.assignee, actor)
  return difference(issue, { ...named, assignee })
}

/** The user that the caller means. */
function idOf(assignee: string | null, actor: Actor): string | null {
  return assignee === 'me' ? actor.userId : assignee
}

/** An echo of what is already there changes nothing, and asks for no more than reading. */
export function actionsOf(changes: Changes): Action[] {
  const fields = Object.keys(actionOfField) as (keyof IssueChange)[] // a Record's keys are its key type
  return [
    'issue.read',
    ...new Set(fields.filter((field) => field in changes).map((field) => actionOfField[field])),
  ]
}

/** With the issue that it is to repeat, if there is one. */
export async function lockIssue(
  scope: Scope<WorkspaceScope>,
  { number, duplicateOf }: { number: number; duplicateOf?: number | null | undefined },
): Promise<LockedIssue | null> {
  if (duplicateOf != null) lockBoth(scope.tx, scope.workspace.id, [number, duplicateOf])
  return lock(scope, number, { deleted: false })
}

async function lockDeletedIssue(
  scope: Scope<WorkspaceScope>,
  { number }: { number: number },
): Promise<LockedIssue | null> {
  return lock(scope, number, { deleted: true })
}

async function lock(
  { tx, workspace, now }: Scope<WorkspaceScope>,
  number: number,
  { deleted }: { deleted: boolean },
): Promise<LockedIssue | null> {
  const found = tx.query<Omit<LockedIssue, 'labels'>>(sql`
    select number, title, description, status::text, priority::text, assignee_id as assignee,
      duplicate_of as "duplicateOf", locked, hidden_at is not null as hidden, votes, author_id as "authorId", version, closed_at as "closedAt"
    from issues where workspace_id = ${workspace.id} and number = ${number}
      and case when ${deleted} then deleted_at > ${restorableSince(now)} else deleted_at is null end
    for no key update`)
  // A statement of its own: the one that waited for the lock sees other tables as they were before the wait.
  const labels = await tx.query<{ name: string }>(sql`
    select l.name from issue_labels il join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
    where il.workspace_id = ${workspace.id} and il.issue_number = ${number} order by l.name collate "C"`)
  const [issue] = await found
  return issue === undefined ? null : { ...issue, labels: labels.map(({ name }) => name) }
}
