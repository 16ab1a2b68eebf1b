import { z } from 'zod'
import { CreateWorkspace } from '../workspaces/schema.ts'

const Snowflake = z.string().regex(/^\d{17,20}$/, 'This is not an id of Discord.')

/** A Discord server and how it is connected. */
export const Guild = z
  .object({
    id: Snowflake,
    name: z.string(),
    workspace: z.object({ id: z.int(), slug: z.string(), key: z.string(), name: z.string() }).nullable(),
    triageRoleIds: z.array(Snowflake),
    guestsAllowed: z.boolean(),
  })
  .meta({ id: 'Guild' })
export type Guild = z.infer<typeof Guild>

export const Guilds = z.object({ data: z.array(Guild) }).meta({ id: 'Guilds' })

export const ConnectableWorkspaces = z.object({
  data: z.array(z.object({ slug: z.string(), name: z.string() })),
})

/** What `/setup` asks for a new workspace; it is always one for members. */
export const CreateGuildWorkspace = CreateWorkspace.omit({ visibility: true })
export type CreateGuildWorkspace = z.infer<typeof CreateGuildWorkspace>

/** Which of a workspace's servers is meant. */
export const OfGuild = z.strictObject({ guildId: Snowflake })

export const ChangeGuild = OfGuild.extend({
  triageRoleIds: z
    .array(Snowflake)
    .max(10, 'At most 10 roles can triage.')
    .overwrite((ids) => [...new Set(ids)].sort())
    .optional(),
  guestsAllowed: z.boolean().optional(),
})
export type ChangeGuild = z.infer<typeof ChangeGuild>
