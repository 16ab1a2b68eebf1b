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
  .regex(/^#[0-9a-f]{6}$/, 'A colour is written like #d73a4a, in lower case.')
  .meta({ example: '#d73a4a' })

const LabelDescription = z
  .string()
  .trim()
  .max(100, 'The description of a label has at most 100 characters.')
  .refine((text) => /^[^\p{C}]*$/u.test(text), 'The description of a label is one line.')
  .meta({ description: 'What it is for.', example: 'Something does not work' })

export const LabelId = z.uuid('A label is named by its id.')

export const Label = z
  .object({ id: z.uuid(), name: z.string(), color: Color, description: z.string() })
  .meta({ id: 'Label' })
export type Label = z.infer<typeof Label>

export const Labels = z.object({ data: z.array(Label) }).meta({ id: 'Labels' })

export const CreateLabel = z.strictObject({
  name: LabelName,
  color: Color,
  description: LabelDescription.default(''),
})
export type CreateLabel = z.input<typeof CreateLabel>

export const ChangeLabel = z
  .strictObject({ name: LabelName, color: Color, description: LabelDescription })
  .partial()
  .extend({ labelId: LabelId })

/** What a new workspace begins with; the article's three, so that its clients keep working. */
export const firstLabels: readonly Pick<Label, 'name' | 'color'>[] = [
  { name: 'bug', color: '#d73a4a' },
  { name: 'documentation', color: '#0075ca' },
  { name: 'feature', color: '#0e8a16' },
]
