import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'

/** Somebody who may read where everybody may, and write nothing. */
export const Block = z
  .object({
    user: User,
    by: User.meta({ description: 'The moderator who did it.' }),
    reason: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Block' })
export type Block = z.infer<typeof Block>

export const BlockPage = z
  .object({ data: z.array(Block), nextCursor: z.string().nullable() })
  .meta({ id: 'BlockPage' })

const reasonLimit = 500

export const BlockPerson = z.strictObject({
  userId: z.uuid(),
  reason: z
    .string()
    .trim()
    .max(reasonLimit, `A reason has at most ${reasonLimit} characters.`)
    .refine(
      (text) => text.isWellFormed() && !text.includes('\0'),
      'The reason contains characters that cannot be stored.',
    )
    .default('')
    .meta({ description: 'For other moderators; the blocked person is not shown it.' }),
})

export const UnblockPerson = z.strictObject({ userId: z.uuid() })

export const ListBlocks = z.strictObject({
  limit: pageLimit({ default: 50, max: 100 }),
  cursor: PageCursor.optional(),
})
