import { z } from 'zod'
import { userJson } from '../identity/queries.ts'
import { read } from '../read.ts'
import { MemberList } from './schema.ts'

export const listMembers = read({
  name: 'listMembers',
  summary: 'List the members that were given a role',
  action: 'member.read',
  input: z.strictObject({}),
  output: MemberList,
  statement: () => ({
    name: 'members',
    answer: `select json_build_object('data', coalesce(json_agg(json_build_object('user', ${userJson('u')}, 'role', m.role)
      order by m.role desc, u.name), '[]'))::text as body
      from memberships m join users u on u.id = m.user_id where m.workspace_id = access.workspace_id`,
    values: [],
  }),
})
