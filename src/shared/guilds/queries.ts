import { z } from 'zod'
import { read } from '../read.ts'
import { Guild } from './schema.ts'

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
