import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { Actor, WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import type { Changes } from '../events/schema.ts'
import { namesIn } from '../markdown/names.ts'
import { follow } from '../subscriptions/following.ts'
import { findPeople } from './people.ts'

/** Where a text stands that names somebody or something. */
export interface Source {
  issueNumber: number | Sql
  /** Null for the issue's description. */
  commentId: string | null
}

/** What a text names, of what is there to be named. */
export interface Named {
  userIds: string[]
  /** Not looked up yet: those that are there are found when they are kept. */
  issueNumbers: number[]
}

const description = '00000000-0000-0000-0000-000000000000'

export async function findNamed(
  tx: Transaction,
  scope: { workspace: WorkspaceScope; actor: Actor },
  text: string,
): Promise<Named> {
  const { people, issues } = namesIn(text, scope.workspace.key)
  return { userIds: await findPeople(tx, scope, people), issueNumbers: issues }
}

/** Keeps what a new text names. Who is named follows the issue from now on. */
export function keepNamed(
  tx: Transaction,
  workspaceId: number,
  { issueNumber, commentId }: Source,
  { userIds, issueNumbers }: Named,
  now: Date,
): void {
  const sourceId = commentId ?? description
  if (userIds.length > 0) {
    tx.send(sql`
      insert into mentions (workspace_id, issue_number, source_id, user_id)
      select distinct ${workspaceId}::int, ${issueNumber}::int, ${sourceId}::uuid, user_id from (
        select coalesce(merged_into_id, id) as user_id from users where id = any(${userIds}::uuid[])
        order by id for key share) people
      on conflict do nothing`)
    follow(tx, workspaceId, issueNumber, { userIds, now })
  }
  if (issueNumbers.length > 0) {
    tx.send(sql`
      insert into issue_references (workspace_id, from_number, source_id, to_number)
      select workspace_id, ${issueNumber}::int, ${sourceId}::uuid, number from issues
      where workspace_id = ${workspaceId} and number = any(${issueNumbers}::int[]) and number <> ${issueNumber}
        and deleted_at is null
      order by number
      on conflict do nothing`)
  }
}

/**
 * Keeps what a text names now that it was changed, and forgets what it named before and does not any more. Gives the
 * people whom it did not name before; the others have been told of it.
 */
export async function keepNamedAnew(
  tx: Transaction,
  workspaceId: number,
  source: Source & { issueNumber: number },
  named: Named,
  now: Date,
): Promise<string[]> {
  const { issueNumber, commentId } = source
  const sourceId = commentId ?? description
  const before = tx.query<{ userId: string }>(sql`
    select user_id as "userId" from mentions
    where workspace_id = ${workspaceId} and issue_number = ${issueNumber} and source_id = ${sourceId}`)
  forget(tx, workspaceId, { issueNumber, sourceId, but: named })
  keepNamed(tx, workspaceId, source, named, now)
  const known = new Set((await before).map(({ userId }) => userId))
  return named.userIds.filter((id) => !known.has(id))
}

/** Forgets whom and what a text named that is gone. Who has been following the issue since goes on doing so. */
export function forgetNamed(
  tx: Transaction,
  workspaceId: number,
  { issueNumber, commentId }: Source & { issueNumber: number },
): void {
  const but = { userIds: [], issueNumbers: [] }
  forget(tx, workspaceId, { issueNumber, sourceId: commentId ?? description, but })
}

function forget(
  tx: Transaction,
  workspaceId: number,
  { issueNumber, sourceId, but }: { issueNumber: number; sourceId: string; but: Named },
): void {
  tx.send(sql`
    delete from mentions where workspace_id = ${workspaceId} and issue_number = ${issueNumber}
      and source_id = ${sourceId} and user_id <> all(${but.userIds}::uuid[])`)
  tx.send(sql`
    delete from issue_references where workspace_id = ${workspaceId} and from_number = ${issueNumber}
      and source_id = ${sourceId} and to_number <> all(${but.issueNumbers}::int[])`)
}

/** What an event says of whom a text names for the first time. */
export function mentioned(userIds: string[]): Changes {
  return userIds.length === 0 ? {} : { mentioned: { before: null, after: userIds } }
}
