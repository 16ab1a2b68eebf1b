import { z } from 'zod'

export const Placeholder = z
  .object({
    userId: z.uuid(),
    identity: z.string().meta({
      description: 'The account elsewhere that it stands for, which you have proven to be yours.',
      example: 'github:583231',
    }),
    name: z.string().meta({ description: 'As the imported file has it.' }),
    issues: z
      .int()
      .min(0)
      .meta({ description: 'How many issues it is the author of; at most 1,000 are counted.' }),
    comments: z.int().min(0),
  })
  .meta({ id: 'Placeholder' })
export type Placeholder = z.infer<typeof Placeholder>

export const Placeholders = z.object({ data: z.array(Placeholder) }).meta({ id: 'Placeholders' })
export type Placeholders = z.infer<typeof Placeholders>

export const ClaimPlaceholder = z.strictObject({ userId: z.uuid('A placeholder is named by its user id.') })
