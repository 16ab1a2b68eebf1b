import { userJson } from '../identity/queries.ts'
import { read } from '../read.ts'
import { ListMembers, Members } from './schema.ts'

const found = 25

/** Without `q` those that an admin gave a role; with it also those who are members by a server. */
export const listMembers = read({
  name: 'listMembers',
  summary: 'List the members, or find some by name',
  action: 'member.read',
  input: ListMembers,
  output: Members,
  statement: ({ q }) => {
    const data = (order: string) =>
      `json_build_object('data', coalesce(json_agg(json_build_object('user', ${userJson('u')}, 'role', u.role)
        order by ${order}), '[]'))::text as body`
    if (q === undefined || q === '') {
      return {
        name: 'members',
        answer: `select ${data('u.role desc, u.name')} from (select u.*, m.role from memberships m
          join users u on u.id = m.user_id where m.workspace_id = access.workspace_id) u`,
        values: [],
      }
    }
    return {
      name: 'members-found',
      answer: `select ${data('lower(u.name), u.id')} from (${membersNamed('$3', found)}) u`,
      values: [q],
    }
  },
})

/** Those whose name or username begins like the text of a parameter, as users with a `role`, whoever gave it to them. */
export function membersNamed(text: string, limit: number): string {
  return `select u.*, greatest(m.role, s.role) as role from users u
    left join memberships m on m.workspace_id = access.workspace_id and m.user_id = u.id
    left join lateral (${serverRole}) s on true
    where (${begins('u.name', text)} or ${begins('u.username', text)}) and greatest(m.role, s.role) is not null
      and u.refused_at is null
    order by lower(u.name), u.id limit ${limit}`
}

/** What servers make of a user `u`, who has to have linked an account for it to count. */
const serverRole = `select max(r.role) as role from guild_roles r join guilds g on g.id = r.guild_id
  where r.user_id = u.id and g.workspace_id = access.workspace_id and u.clerk_id is not null`

/** Whether a column begins like the text of a parameter, whatever the case: as a range, which an index has in order. */
export function begins(column: string, text: string): string {
  const beyond = `(lower(${text}::text) || chr(1114111))`
  return `lower(${column}) ~>=~ lower(${text}::text) and lower(${column}) ~<~ ${beyond}`
}
