import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'

/**
 * The user, if they can be assigned: a member, by an admin or by a server, or the author of the issue; and neither
 * blocked here nor closed. Somebody who only could read has nothing to do with it, and would be told of it all the same.
 * Throws `invalid`, in the same words for somebody who does not exist.
 */
export async function findAssignee(
  tx: Transaction,
  workspaceId: number,
  userId: string | null,
  authorId: string,
): Promise<string | null> {
  if (userId === null) return null
  // Waits for a merge of the user, who is somebody else afterwards.
  tx.send(sql`select 1 from users where id = ${userId} for key share`)
  const [found] = await tx.query<{ id: string }>(sql`
    select u.id from users u
    where u.id = ${userId} and u.merged_into_id is null and u.refused_at is null
      and not exists (select 1 from blocks b where b.workspace_id = ${workspaceId} and b.user_id = u.id)
      and (u.id = ${authorId}
        or exists (select 1 from memberships m where m.workspace_id = ${workspaceId} and m.user_id = u.id)
        or u.clerk_id is not null and exists (select 1 from guild_roles r join guilds g on g.id = r.guild_id
          where r.user_id = u.id and g.workspace_id = ${workspaceId}))`)
  if (found !== undefined) return found.id
  const message =
    'This person is not a member of this workspace, or is blocked here. Assign a member, or the author.'
  throw new AppError('invalid', message, { problems: [{ path: 'assignee', message }] })
}
