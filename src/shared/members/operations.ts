import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { AppError } from '../errors.ts'
import { presentUser } from '../identity/queries.ts'
import type { User } from '../identity/schema.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { Member, RemoveMember, SetMemberRole } from './schema.ts'
import type { GrantedRole } from './schema.ts'

/** Gives a user a role here. Throws `not_found` for an unknown user, `conflict` when it would demote the last admin. */
export const setMemberRole = operation({
  name: 'setMemberRole',
  summary: 'Give a user a role',
  access: 'member.manage',
  input: SetMemberRole,
  output: Member,
  async run({ input: { userId: named, role }, ...scope }) {
    const { tx, workspace, now } = scope
    const user = await findUser(scope, named)
    if (user === null) throw new AppError('not_found', 'There is no such user.')
    const before = await lockMembership(scope, user.id)
    if (before === 'admin' && role !== 'admin') await assertAnotherAdmin(scope, user.id)
    await tx.membership.upsert({
      where: { workspaceId_userId: { workspaceId: workspace.id, userId: user.id } },
      create: { workspaceId: workspace.id, userId: user.id, role, createdAt: now },
      update: { role },
    })
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
    await scope.tx.membership.delete({
      where: { workspaceId_userId: { workspaceId: scope.workspace.id, userId: user.id } },
    })
    const changes = { userId: { before: user.id, after: user.id }, role: { before, after: null } }
    return { result: null, event: { type: 'member.removed', changes } }
  },
})

type InWorkspace = Pick<Scope<WorkspaceScope>, 'tx' | 'workspace'>

async function findUser({ tx }: InWorkspace, userId: string): Promise<User | null> {
  // Waits for a merge of the named user, and then finds whom they became.
  await tx.$queryRaw`select 1 from users where id = ${userId}::uuid for key share`
  const [row] = await tx.$queryRawUnsafe<{ user: User | null }[]>(
    `select ${presentUser('$1::uuid')} as user`,
    userId,
  )
  return row?.user ?? null
}

/** Under the workspace's lock, so that two admins cannot demote each other at once. */
async function lockMembership({ tx, workspace }: InWorkspace, userId: string): Promise<GrantedRole | null> {
  await tx.$queryRaw`select 1 from workspaces where id = ${workspace.id} for no key update`
  const membership = await tx.membership.findUnique({
    where: { workspaceId_userId: { workspaceId: workspace.id, userId } },
    select: { role: true },
  })
  return membership === null || membership.role === 'guest' ? null : membership.role
}

async function assertAnotherAdmin({ tx, workspace }: InWorkspace, userId: string): Promise<void> {
  const others = await tx.membership.count({
    // Somebody whose account is closed can do nothing for the workspace.
    where: { workspaceId: workspace.id, role: 'admin', userId: { not: userId }, user: { refusedAt: null } },
  })
  if (others === 0) {
    throw new AppError(
      'conflict',
      'This is the last admin of the workspace. Make somebody else an admin first.',
    )
  }
}
