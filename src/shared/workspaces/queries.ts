import { z } from 'zod'
import { isoTime } from '../db/fields.ts'
import { read } from '../read.ts'
import { Workspace, Workspaces, homeSlug } from './schema.ts'

/** A role as `access.ts` works it out, for showing it: policy is never asked with this one. */
const shownRole = `greatest(m.role, case when access.clerk_id is not null then (select max(r.role) from guild_roles r
  join guilds g on g.id = r.guild_id where r.user_id = access.user_id and g.workspace_id = w.id) end,
  case when access.clerk_id is not null and w.visibility = 'public' then 'member'::role end)`

const workspaceFields = `w.slug, w.key, w.name, w.visibility, ${shownRole} as role, ${isoTime('w.created_at')} as "createdAt"`
const membershipOfCaller = 'left join memberships m on m.workspace_id = w.id and m.user_id = access.user_id'

export const getWorkspace = read({
  name: 'getWorkspace',
  summary: 'Read a workspace',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Workspace,
  statement: () => ({
    name: 'workspace',
    answer: `select row_to_json(workspace)::text as body from (select ${workspaceFields}
      from workspaces w ${membershipOfCaller} where w.id = access.workspace_id) workspace`,
    values: [],
  }),
})

/** The workspaces the caller belongs to, and *home*, which is everybody's. */
export const listWorkspaces = read({
  name: 'listWorkspaces',
  summary: 'List your workspaces',
  action: 'workspace.list',
  world: true,
  input: z.strictObject({}),
  output: Workspaces,
  statement: () => ({
    name: 'workspaces',
    answer: `select json_build_object('data', coalesce(json_agg(row_to_json(workspace) order by workspace.name), '[]'))::text as body
      from (select ${workspaceFields} from workspaces w ${membershipOfCaller}
        where w.slug = $3 or w.id in (select workspace_id from memberships where user_id = access.user_id)
          or (access.clerk_id is not null and w.id in (select g.workspace_id from guild_roles r
            join guilds g on g.id = r.guild_id where r.user_id = access.user_id))) workspace`,
    values: [homeSlug],
  }),
})
