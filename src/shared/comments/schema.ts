import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { IssueNumber, Version } from '../issues/schema.ts'
import { malformed, wellFormed } from '../markdown/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'

export const commentLimit = 20_000

const Body = z
  .string()
  .max(commentLimit, `A comment has at most ${commentLimit.toLocaleString('en')} characters.`)
  .refine(wellFormed, malformed)
  .refine((body) => /\S/.test(body), 'A comment needs something to read.')
  .meta({ description: 'Markdown.', example: 'Same here, since the update. @ada, is this #12?' })

export const Comment = z
  .object({
    id: z.uuid(),
    issueNumber: z.int().min(1),
    body: z.string(),
    author: User,
    hidden: z.boolean().meta({ description: 'Taken for spam, and shown to triagers only.' }),
    version: z
      .int()
      .min(1)
      .meta({ description: 'Counts changes; send it back as `If-Match` to change what you saw.' }),
    createdAt: z.iso.datetime(),
    editedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Comment' })
export type Comment = z.infer<typeof Comment>

export const CommentPage = z
  .object({ data: z.array(Comment), nextCursor: z.string().nullable() })
  .meta({ id: 'CommentPage' })

export const CreateComment = z.strictObject({ number: IssueNumber, body: Body })

export const OneComment = z.strictObject({ number: IssueNumber, commentId: z.uuid() })
export type OneComment = z.infer<typeof OneComment>

export const CommentAtVersion = OneComment.extend({ version: Version })

export const ChangeComment = CommentAtVersion.extend({
  body: Body.optional(),
  hidden: z.boolean().optional().meta({ description: 'Whether it is spam, and shown to triagers only.' }),
})
export type ChangeComment = z.infer<typeof ChangeComment>

export const ListComments = z.strictObject({
  number: IssueNumber,
  order: z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Which come first.' }),
  limit: pageLimit({ default: 50, max: 100 }),
  cursor: PageCursor.optional(),
})
