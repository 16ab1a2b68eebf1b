import { z } from 'zod'
import { read } from '../read.ts'
import { ConnectableWorkspaces, Guild } from './schema.ts'

/** How the server of this interaction is connected. Anybody in it may know. */
export const getGuild = read({
  name: 'getGuild',
  summary: 'How a Discord server is connected',
  action: 'guild.read',
  world: true,
  input: z.strictObject({ guildId: z.string() }),
  output: Guild,
  statement: ({ guildId }) => ({
    name: 'guild',
    answer: `select json_build_object('id', g.id, 'name', g.name, 'workspace', case when w.id is not null then
        json_build_object('id', w.id, 'slug', w.slug, 'key', w.key, 'name', w.name) end,
        'triageRoleIds', g.triage_role_ids, 'guestsAllowed', g.guests_allowed)::text as body
      from guilds g left join workspaces w on w.id = g.workspace_id where g.id = $3`,
    values: [guildId],
  }),
})

/** The workspaces to offer for a server: only who was made their admin can connect one, and policy decides then. */
export const listConnectableWorkspaces = read({
  name: 'listConnectableWorkspaces',
  summary: 'List the workspaces that you were made an admin of',
  action: 'workspace.list',
  world: true,
  input: z.strictObject({}),
  output: ConnectableWorkspaces,
  statement: () => ({
    name: 'connectable-workspaces',
    answer: `select json_build_object('data', coalesce(json_agg(json_build_object('slug', w.slug, 'name', w.name)
        order by w.name), '[]'))::text as body
      from memberships m join workspaces w on w.id = m.workspace_id
      where m.user_id = access.user_id and m.role = 'admin'`,
    values: [],
  }),
})
