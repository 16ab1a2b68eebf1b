import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { recordEvent } from '../events/record.ts'
import { announceEnd } from './ended.ts'

/** What an account that was erased is called wherever it wrote something. */
const nameOfDeleted = 'deleted user'

/**
 * Erases an account for good: nothing of the person is left but what they wrote, which stays under no name, with the
 * votes they gave. Their Discord account is free. The caller holds the user's row alone.
 */
export function closeAccount(tx: Transaction, { userId, now }: { userId: string; now: Date }): void {
  // The guests that became this user kept what Discord showed of them.
  tx.send(sql`
    update users set name = ${nameOfDeleted}, first_name = null, last_name = null, username = null, image_url = null,
      discord_id = null, ended_credentials = null, refused_at = coalesce(refused_at, ${now}), deleted_at = ${now}
    where id = ${userId} or merged_into_id = ${userId}`)
  tx.send(sql`delete from memberships where user_id = ${userId}`)
  tx.send(sql`delete from guild_roles where user_id = ${userId}`)
  tx.send(sql`delete from blocks where user_id = ${userId}`)
  // By workspace, because that is how the indexes begin.
  tx.send(sql`
    delete from subscriptions where workspace_id in (select id from workspaces) and user_id = ${userId}`)
  tx.send(sql`delete from mentions where workspace_id in (select id from workspaces) and user_id = ${userId}`)
  tx.send(sql`
    delete from saved_views
    where workspace_id in (select id from workspaces) and owner_id = ${userId} and not shared`)
  // What happened to an account tells of Discord accounts and names of keys; what was done in workspaces is theirs.
  tx.send(sql`
    update events set changes = '{}'
    where workspace_id is null
      and actor_id in (select id from users where id = ${userId} or merged_into_id = ${userId})`)
  tx.send(announceEnd(sql`id = ${userId}`))
}

/** The same for whom Clerk does not have any more. Nothing happens where the account is unknown or closed already. */
export async function closeAccountOf(tx: Transaction, tracker: Tracker, clerkId: string): Promise<void> {
  const [user] = await tx.query<{ id: string }>(
    sql`select id from users where clerk_id = ${clerkId} and deleted_at is null for update`,
  )
  if (user === undefined) return
  const now = tracker.clock()
  closeAccount(tx, { userId: user.id, now })
  recordEvent(
    { tx, tracker, actor: { userId: user.id, door: 'job' }, workspace: null, now },
    { type: 'account.erased', changes: {} },
  )
}
