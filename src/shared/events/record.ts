import type { Actor, Tracker, WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/database.ts'
import type { Changes, EventType } from './schema.ts'

/** What an operation says happened. Who, through which door and when is added by `recordEvent`. */
export interface NewEvent {
  type: EventType
  /** Where it happened, when the operation itself is outside any workspace. */
  workspaceId?: number
  issueNumber?: number
  changes: Changes
}

/** Writes the event in the transaction that did it: it is committed with the change, or not at all. */
export async function recordEvent(
  scope: {
    tx: Transaction
    tracker: Tracker
    actor: Pick<Actor, 'userId' | 'door'>
    workspace: WorkspaceScope | null
    now: Date
  },
  { type, workspaceId, issueNumber, changes }: NewEvent,
): Promise<void> {
  await scope.tx.event.create({
    data: {
      id: scope.tracker.newId(),
      workspaceId: workspaceId ?? scope.workspace?.id ?? null,
      issueNumber: issueNumber ?? null,
      type,
      actorId: scope.actor.userId,
      door: scope.actor.door,
      changes,
      createdAt: scope.now,
    },
    select: { id: true },
  })
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
