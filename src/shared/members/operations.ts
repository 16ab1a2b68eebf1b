import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { AppError } from '../errors.ts'
import { missingUser, presentUser } from '../identity/queries.ts'
import type { User } from '../identity/schema.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { lockWorkspace } from '../workspaces/lock.ts'
import { Member, RemoveMember, SetMemberRole } from './schema.ts'
import type { GrantedRole } from './schema.ts'

/**
 * Gives a user a role here. Throws `not_found` for an unknown user, `conflict` when it would demote the last admin, or
 * the user is blocked.
 */
export const setMemberRole = operation({
  name: 'setMemberRole',
  summary: 'Give a user a role',
  access: 'member.manage',
  input: SetMemberRole,
  output: Member,
  async run({ input: { userId: named, role }, ...scope }) {
    const { tx, workspace, now } = scope
    const user = await findUser(scope, named)
    if (user === null) throw new AppError('not_found', missingUser)
    const before = await lockMembership(scope, user.id)
    await assertNotBlocked(scope, user.id)
    if (before === 'admin' && role !== 'admin') await assertAnotherAdmin(scope, user.id)
    tx.send(sql`
      insert into memberships (workspace_id, user_id, role, created_at)
      values (${workspace.id}, ${user.id}, ${role}::role, ${now})
      on conflict (workspace_id, user_id) do update set role = excluded.role`)
    const changes = { userId: { before: user.id, after: user.id }, role: { before, after: role } }
    return {
      result: { user, role },
      event: before === role ? null : { type: 'member.role-granted', changes },
    }
  },
})

/** Takes back a granted role; a person may take back their own, which is leaving. Throws `not_found`, `conflict`. */
export const removeMember = operation({
  name: 'removeMember',
  summary: 'Take back the role of a user, or leave',
  access: (_subject, { userId }, actor) => [userId === actor.userId ? 'member.leave' : 'member.manage'],
  input: RemoveMember,
  output: z.null(),
  async run({ input: { userId: named }, ...scope }) {
    const user = await findUser(scope, named)
    const before = user === null ? null : await lockMembership(scope, user.id)
    if (user === null || before === null)
      throw new AppError('not_found', 'This user has no role here that was given to them.')
    if (before === 'admin') await assertAnotherAdmin(scope, user.id)
    scope.tx.send(
      sql`delete from memberships where workspace_id = ${scope.workspace.id} and user_id = ${user.id}`,
    )
    const changes = { userId: { before: user.id, after: user.id }, role: { before, after: null } }
    return { result: null, event: { type: 'member.removed', changes } }
  },
})

type InWorkspace = Pick<Scope<WorkspaceScope>, 'tx' | 'workspace'>

/** The user of this id, or whom they became by linking. */
export async function findUser({ tx }: Pick<InWorkspace, 'tx'>, userId: string): Promise<User | null> {
  // Waits for a merge of the named user, and then finds whom they became.
  tx.send(sql`select 1 from users where id = ${userId} for key share`)
  const [row] = await tx.query<{ user: User | null }>(sql`
    select ${raw(presentUser('named.id'))} as user from users named where id = ${userId} and deleted_at is null`)
  return row?.user ?? null
}

/** Under the workspace's lock, so that two admins cannot demote each other at once. */
async function lockMembership(scope: InWorkspace, userId: string): Promise<GrantedRole | null> {
  const { tx, workspace } = scope
  lockWorkspace(scope)
  const [membership] = await tx.query<{ role: GrantedRole }>(sql`
    select role from memberships where workspace_id = ${workspace.id} and user_id = ${userId}`)
  return membership?.role ?? null
}

/** A role would do nothing for them, and an admin who can do nothing may be the last one. */
async function assertNotBlocked({ tx, workspace }: InWorkspace, userId: string): Promise<void> {
  const blocks = await tx.query(
    sql`select 1 from blocks where workspace_id = ${workspace.id} and user_id = ${userId}`,
  )
  if (blocks.length > 0) throw new AppError('conflict', 'This user is blocked here. Lift the block first.')
}

async function assertAnotherAdmin({ tx, workspace }: InWorkspace, userId: string): Promise<void> {
  // Somebody whose account is closed can do nothing for the workspace.
  const others = await tx.query(sql`
    select 1 from memberships m join users u on u.id = m.user_id
    where m.workspace_id = ${workspace.id} and m.role = 'admin' and m.user_id <> ${userId} and u.refused_at is null
    limit 1`)
  if (others.length === 0) {
    throw new AppError(
      'conflict',
      'This is the last admin of the workspace. Make somebody else an admin first.',
    )
  }
}
