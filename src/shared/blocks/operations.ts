import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { missingUser } from '../identity/queries.ts'
import { findUser } from '../members/operations.ts'
import type { GrantedRole } from '../members/schema.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Action, Subject } from '../policy.ts'
import { lockWorkspace } from '../workspaces/lock.ts'
import { presentBlock } from './queries.ts'
import { Block, BlockPerson, UnblockPerson } from './schema.ts'

/**
 * Keeps somebody from writing here. What they were given stays theirs for when the block is lifted. Throws `not_found`
 * for an unknown user, `conflict` for an admin and for oneself.
 */
export const blockPerson = operation({
  name: 'blockPerson',
  summary: 'Block a person',
  access: actionsOn,
  input: BlockPerson,
  output: Block,
  subject: findPerson,
  missing: missingUser,
  async run({ tx, actor, workspace, now, input: { reason }, subject: person }) {
    const { userId } = person
    if (userId === actor.userId) throw new AppError('conflict', 'You cannot block yourself.')
    if (person.role === 'admin')
      throw new AppError('conflict', 'An admin cannot be blocked. That role has to be taken back first.')
    tx.send(sql`
      insert into blocks (workspace_id, user_id, by_id, reason, created_at)
      values (${workspace.id}, ${userId}, ${actor.userId}, ${reason}, ${now})
      on conflict (workspace_id, user_id) do update set reason = excluded.reason`)
    const isNew = person.blockedFor === null
    const changes = difference<{ userId: string | null; reason: string | null }>(
      { userId: isNew ? null : userId, reason: person.blockedFor },
      { userId, reason },
    )
    return {
      result: presentBlock(tx, workspace.id, userId),
      event:
        Object.keys(changes).length === 0 ? null : { type: 'person.blocked', subjectId: userId, changes },
    }
  },
})

/** Lifts a block: the person is again what they were. Throws `not_found`. */
export const unblockPerson = operation({
  name: 'unblockPerson',
  summary: 'Lift the block of a person',
  access: actionsOn,
  input: UnblockPerson,
  output: z.null(),
  subject: findPerson,
  missing: missingUser,
  async run({ tx, workspace, subject: { userId, blockedFor } }) {
    if (blockedFor === null) throw new AppError('not_found', 'This user is not blocked here.')
    tx.send(sql`delete from blocks where workspace_id = ${workspace.id} and user_id = ${userId}`)
    const changes = { userId: { before: userId, after: null } }
    return { result: null, event: { type: 'person.unblocked', subjectId: userId, changes } }
  },
})

interface Person extends Subject {
  userId: string
  /** What they are when they are not blocked, as far as it was given to them. */
  role: GrantedRole | null
  /** The reason of the block; null without one. */
  blockedFor: string | null
}

function actionsOn({ role }: Person): Action[] {
  return role === 'triager' ? ['person.block', 'person.block-triager'] : ['person.block']
}

/** Under the workspace's lock, so that nobody is made an admin and blocked at once. */
async function findPerson(
  scope: Scope<WorkspaceScope>,
  { userId: named }: { userId: string },
): Promise<Person | null> {
  const { tx, workspace } = scope
  const user = await findUser(scope, named)
  if (user === null) return null
  lockWorkspace(scope)
  const [person] = await tx.query<Person>(sql`
    select u.id as "userId",
      greatest(
        (select m.role from memberships m where m.workspace_id = ${workspace.id} and m.user_id = u.id),
        case when u.clerk_id is not null then (select max(r.role) from guild_roles r join guilds g on g.id = r.guild_id
          where r.user_id = u.id and g.workspace_id = ${workspace.id}) end)::text as role,
      (select b.reason from blocks b where b.workspace_id = ${workspace.id} and b.user_id = u.id) as "blockedFor"
    from users u where u.id = ${user.id}`)
  return person ?? null
}
