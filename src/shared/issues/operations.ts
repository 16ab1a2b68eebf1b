import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { z } from 'zod'
import type { Scope } from '../operation.ts'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { operation } from '../operation.ts'
import type { Action } from '../policy.ts'
import { assertGuestQuota } from './guest-quota.ts'
import { missingIssue, presentIssue } from './queries.ts'
import { ChangeIssue, CreateIssue, Issue, IssueAtVersion, closedStatuses } from './schema.ts'
import type { IssueChange, IssueStatus } from './schema.ts'

/** How long a deleted issue can be restored. */
export const restorableDays = 30

/** What was deleted before this is gone for good. */
export function restorableSince(now: Date): Date {
  return new Date(now.getTime() - restorableDays * 86_400_000)
}

/** What policy and change detection need of an issue, locked until the operation ends. */
interface LockedIssue {
  number: number
  title: string
  description: string
  status: IssueStatus
  labels: string[]
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
  access: 'issue.create',
  input: CreateIssue,
  output: Issue,
  async run({ tx, actor, workspace, now, input: { labels, ...words } }) {
    const labelIds = await findLabels(tx, workspace.id, labels)
    if (actor.role === 'guest') {
      tx.send(sql`select 1 from workspaces where id = ${workspace.id} for no key update`)
      await assertGuestQuota(tx, workspace.id, actor.userId, now)
    }
    insertIssue(tx, workspace.id, {
      ...words,
      labelIds,
      authorId: actor.userId,
      createdAt: now,
      closedAt: closedStatuses.has(words.status) ? now : null,
    })
    const number = newestNumber(workspace.id)
    return {
      result: presentIssue(tx, workspace.id, number),
      event: { type: 'issue.created', issueNumber: number, changes: difference({}, { ...words, labels }) },
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
  access: (issue, input) => actionsOf(changesTo(issue, input)),
  async run({ tx, workspace, now, input, subject: issue }) {
    assertVersion(issue, input.version)
    const changes = changesTo(issue, input)
    if (Object.keys(changes).length === 0) {
      return { result: presentIssue(tx, workspace.id, issue.number), event: null }
    }
    const { title = issue.title, description = issue.description, status = issue.status, labels } = input
    const wasClosed = closedStatuses.has(issue.status)
    if (changes['labels'] !== undefined && labels !== undefined)
      await putLabels(tx, workspace.id, issue.number, labels)
    tx.send(sql`
      update issues set title = ${title}, description = ${description}, status = ${status}::issue_status,
        closed_at = ${closedStatuses.has(status) ? (wasClosed ? issue.closedAt : now) : null},
        version = version + 1, updated_at = ${now}
      where workspace_id = ${workspace.id} and number = ${issue.number}`)
    return {
      result: presentIssue(tx, workspace.id, issue.number),
      event: { type: 'issue.changed', issueNumber: issue.number, changes },
    }
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
    assertVersion(issue, input.version)
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

/** The one action of the policy table that each field belongs to. */
const actionOfField: Record<keyof IssueChange, Action> = {
  title: 'issue.edit',
  description: 'issue.edit',
  status: 'issue.set-status',
  labels: 'issue.set-labels',
}

function changesTo(issue: LockedIssue, { title, description, status, labels }: IssueChange): Changes {
  return difference(issue, { title, description, status, labels })
}

/** An echo of what is already there changes nothing, and asks for no more than reading. */
function actionsOf(changes: Changes): Action[] {
  const fields = Object.keys(actionOfField) as (keyof IssueChange)[] // a Record's keys are its key type
  return [
    'issue.read',
    ...new Set(fields.filter((field) => field in changes).map((field) => actionOfField[field])),
  ]
}

function assertVersion(issue: LockedIssue, version: ChangeIssue['version']): void {
  if (version === undefined) return
  const wanted = [version].flat()
  if (wanted.includes(issue.version)) return
  throw new AppError(
    'stale',
    `This issue has been changed since you read it (it is at version ${issue.version}, you sent ${wanted.join(', ')}). Read it again and repeat your change.`,
  )
}

async function lockIssue(
  scope: Scope<WorkspaceScope>,
  { number }: { number: number },
): Promise<LockedIssue | null> {
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
    select number, title, description, status::text, author_id as "authorId", version, closed_at as "closedAt"
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

interface NewIssue extends Omit<CreateIssue, 'labels'> {
  labelIds: string[]
  authorId: string
  createdAt: Date
  closedAt: Date | null
}

/**
 * Takes the next number and files the issue under it. Nobody else can file in this workspace until the commit, so
 * nothing is waited for in between. A label that has been deleted meanwhile is left out.
 */
function insertIssue(
  tx: Transaction,
  workspaceId: number,
  { title, description, status, labelIds, authorId, createdAt, closedAt }: NewIssue,
): void {
  tx.send(sql`
    with counted as (
      update workspaces set last_issue_number = last_issue_number + 1
      where id = ${workspaceId} returning id as workspace_id, last_issue_number as number),
    filed as (
      insert into issues (workspace_id, number, title, description, status, author_id, created_at, updated_at, closed_at)
      select workspace_id, number, ${title}, ${description}, ${status}::issue_status, ${authorId}::uuid,
        ${createdAt}::timestamptz, ${createdAt}::timestamptz, ${closedAt}::timestamptz from counted)
    insert into issue_labels (workspace_id, issue_number, label_id)
    select l.workspace_id, counted.number, l.id
    from counted join labels l on l.workspace_id = counted.workspace_id and l.id = any(${labelIds}::uuid[])`)
}

/** The number that this transaction has just taken: until the commit no other can be newer. */
function newestNumber(workspaceId: number): Sql {
  return sql`(select last_issue_number from workspaces where id = ${workspaceId})`
}

/** The labels of these names. Throws `invalid` for one that the workspace does not have. */
async function findLabels(tx: Transaction, workspaceId: number, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const labels = await tx.query<{ id: string; name: string }>(sql`
    select id, name from labels where workspace_id = ${workspaceId} and name = any(${names})`)
  const unknown = names.filter((name) => !labels.some((label) => label.name === name))
  if (unknown.length === 0) return labels.map(({ id }) => id)
  const message = `There is no label ${unknown.map((name) => `“${name}”`).join(', ')} in this workspace.`
  throw new AppError('invalid', message, { problems: [{ path: 'labels', message }] })
}

async function putLabels(
  tx: Transaction,
  workspaceId: number,
  issueNumber: number,
  names: string[],
): Promise<void> {
  const labelIds = await findLabels(tx, workspaceId, names)
  tx.send(sql`
    delete from issue_labels
    where workspace_id = ${workspaceId} and issue_number = ${issueNumber} and label_id <> all(${labelIds}::uuid[])`)
  tx.send(sql`
    insert into issue_labels (workspace_id, issue_number, label_id)
    select workspace_id, ${issueNumber}::int, id from labels
    where workspace_id = ${workspaceId} and id = any(${labelIds}::uuid[])
    on conflict do nothing`)
}
