import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { IssueNumber } from '../issues/schema.ts'

/** What Discord lets everybody send: what was posted there fits here. */
export const maxFileBytes = 10_000_000
/** Few enough to be looked through, and shown without pages. */
export const filesPerIssue = 20
/** A hundred of the largest files, or some thousand screenshots. */
export const bytesPerWorkspace = 1_000_000_000

/** What one person sends to one process at the same time: as many as Discord lets somebody post at once. */
export const filesAtOnce = 10

const nameLimit = 255

/**
 * The name a file is offered under, made harmless: the last part of a path, without what is invisible, turns the
 * direction of writing (`gpj.exe` would be read as `exe.jpg`) or means something to a file system. In bytes, because
 * that is how file systems count; what is too long loses its middle, not its ending.
 */
export function cleanFileName(given: string): string {
  const name = given
    .toWellFormed()
    .normalize('NFC')
    .replace(/^.*[/\\]/su, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/\p{C}/gu, '')
    .replaceAll(/[<>:"|?*]/gu, '_')
    .replaceAll(/^[ .]+|[ .]+$/gu, '')
  return shortened(name) || 'file'
}

function shortened(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? ''
  const encoder = new TextEncoder()
  const stem = new Uint8Array(nameLimit - ending.length)
  // Writes whole characters only.
  const { read } = encoder.encodeInto(name.slice(0, name.length - ending.length), stem)
  return name.slice(0, read) + ending
}

export const FileName = z
  .string()
  .min(1, 'Say what the file is called: ?name=screenshot.png')
  .max(1_000, 'A file name has at most 1,000 characters.')
  .overwrite(cleanFileName)
  .meta({
    description: 'What the file is called; made harmless where it has to be.',
    example: 'screenshot.png',
  })

export const AttachmentId = z.uuid('An attachment is named by its id.')

export const Attachment = z
  .object({
    id: z.uuid(),
    name: z.string(),
    contentType: z.string().meta({ description: 'Told from its bytes.', example: 'image/png' }),
    bytes: z.int().min(1),
    uploader: User,
    commentId: z
      .uuid()
      .nullable()
      .meta({ description: 'The comment it belongs to; none: the issue itself.' }),
    url: z.string().meta({
      description:
        'Where to fetch it, without a token, from the address of the API; for ten minutes at most, then read the list again.',
      example: '/api/attachments/0195…?workspace=home&expires=1795449600&signature=…',
    }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Attachment' })
export type Attachment = z.infer<typeof Attachment>

export const Attachments = z.object({ data: z.array(Attachment) }).meta({ id: 'Attachments' })

/** What is said of a file that is sent; its bytes come beside. */
export const AttachFile = z.strictObject({
  number: IssueNumber,
  name: FileName,
  commentId: z
    .uuid('A comment is named by its id.')
    .optional()
    .meta({ description: 'A comment of yours on this issue, to which the file belongs.' }),
})
export type AttachFile = z.input<typeof AttachFile>

export const OfAttachment = z.strictObject({ number: IssueNumber, id: AttachmentId })
