import { z } from 'zod'
import type { Scope } from '../operation.ts'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/database.ts'
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
    if (actor.role === 'guest') {
      await tx.$queryRaw`select 1 from workspaces where id = ${workspace.id} for no key update`
      await assertGuestQuota(tx, workspace.id, actor.userId, now)
    }
    const { number, known } = await insertIssue(tx, workspace.id, {
      ...words,
      labels,
      authorId: actor.userId,
      createdAt: now,
      closedAt: closedStatuses.has(words.status) ? now : null,
    })
    assertKnown(labels, known)
    return {
      result: await presentIssue(tx, workspace.id, number),
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
      return { result: await presentIssue(tx, workspace.id, issue.number), event: null }
    }
    const { title, description, status = issue.status, labels } = input
    const wasClosed = closedStatuses.has(issue.status)
    await tx.issue.update({
      where: { workspaceId_number: { workspaceId: workspace.id, number: issue.number } },
      data: {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        status,
        closedAt: closedStatuses.has(status) ? (wasClosed ? issue.closedAt : now) : null,
        version: { increment: 1 },
        updatedAt: now,
      },
      select: { number: true },
    })
    if (changes['labels'] !== undefined && labels !== undefined)
      await putLabels(tx, workspace.id, issue.number, labels)
    return {
      result: await presentIssue(tx, workspace.id, issue.number),
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
    await tx.issue.update({
      where: { workspaceId_number: { workspaceId: workspace.id, number: issue.number } },
      data: { deletedAt: now },
      select: { number: true },
    })
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
    await tx.issue.update({
      where: { workspaceId_number: { workspaceId: workspace.id, number: issue.number } },
      data: { deletedAt: null },
      select: { number: true },
    })
    return {
      result: await presentIssue(tx, workspace.id, issue.number),
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
  const [issue] = await tx.$queryRawUnsafe<Omit<LockedIssue, 'labels'>[]>(
    `select number, title, description, status::text, author_id as "authorId", version, closed_at as "closedAt"
    from issues where workspace_id = $1 and number = $2
      and case when $4 then deleted_at > $3 else deleted_at is null end for no key update`,
    workspace.id,
    number,
    restorableSince(now),
    deleted,
  )
  if (issue === undefined) return null
  // A statement of its own: the one that waited for the lock sees other tables as they were before the wait.
  const labels = await tx.$queryRaw<{ name: string }[]>`
    select l.name from issue_labels il join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
    where il.workspace_id = ${workspace.id} and il.issue_number = ${number} order by l.name collate "C"`
  return { ...issue, labels: labels.map(({ name }) => name) }
}

interface NewIssue extends Omit<CreateIssue, 'labels'> {
  labels: string[]
  authorId: string
  createdAt: Date
  closedAt: Date | null
}

/**
 * Takes the next number and files the issue under it with the labels that there are, in one statement: until the commit
 * nobody else can file in this workspace, so each round trip in between would make all of them wait.
 */
async function insertIssue(
  tx: Transaction,
  workspaceId: number,
  { title, description, status, labels, authorId, createdAt, closedAt }: NewIssue,
): Promise<{ number: number; known: string[] }> {
  const [filed] = await tx.$queryRaw<{ number: number; known: string[] }[]>`
    with counted as (
      update workspaces set last_issue_number = last_issue_number + 1
      where id = ${workspaceId} returning id as workspace_id, last_issue_number as number),
    filed as (
      insert into issues (workspace_id, number, title, description, status, author_id, created_at, updated_at, closed_at)
      select workspace_id, number, ${title}, ${description}, ${status}::issue_status, ${authorId}::uuid,
        ${createdAt}::timestamptz, ${createdAt}::timestamptz, ${closedAt}::timestamptz from counted),
    known as (select id, name from labels where workspace_id = ${workspaceId} and name = any(${labels}::text[])),
    labelled as (
      insert into issue_labels (workspace_id, issue_number, label_id)
      select counted.workspace_id, counted.number, known.id from counted, known)
    select number, array(select name from known) as known from counted`
  if (filed === undefined) throw new Error('A workspace vanished while an issue was filed in it.')
  return filed
}

/** Throws `invalid` for a label that the workspace does not have. */
function assertKnown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const message = `There is no label ${unknown.map((name) => `“${name}”`).join(', ')} in this workspace.`
  throw new AppError('invalid', message, { problems: [{ path: 'labels', message }] })
}

async function putLabels(
  tx: Transaction,
  workspaceId: number,
  issueNumber: number,
  names: string[],
): Promise<void> {
  const labels = await tx.label.findMany({
    where: { workspaceId, name: { in: names } },
    select: { id: true, name: true },
  })
  assertKnown(
    names,
    labels.map(({ name }) => name),
  )
  await tx.issueLabel.deleteMany({ where: { workspaceId, issueNumber } })
  await tx.issueLabel.createMany({
    data: labels.map(({ id }) => ({ workspaceId, issueNumber, labelId: id })),
  })
}
