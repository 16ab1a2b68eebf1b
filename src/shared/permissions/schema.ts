import { z } from 'zod'

/** Whether the caller may do something, so that a page need not offer what would be refused. */
export const Permission = z
  .object({
    action: z.string(),
    allowed: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why not, for a person to read.' }),
  })
  .meta({ id: 'Permission' })
export type Permission = z.infer<typeof Permission>

export const Permissions = z.object({ data: z.array(Permission) }).meta({ id: 'Permissions' })
export type Permissions = z.infer<typeof Permissions>
