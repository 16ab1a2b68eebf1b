import sql from 'sql-template-tag'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import type { NewEvent } from '../events/record.ts'
import type { Scope } from '../operation.ts'
import { closedStatuses } from './schema.ts'
import type { IssueChange, IssueStatus } from './schema.ts'

/** What changes of an issue when it is said to be a duplicate. */
interface Duplicate {
  number: number
  status: IssueStatus
  duplicateOf: number | null
  votes: number
}

interface Original {
  number: number
  duplicateOf: number | null
}

/** Locks an issue and the one that it is to repeat, the lower number first: so that nobody waits in a circle. */
export function lockBoth(tx: Transaction, workspaceId: number, numbers: readonly [number, number]): void {
  tx.send(sql`
    select 1 from issues where workspace_id = ${workspaceId} and number = any(${numbers}::int[])
    order by number for no key update`)
}

/** What is asked for, and what follows from it: a duplicate is closed. */
export function withConsequences<I extends IssueChange>(issue: Duplicate, input: I): I {
  if (input.duplicateOf == null || input.duplicateOf === issue.duplicateOf) return input
  const status = closedStatuses.has(issue.status) ? issue.status : 'canceled'
  return { ...input, status: input.status ?? status }
}

/** Throws `conflict` for a status that would open a duplicate without taking back that it is one. */
export function assertNoOpenDuplicate(
  { duplicateOf }: Pick<Duplicate, 'duplicateOf'>,
  key: string,
  status: IssueStatus,
): void {
  if (duplicateOf === null || closedStatuses.has(status)) return
  throw new AppError(
    'conflict',
    `This issue is a duplicate of ${key}-${duplicateOf}, and closed by that. To open it, take that back: duplicateOf null.`,
  )
}

/**
 * The locked issue that another is to repeat. Throws `invalid` where there is none, for the issue itself, and for a
 * status that would leave the duplicate open; `conflict` for one that repeats another itself, or where others repeat
 * the issue: neither is followed to its end, because whoever merges issues should see with what.
 */
export async function findOriginal(
  { tx, workspace }: Scope<WorkspaceScope>,
  issue: Duplicate,
  { duplicateOf: number, status }: { duplicateOf: number; status?: IssueStatus | undefined },
): Promise<Original> {
  if (number === issue.number)
    throw refused('duplicateOf', 'No issue is a duplicate of itself. Name another one.')
  if (status !== undefined && !closedStatuses.has(status))
    throw refused('status', 'A duplicate is closed: leave the status out, or make it done or canceled.')
  const [original] = await tx.query<Original>(sql`
    select number, duplicate_of as "duplicateOf" from issues
    where workspace_id = ${workspace.id} and number = ${number} and deleted_at is null`)
  if (original === undefined)
    throw refused('duplicateOf', `There is no issue with the number ${number}, or it was deleted.`)
  const reference = `${workspace.key}-${number}`
  if (original.duplicateOf === issue.number)
    throw new AppError('conflict', `${reference} is a duplicate of this issue: that would be a circle.`)
  if (original.duplicateOf !== null) {
    const its = `${workspace.key}-${original.duplicateOf}`
    throw new AppError('conflict', `${reference} is itself a duplicate of ${its}. Name that one instead.`)
  }
  const [repeating] = await tx.query<{ number: number }>(sql`
    select number from issues
    where workspace_id = ${workspace.id} and duplicate_of = ${issue.number} and deleted_at is null limit 1`)
  if (repeating !== undefined) {
    const its = `${workspace.key}-${repeating.number}`
    throw new AppError('conflict', `${its} is a duplicate of this issue. Make it one of ${reference} first.`)
  }
  return original
}

/**
 * Gives the votes and the followers of a duplicate to its original, where nobody has two. Whoever muted one of them has
 * muted that one only. Gives how many votes the original had and has.
 */
export async function moveVoices(
  tx: Transaction,
  workspaceId: number,
  { from, to }: { from: number; to: number },
): Promise<{ before: number; after: number }> {
  tx.send(sql`
    with moved as (
      delete from subscriptions where workspace_id = ${workspaceId} and issue_number = ${from} and not muted
      returning workspace_id, user_id, created_at)
    insert into subscriptions (workspace_id, issue_number, user_id, created_at)
    select workspace_id, ${to}::int, user_id, created_at from moved order by user_id
    on conflict do nothing`)
  const [votes] = await tx.query<{ before: number; after: number }>(sql`
    with moved as (
      delete from votes where workspace_id = ${workspaceId} and issue_number = ${from}
      returning workspace_id, user_id, created_at),
    added as (
      insert into votes (workspace_id, issue_number, user_id, created_at)
      select workspace_id, ${to}::int, user_id, created_at from moved order by user_id
      on conflict do nothing returning 1),
    emptied as (
      update issues set votes = 0 where workspace_id = ${workspaceId} and number = ${from})
    update issues set votes = votes + (select count(*) from added)
    where workspace_id = ${workspaceId} and number = ${to}
    returning (votes - (select count(*) from added))::int as before, votes as after`)
  if (votes === undefined) throw new Error('An original vanished while it was locked.')
  return votes
}

/** What happened to the originals that a duplicate has been given and had before. */
export function originalsChanged(
  { number, duplicateOf: former }: Duplicate,
  original: { number: number; votes: { before: number; after: number } } | null,
): NewEvent[] {
  const events: NewEvent[] = []
  if (former !== null)
    events.push({
      type: 'issue.duplicate-removed',
      issueNumber: former,
      changes: { duplicate: { before: number, after: null } },
    })
  if (original !== null) {
    const { before, after } = original.votes
    events.push({
      type: 'issue.duplicate-added',
      issueNumber: original.number,
      changes: {
        duplicate: { before: null, after: number },
        ...(before === after ? {} : { votes: { before, after } }),
      },
    })
  }
  return events
}

function refused(path: string, message: string): AppError {
  return new AppError('invalid', message, { problems: [{ path, message }] })
}
