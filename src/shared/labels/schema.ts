import { z } from 'zod'

export const LabelName = z
  .string()
  .trim()
  .min(1, 'A label has at least 1 character.')
  .max(40, 'A label has at most 40 characters.')
  .refine((name) => /^[^\p{C},]*$/u.test(name), 'A label is one line, without commas.')
  .meta({ example: 'bug' })

export const Color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/, 'A colour is written like #d73a4a.')
  .meta({ example: '#d73a4a' })

export const Label = z.object({ name: z.string(), color: Color }).meta({ id: 'Label' })
export type Label = z.infer<typeof Label>

export const Labels = z.object({ data: z.array(Label) }).meta({ id: 'Labels' })

export const CreateLabel = z.strictObject({ name: LabelName, color: Color })
export type CreateLabel = z.infer<typeof CreateLabel>

/** What a new workspace begins with; the article's three, so that its clients keep working. */
export const firstLabels: readonly Label[] = [
  { name: 'bug', color: '#d73a4a' },
  { name: 'documentation', color: '#0075ca' },
  { name: 'feature', color: '#0e8a16' },
]
