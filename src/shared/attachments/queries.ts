import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { isoTime } from '../db/fields.ts'
import { AppError } from '../errors.ts'
import { presentUser } from '../identity/queries.ts'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { IssueNumber } from '../issues/schema.ts'
import { read } from '../read.ts'
import { Slug } from '../workspaces/schema.ts'
import { AttachmentId, Attachments } from './schema.ts'
import type { Attachment } from './schema.ts'

/** Those of `a` that belong to the issue `i`, or to a comment that everybody sees. */
const isShown = `a.workspace_id = i.workspace_id and a.issue_number = i.number
  and (a.comment_id is null or exists (select 1 from comments c where c.workspace_id = a.workspace_id
    and c.id = a.comment_id and c.deleted_at is null and c.hidden_at is null))`

/** What is shown of the attachment `a`, but for its link. */
export const attachmentJson = `json_build_object('id', a.id, 'name', a.name, 'contentType', a.content_type,
  'bytes', a.bytes, 'uploader', ${presentUser('a.uploader_id')}, 'commentId', a.comment_id,
  'url', '', 'createdAt', ${isoTime('a.created_at')})`

export const listAttachments = read({
  name: 'listAttachments',
  summary: 'List the attachments of an issue, oldest first',
  action: 'issue.read',
  ofIssue: true,
  input: z.strictObject({ number: IssueNumber }),
  output: Attachments,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'attachments',
    answer: `select ${isHidden}, json_build_object('slug', access.slug, 'data', (
        select coalesce(json_agg(${attachmentJson} order by a.id), '[]') from attachments a where ${isShown}))::text as body
      from issues i where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
  present(body, _actor, _next, _input, { tracker }) {
    const { slug, data } = JSON.parse(body) as { slug: string; data: Attachment[] } // as the statement builds it
    const now = tracker.clock()
    const linked = data.map((file) => ({ ...file, url: tracker.files.links.make(slug, file.id, now) }))
    return JSON.stringify({ data: linked })
  },
})

/** A file that is there to be sent. */
export interface ServedFile {
  name: string
  contentType: string
  bytes: number
  sha256: Uint8Array
  /** From the beginning. Throws `not_found`, `unavailable`. */
  open(): Promise<Readable>
}

const Link = z.object({
  workspace: Slug,
  id: AttachmentId,
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  signature: z.string().regex(/^[\w-]{43}$/),
})

/**
 * What a signed link opens, to whoever has it. Throws `not_found` for a link that is over or not ours, and when the file
 * is not shown any more, whoever asks.
 */
export async function openLink(
  tracker: Tracker,
  given: { [K in keyof z.input<typeof Link>]: string | undefined },
): Promise<ServedFile> {
  const { success, data: link } = Link.safeParse(given)
  const { files, db, log } = tracker
  if (!success || !files.links.isGood({ ...link, slug: link.workspace }, tracker.clock()))
    throw opensNothing()
  const { rows } = await db.reads.query<[string, string, number, Uint8Array, string]>({
    name: 'served-attachment',
    rowMode: 'array',
    text: `select a.name, a.content_type, a.bytes, a.sha256, a.storage_key
      from workspaces w join attachments a on a.workspace_id = w.id and a.id = $2
      join issues i on ${isShown}
      where w.slug = $1 and i.deleted_at is null and i.hidden_at is null`,
    values: [link.workspace, link.id],
  })
  const [row] = rows
  if (row === undefined) throw opensNothing()
  const [name, contentType, bytes, sha256, storageKey] = row
  return {
    name,
    contentType,
    bytes,
    sha256,
    async open() {
      const stream = await files.store.open(storageKey)
      if (stream !== null) return stream
      log.warn({ storageKey }, 'The file of an attachment is not there')
      throw opensNothing()
    },
  }
}

function opensNothing(): AppError {
  return new AppError(
    'not_found',
    'This link opens nothing, or its time is over. Read the issue again for a new one.',
  )
}
