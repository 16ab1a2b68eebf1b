import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { Transaction } from '../db/transaction.ts'
import { read } from '../read.ts'
import { ConnectableWorkspaces, Guild, Guilds, OfGuild } from './schema.ts'

/** What is shown of a server `g`, connected to a workspace `w` or to none. */
const guildJson = `json_build_object('id', g.id, 'name', g.name, 'workspace', case when w.id is not null then
  json_build_object('id', w.id, 'slug', w.slug, 'key', w.key, 'name', w.name) end,
  'triageRoleIds', g.triage_role_ids, 'guestsAllowed', g.guests_allowed)`

/** For operations: the server as it is now, in their own transaction. */
export async function presentGuild(tx: Transaction, id: string): Promise<Guild> {
  const [row] = await tx.query<{ guild: Guild }>(sql`
    select ${raw(guildJson)} as guild from guilds g left join workspaces w on w.id = g.workspace_id where g.id = ${id}`)
  if (row === undefined) throw new Error('A server vanished while it was being changed.')
  return row.guild
}

/** How the server of this interaction is connected. Anybody in it may know. */
export const getGuild = read({
  name: 'getGuild',
  summary: 'How a Discord server is connected',
  action: 'guild.read',
  world: true,
  input: OfGuild,
  output: Guild,
  statement: ({ guildId }) => ({
    name: 'guild',
    answer: `select ${guildJson}::text as body
      from guilds g left join workspaces w on w.id = g.workspace_id where g.id = $3`,
    values: [guildId],
  }),
})

/** The servers of a workspace. Manage Server makes an admin in each of them, so admins must be able to look. */
export const listGuilds = read({
  name: 'listGuilds',
  summary: 'List the Discord servers of a workspace',
  action: 'guild.list',
  input: z.strictObject({}),
  output: Guilds,
  statement: () => ({
    name: 'guilds',
    answer: `select json_build_object('data', coalesce(json_agg(${guildJson} order by g.name, g.id), '[]'))::text as body
      from guilds g join workspaces w on w.id = g.workspace_id where g.workspace_id = access.workspace_id`,
    values: [],
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
