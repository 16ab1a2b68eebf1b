import sql from 'sql-template-tag'
import type { Actor, WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'

/**
 * Who is meant by the names after an `@`, leaving out the caller. A name is a username at Clerk; of somebody who has
 * none, and of a guest, it is the name that is shown, without its spaces. Capitals do not matter. Names that are shown are chosen
 * freely: a username goes before them, and one that several people have means nobody.
 *
 * Only those are meant who have something to do with the workspace: members, by an admin or by a server, and whoever
 * has written here, if they could read the answer: everybody where that is public, guests where it is not.
 */
export async function findPeople(
  tx: Transaction,
  { workspace, actor }: { workspace: WorkspaceScope; actor: Pick<Actor, 'userId'> },
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const people = await tx.query<{ id: string }>(sql`
    with known as (
      select named.name, u.id, lower(u.username) is not distinct from named.name as own
      from (select distinct lower(name) as name from unnest(${names}::text[]) name) named
      join users u on lower(coalesce(u.username, replace(u.name, ' ', ''))) = named.name
      where u.merged_into_id is null and u.refused_at is null
        and not exists (select 1 from blocks b where b.workspace_id = ${workspace.id} and b.user_id = u.id)
        and (exists (select 1 from memberships m where m.workspace_id = ${workspace.id} and m.user_id = u.id)
          or exists (select 1 from guild_roles r join guilds g on g.id = r.guild_id
            where r.user_id = u.id and g.workspace_id = ${workspace.id})
          or (u.clerk_id is null
              or exists (select 1 from workspaces w where w.id = ${workspace.id} and w.visibility = 'public'))
            and (exists (select 1 from issues i where i.workspace_id = ${workspace.id} and i.author_id = u.id)
              or exists (select 1 from comments c where c.workspace_id = ${workspace.id} and c.author_id = u.id)))),
    meant as (
      select (array_agg(id order by own desc))[1] as id from known
      group by name having count(*) = 1 or count(*) filter (where own) = 1)
    select distinct id from meant where id <> ${actor.userId} order by id`)
  return people.map(({ id }) => id)
}
