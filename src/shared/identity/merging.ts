import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { AppError, unknownAccount } from '../errors.ts'

/**
 * Gives a Clerk user a Discord account. A guest who has been using that account becomes the user: everything
 * they wrote, every role and membership follows, and their row stays behind, pointing at the user.
 *
 * The `for update` locks are what a guest's concurrent filing waits for (it holds `for key share`), and after
 * which it follows the pointer. Throws `conflict` when either side is linked elsewhere.
 * Returns false when the two were linked already.
 */
export async function attachDiscord(
  tx: Transaction,
  { userId, discordId }: { userId: string; discordId: string },
): Promise<boolean> {
  const rows = await tx.query<{ id: string; clerk_id: string | null; discord_id: string | null }>(sql`
    select id, clerk_id, discord_id from users
    where id = ${userId}::uuid or discord_id = ${discordId}
    order by id for update`)
  const user = rows.find(({ id }) => id === userId)
  const holder = rows.find(({ discord_id }) => discord_id === discordId)
  if (user === undefined) throw unknownAccount()
  if (holder?.id === userId) return false
  if (user.discord_id !== null) {
    throw new AppError('conflict', 'You have linked another Discord account. Unlink that one first.')
  }
  if (holder !== undefined && holder.clerk_id !== null) {
    throw new AppError(
      'conflict',
      'This Discord account is linked to another Snag account. Use /unlink there first.',
    )
  }
  if (holder !== undefined) mergeGuest(tx, holder.id, userId)
  tx.send(sql`update users set discord_id = ${discordId} where id = ${userId}`)
  return true
}

function mergeGuest(tx: Transaction, guestId: string, userId: string): void {
  tx.send(sql`update users set discord_id = null, merged_into_id = ${userId} where id = ${guestId}`)
  // By workspace, because that is how the index of authors begins.
  tx.send(sql`
    update issues set author_id = ${userId}
    where workspace_id in (select id from workspaces) and author_id = ${guestId}`)
  tx.send(sql`
    update attachments set uploader_id = ${userId}
    where workspace_id in (select id from workspaces) and uploader_id = ${guestId}`)
  tx.send(sql`
    update issues set assignee_id = ${userId}
    where workspace_id in (select id from workspaces) and assignee_id = ${guestId}`)
  tx.send(sql`
    update comments set author_id = ${userId}
    where workspace_id in (select id from workspaces) and author_id = ${guestId}`)
  mergeVoices(tx, guestId, userId)
  tx.send(sql`
    insert into memberships (workspace_id, user_id, role, created_at)
    select workspace_id, ${userId}::uuid, role, created_at from memberships where user_id = ${guestId}
    on conflict (workspace_id, user_id) do update set role = greatest(memberships.role, excluded.role)`)
  tx.send(sql`delete from memberships where user_id = ${guestId}`)
  // Blocked as a guest is blocked as oneself; but for an admin, whom nobody can block.
  tx.send(sql`
    insert into blocks (workspace_id, user_id, by_id, reason, created_at)
    select b.workspace_id, ${userId}::uuid, b.by_id, b.reason, b.created_at from blocks b
    where b.user_id = ${guestId} and not exists (select 1 from memberships m
      where m.workspace_id = b.workspace_id and m.user_id = ${userId} and m.role = 'admin')
    on conflict do nothing`)
  tx.send(sql`delete from blocks where user_id = ${guestId}`)
  tx.send(sql`
    insert into guild_roles (guild_id, user_id, role, checked_at)
    select guild_id, ${userId}::uuid, role, checked_at from guild_roles where user_id = ${guestId}
    on conflict (guild_id, user_id) do update set role = excluded.role, checked_at = excluded.checked_at`)
  tx.send(sql`delete from guild_roles where user_id = ${guestId}`)
  tx.send(sql`
    update saved_views set owner_id = ${userId}
    where workspace_id in (select id from workspaces) and owner_id = ${guestId}`)
}

/** Of two votes or subscriptions for one issue one stays; whoever muted it as either has muted it. */
function mergeVoices(tx: Transaction, guestId: string, userId: string): void {
  tx.send(sql`
    with moved as (
      delete from votes where workspace_id in (select id from workspaces) and user_id = ${guestId}
      returning workspace_id, issue_number, created_at),
    added as (
      insert into votes (workspace_id, issue_number, user_id, created_at)
      select workspace_id, issue_number, ${userId}::uuid, created_at from moved order by workspace_id, issue_number
      on conflict do nothing returning workspace_id, issue_number)
    update issues set votes = votes - 1 from moved
    where issues.workspace_id = moved.workspace_id and issues.number = moved.issue_number
      and (moved.workspace_id, moved.issue_number) not in (select workspace_id, issue_number from added)`)
  tx.send(sql`
    with moved as (
      delete from subscriptions where workspace_id in (select id from workspaces) and user_id = ${guestId}
      returning workspace_id, issue_number, muted, created_at)
    insert into subscriptions (workspace_id, issue_number, user_id, muted, created_at)
    select workspace_id, issue_number, ${userId}::uuid, muted, created_at from moved order by workspace_id, issue_number
    on conflict (workspace_id, issue_number, user_id)
      do update set muted = subscriptions.muted or excluded.muted`)
  tx.send(sql`
    with moved as (
      delete from mentions where workspace_id in (select id from workspaces) and user_id = ${guestId}
      returning workspace_id, issue_number, source_id)
    insert into mentions (workspace_id, issue_number, source_id, user_id)
    select workspace_id, issue_number, source_id, ${userId}::uuid from moved
    on conflict do nothing`)
}
