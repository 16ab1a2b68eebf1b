import { z } from 'zod'
import { Role } from '../members/schema.ts'

/** The workspace that exists from the first start: public, the original article's single issue list. */
export const homeSlug = 'home'

export const Visibility = z
  .enum(['public', 'members'])
  .meta({ description: '`public`: everyone who is signed in reads and files. `members`: only members do.' })
export type Visibility = z.infer<typeof Visibility>

const slugRule = 'Use 2 to 40 lower-case letters, digits and single hyphens between them.'

export const Slug = z
  .string()
  .max(40, slugRule)
  .regex(/^[a-z0-9](?:-?[a-z0-9])+$/, slugRule)
  .meta({ description: 'The name of a workspace in addresses.', example: 'moon-base' })

export const Key = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{1,7}$/, 'Use 2 to 8 capital letters and digits, beginning with a letter.')
  .meta({
    description: 'What the references of its issues begin with: `SNAG` in `SNAG-12`.',
    example: 'MOON',
  })

export const WorkspaceName = z
  .string()
  .trim()
  .min(2, 'A name has at least 2 characters.')
  .max(60, 'A name has at most 60 characters.')
  .refine((name) => /^[^\p{C}]*$/u.test(name), 'A name is one line of ordinary characters.')

export const Workspace = z
  .object({
    slug: Slug,
    key: Key,
    name: z.string(),
    visibility: Visibility,
    role: Role.nullable().meta({ description: 'Your own role here.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Workspace' })
export type Workspace = z.infer<typeof Workspace>

export const Workspaces = z.object({ data: z.array(Workspace) }).meta({ id: 'Workspaces' })

export const CreateWorkspace = z.strictObject({
  name: WorkspaceName,
  slug: Slug,
  key: Key,
  visibility: Visibility.default('members'),
})
export type CreateWorkspace = z.infer<typeof CreateWorkspace>

export const ChangeWorkspace = z
  .strictObject({ name: WorkspaceName, visibility: Visibility })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Say what to change: name or visibility.')
export type ChangeWorkspace = z.infer<typeof ChangeWorkspace>
