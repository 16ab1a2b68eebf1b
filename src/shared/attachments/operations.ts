import sql, { raw } from 'sql-template-tag'
import { v4 as uuidv4 } from 'uuid'
import { z } from 'zod'
import type { Context, Tracker, WorkspaceScope } from '../context.ts'
import type { Queryable } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { spool } from '../files/spool.ts'
import type { Spooled } from '../files/spool.ts'
import { assertGuestQuota } from '../guest-quota.ts'
import { parseInput } from '../input.ts'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { lockForTalk } from '../issues/talk.ts'
import type { TalkedAbout } from '../issues/talk.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { read } from '../read.ts'
import { contentTypeOf, headBytes } from './content-type.ts'
import { attachmentJson } from './queries.ts'
import {
  AttachFile,
  Attachment,
  OfAttachment,
  bytesPerWorkspace,
  filesAtOnce,
  filesPerIssue,
  maxFileBytes,
} from './schema.ts'

const tooLarge = `A file has at most ${maxFileBytes / 1_000_000} MB. Send a smaller one, or link to it.`
const missing = `${missingIssue} A file can also be added to a comment of yours that is there.`

/** Trusts its input: whoever calls it has just stored and examined the file. */
const addAttachment = operation({
  name: 'attachFile',
  summary: 'Attach a file to an issue',
  access: 'attachment.add',
  input: AttachFile.extend({
    contentType: z.string(),
    bytes: z.int(),
    sha256: z.instanceof(Uint8Array),
    storageKey: z.string(),
  }),
  output: Attachment,
  subject: lockPlace,
  missing,
  async run({ tx, tracker, actor, workspace, now, input }) {
    if (actor.role === 'guest')
      await assertGuestQuota(tx, 'attachments', { workspaceId: workspace.id, authorId: actor.userId, now })
    assertRoom(await roomIn(tx, workspace.id, input.number), input.bytes)
    const id = tracker.newId()
    const { number, name, commentId = null, contentType, bytes, sha256, storageKey } = input
    tx.send(sql`
      insert into attachments (workspace_id, id, issue_number, comment_id, uploader_id, name, content_type, bytes,
        sha256, storage_key, created_at)
      values (${workspace.id}, ${id}, ${number}, ${commentId}, ${actor.userId}, ${name}, ${contentType}, ${bytes},
        ${Buffer.from(sha256)}, ${storageKey}, ${now})`)
    return {
      result: presentAttachment(tx, workspace.id, id).then((attachment) => ({
        ...attachment,
        url: tracker.files.links.make(workspace.slug, id, now),
      })),
      event: {
        type: 'attachment.added',
        issueNumber: number,
        subjectId: id,
        changes: { name: { before: null, after: name } },
      },
    }
  },
})

/**
 * Attaches a file to an issue, or to a comment of the caller's. It is taken in and examined, then stored, and written
 * down last: what fails on the way leaves at most a file that nobody sees, which a job removes. Throws `invalid` for a
 * kind of file that cannot be attached, `too_large`, `conflict` when there is no room, `too_many` for one too many at once.
 */
async function attach(ctx: Context, given: AttachFile, body: AsyncIterable<Uint8Array>): Promise<Attachment> {
  const input = parseInput(AttachFile, given)
  // Nobody who would be refused anyway fills our disk.
  const { workspaceId, ...room } = (await getAttachmentRoom(ctx, { number: input.number })).value
  assertRoom(room, 1)
  const done = begin(ctx)
  try {
    return await takeIn(ctx, input, { body, workspaceId })
  } finally {
    done()
  }
}

async function takeIn(
  ctx: Context,
  input: z.output<typeof AttachFile>,
  { body, workspaceId }: { body: AsyncIterable<Uint8Array>; workspaceId: number },
): Promise<Attachment> {
  const { store, incomingDir } = ctx.tracker.files
  const file = await spool(incomingDir, body, { maxBytes: maxFileBytes, headBytes, tooLarge })
  try {
    const contentType = await examine(file)
    const storageKey = `${workspaceId}/${uuidv4()}`
    await store.put(storageKey, file.path, file.bytes)
    try {
      return await addAttachment(ctx, { ...input, ...pick(file), contentType, storageKey })
    } catch (error) {
      await removeStored(ctx, storageKey)
      throw error
    }
  } finally {
    await file.remove()
  }
}

/** Who is sending how many files to this process. */
const underWay = new WeakMap<Tracker, Map<string, number>>()

/**
 * Counts a file that is being taken in, until what is given back is called: each may lie on our disk for as long as its
 * sender takes. Throws `too_many`.
 */
function begin({ tracker, caller: { userId } }: Context): () => void {
  const counts = underWay.get(tracker) ?? new Map<string, number>()
  underWay.set(tracker, counts)
  const count = counts.get(userId) ?? 0
  if (count >= filesAtOnce) {
    throw new AppError(
      'too_many',
      `You are sending ${count} files already. Wait until one of them is done.`,
      {
        retryAfterSeconds: 10,
      },
    )
  }
  counts.set(userId, count + 1)
  return () => {
    const left = (counts.get(userId) ?? 1) - 1
    if (left === 0) counts.delete(userId)
    else counts.set(userId, left)
  }
}

export const attachFile = Object.assign(attach, { ...describedAs(addAttachment), output: Attachment })

/** Takes an attachment out of its issue, and tells where its bytes are. */
const forgetAttachment = operation({
  name: 'deleteAttachment',
  summary: 'Delete an attachment',
  access: 'attachment.delete',
  input: OfAttachment,
  output: z.object({ storageKey: z.string() }),
  subject: lockAttachment,
  missing: 'There is no attachment with this id on this issue, or it was deleted.',
  async run({ tx, workspace, input: { number, id }, subject: { name, storageKey } }) {
    tx.send(sql`delete from attachments where workspace_id = ${workspace.id} and id = ${id}`)
    return {
      result: { storageKey },
      event: {
        type: 'attachment.deleted',
        issueNumber: number,
        subjectId: id,
        changes: { name: { before: name, after: null } },
      },
    }
  },
})

/** Deletes an attachment for good; its link opens nothing from then on. */
export const deleteAttachment = Object.assign(
  async (ctx: Context, input: z.input<typeof OfAttachment>): Promise<null> => {
    const { storageKey } = await forgetAttachment(ctx, input)
    await removeStored(ctx, storageKey)
    return null
  },
  { ...describedAs(forgetAttachment), input: OfAttachment, output: z.null() },
)

/** How what is built around an operation is called: as the operation is. */
function describedAs({ operationName, summary }: { operationName: string; summary: string }) {
  return { operationName, summary }
}

interface Room {
  /** How many files the issue has. */
  files: number
  /** How much the workspace's files are together. */
  bytes: number
}

const roomOfIssue = `(select count(*)::int from attachments where workspace_id = i.workspace_id and issue_number = i.number)`
const roomOfWorkspace = `(select coalesce(sum(bytes), 0)::float8 from attachments where workspace_id = i.workspace_id)`

const getAttachmentRoom = read({
  name: 'getAttachmentRoom',
  summary: 'How much can be attached',
  action: 'attachment.add',
  ofIssue: true,
  input: AttachFile.pick({ number: true }),
  output: z.object({ workspaceId: z.int(), files: z.int(), bytes: z.int() }),
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'attachment-room',
    answer: `select ${isHidden}, json_build_object('workspaceId', i.workspace_id, 'files', ${roomOfIssue}, 'bytes', ${roomOfWorkspace})::text as body
      from issues i where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
})

/** Under a lock of its own until the commit: two files at once cannot both be the last one, and nobody else waits. */
async function roomIn(tx: Scope<WorkspaceScope>['tx'], workspaceId: number, number: number): Promise<Room> {
  tx.send(sql`select pg_advisory_xact_lock(hashtext('snag attachments'), ${workspaceId})`)
  const [room] = await tx.query<Room>(sql`
    select ${raw(roomOfIssue)} as files, ${raw(roomOfWorkspace)} as bytes
    from issues i where i.workspace_id = ${workspaceId} and i.number = ${number}`)
  if (room === undefined) throw new Error(`Issue ${number} vanished while a file was attached to it.`)
  return room
}

function assertRoom({ files, bytes }: Room, more: number): void {
  if (files >= filesPerIssue) {
    throw new AppError(
      'conflict',
      `An issue has at most ${filesPerIssue} attachments. Delete one of them first.`,
    )
  }
  if (bytes + more > bytesPerWorkspace) {
    throw new AppError(
      'conflict',
      `The attachments of a workspace take at most ${bytesPerWorkspace / 1_000_000_000} GB, and there is no room for this one. Delete some first.`,
    )
  }
}

async function examine({ bytes, head, isText }: Spooled): Promise<string> {
  if (bytes === 0)
    throw new AppError('invalid', 'The file is empty. Send its bytes as the body of the request.')
  const contentType = await contentTypeOf(head, isText)
  if (contentType !== null) return contentType
  throw new AppError(
    'invalid',
    'This kind of file cannot be attached. Send a picture (PNG, JPEG, GIF, WebP, AVIF), a video (MP4, WebM, MOV), a PDF, text in UTF-8, or a ZIP or GZIP of anything else.',
  )
}

function pick({ bytes, sha256 }: Spooled): Pick<Spooled, 'bytes' | 'sha256'> {
  return { bytes, sha256 }
}

/** What cannot be removed now is removed later: nothing refers to it any more. */
async function removeStored({ tracker }: Context, storageKey: string): Promise<void> {
  try {
    await tracker.files.store.remove(storageKey)
  } catch (error) {
    tracker.log.warn({ err: error, storageKey }, 'A file could not be removed; a job will')
  }
}

/** The issue, and the caller's comment where one is named, kept from being purged until the commit. */
async function lockPlace(
  scope: Scope<WorkspaceScope>,
  { number, commentId }: { number: number; commentId?: string | undefined },
): Promise<TalkedAbout | null> {
  const { tx, workspace, actor } = scope
  const issue = await lockForTalk(scope, { number })
  if (commentId === undefined) return issue
  const comments = await tx.query(sql`
    select 1 from comments where workspace_id = ${workspace.id} and id = ${commentId} and issue_number = ${number}
      and author_id = ${actor.userId} and deleted_at is null for key share`)
  return comments.length === 0 ? null : issue
}

interface LockedAttachment {
  /** Who uploaded it. */
  authorId: string
  locked: boolean
  hidden: boolean
  name: string
  storageKey: string
}

async function lockAttachment(
  { tx, workspace }: Scope<WorkspaceScope>,
  { number, id }: { number: number; id: string },
): Promise<LockedAttachment | null> {
  const [found] = await tx.query<LockedAttachment>(sql`
    select a.uploader_id as "authorId", i.locked, i.hidden_at is not null as hidden, a.name,
      a.storage_key as "storageKey"
    from attachments a join issues i on i.workspace_id = a.workspace_id and i.number = a.issue_number
    where a.workspace_id = ${workspace.id} and a.id = ${id} and a.issue_number = ${number} and i.deleted_at is null
    for update of a`)
  return found ?? null
}

async function presentAttachment(tx: Queryable, workspaceId: number, id: string): Promise<Attachment> {
  const [row] = await tx.query<{ attachment: Attachment }>(sql`
    select ${raw(attachmentJson)} as attachment from attachments a
    where a.workspace_id = ${workspaceId} and a.id = ${id}`)
  if (row === undefined) throw new Error('An attachment vanished inside its own transaction.')
  return row.attachment
}
