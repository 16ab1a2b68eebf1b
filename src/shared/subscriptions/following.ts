import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'

/**
 * Subscribes people to an issue because they have something to do with it: it was assigned to them, they commented or
 * were mentioned. Whoever muted the issue stays as they are.
 */
export function follow(
  tx: Transaction,
  workspaceId: number,
  issueNumber: number | Sql,
  { userIds, now }: { userIds: readonly string[]; now: Date },
): void {
  if (userIds.length === 0) return
  // A merge of such a person is waited for, and it is who they became then that follows.
  tx.send(sql`
    insert into subscriptions (workspace_id, issue_number, user_id, created_at)
    select distinct ${workspaceId}::int, ${issueNumber}::int, user_id, ${now}::timestamptz from (
      select coalesce(merged_into_id, id) as user_id from users where id = any(${userIds}::uuid[])
      order by id for key share) people
    on conflict do nothing`)
}
