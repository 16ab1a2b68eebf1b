import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { AppError } from '../errors.ts'
import type { RelayedEvent } from '../events/relay.ts'
import { job } from '../jobs/job.ts'
import type { JobRequest } from '../jobs/job.ts'
import { worldOperation } from '../operation.ts'
import { closeAccount } from './closing.ts'
import { EraseAccount } from './schema.ts'

/** Of so many workspaces somebody is told the names. */
const namedWorkspaces = 10

/**
 * Erases the caller's account, here at once and at Clerk by a job. What they wrote stays, under no name. Throws
 * `conflict`, naming the workspaces, where they are the last admin.
 */
export const eraseAccount = worldOperation({
  name: 'eraseAccount',
  summary: 'Erase your account; what you wrote stays, under no name',
  access: 'account.erase',
  locksCaller: true,
  input: EraseAccount,
  output: z.null(),
  async run({ tx, actor: { userId }, now }) {
    // Two admins who leave at once would leave the workspace to nobody.
    tx.send(sql`
      select 1 from workspaces
      where id in (select workspace_id from memberships where user_id = ${userId} and role = 'admin')
      order by id for no key update`)
    const orphaned = await tx.query<{ name: string }>(sql`
      select w.name from memberships m join workspaces w on w.id = m.workspace_id
      where m.user_id = ${userId} and m.role = 'admin' and not exists (
        select 1 from memberships o join users u on u.id = o.user_id
        where o.workspace_id = m.workspace_id and o.role = 'admin' and o.user_id <> m.user_id and u.refused_at is null)
      order by w.name limit ${namedWorkspaces + 1}`)
    if (orphaned.length > 0) throw lastAdmin(orphaned.map(({ name }) => name))
    closeAccount(tx, { userId, now })
    return { result: null, event: { type: 'account.erased', changes: {} } }
  },
})

function lastAdmin(workspaces: string[]): AppError {
  const named = workspaces.slice(0, namedWorkspaces).map((name) => `“${name}”`)
  const all = workspaces.length > namedWorkspaces ? [...named, 'others'] : named
  return new AppError(
    'conflict',
    `You are the last admin of ${new Intl.ListFormat('en').format(all)}. Make somebody else an admin there first.`,
  )
}

/** Removes somebody who erased their account from Clerk too: they cannot simply sign in to it again. */
export function deleteAtClerkJob({ db, clerk }: Pick<Tracker, 'db' | 'clerk'>) {
  return job({
    name: 'account.delete-at-clerk',
    payload: z.object({ eventId: z.uuid() }),
    async run({ eventId }) {
      const [user] = await db.query<{ clerkId: string }>(sql`
        select u.clerk_id as "clerkId" from events e join users u on u.id = e.actor_id
        where e.id = ${eventId} and u.deleted_at is not null and u.clerk_id is not null`)
      if (user !== undefined) await clerk.deleteUser(user.clerkId)
    },
  })
}

/** What follows from what happened to accounts. */
export function followAccounts({ type, id }: RelayedEvent): JobRequest[] {
  return type === 'account.erased'
    ? [{ name: 'account.delete-at-clerk', payload: { eventId: id }, key: `account.delete-at-clerk:${id}` }]
    : []
}
