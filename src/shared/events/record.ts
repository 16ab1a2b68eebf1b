import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { Actor, Tracker, WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import type { Changes, EventType } from './schema.ts'

/** What an operation says happened. Who, through which door and when is added by `recordEvent`. */
export interface NewEvent {
  type: EventType
  /** Where it happened, when the operation itself is outside any workspace; null for what is nobody else's business. */
  workspaceId?: number | null
  /** SQL where nobody has waited for the number. */
  issueNumber?: number | Sql
  /** What else it is about, such as a comment. */
  subjectId?: string
  changes: Changes
}

/** Sends the event in the transaction that did it: it is committed with the change, or not at all. */
export function recordEvent(
  scope: {
    tx: Transaction
    tracker: Pick<Tracker, 'newId'>
    actor: Pick<Actor, 'userId' | 'door'>
    workspace: WorkspaceScope | null
    now: Date
  },
  { type, workspaceId, issueNumber, subjectId, changes }: NewEvent,
): void {
  scope.tx.send(sql`
    insert into events (id, workspace_id, issue_number, subject_id, type, actor_id, door, changes, created_at)
    values (${scope.tracker.newId()}, ${workspaceId === undefined ? (scope.workspace?.id ?? null) : workspaceId}, ${issueNumber ?? null},
      ${subjectId ?? null}, ${type}, ${scope.actor.userId}, ${scope.actor.door}, ${JSON.stringify(changes)}, ${scope.now})`)
}

/** The fields whose values differ, as before and after. */
export function difference<T extends object>(
  before: Partial<T>,
  after: { [K in keyof T]?: T[K] | undefined },
): Changes {
  const changes: Changes = {}
  for (const [field, value] of Object.entries(after)) {
    const was = before[field as keyof T] as unknown // Object.entries forgets that the field is one of T's keys
    if (value !== undefined && JSON.stringify(was) !== JSON.stringify(value)) {
      changes[field] = { before: plain(was), after: plain(value) }
    }
  }
  return changes
}

function plain(value: unknown): Changes[string]['before'] {
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}
