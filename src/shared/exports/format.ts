import { z } from 'zod'
import { IssueStatus } from '../issues/schema.ts'

/** The version of the format that this tracker writes, and the only one it reads. */
export const formatVersion = 1

/** Not before computers counted it: ids begin with the time of what they name. */
export const Time = z.iso.datetime().refine((time) => time >= '1970', 'This has to be after 1969.')
const UserRef = z.string().regex(/^[\w:/.-]{1,100}$/)
const CommentRef = z.string().regex(/^[\w:/.-]{1,100}$/)
const Number = z.int().min(1).max(2_147_483_647)

/** Priorities in ascending order. */
export const ExportedPriority = z.enum(['none', 'low', 'medium', 'high', 'urgent'])

/**
 * The first line: what this is. `installation` names the tracker it comes from without telling its secret.
 * `lastNumber` is that of the newest issue, those that were removed for good included.
 */
export const HeaderLine = z.object({
  kind: z.literal('snag'),
  version: z.int(),
  installation: z.string().regex(/^\w{1,100}$/),
  workspace: z.object({
    id: z.int(),
    slug: z.string(),
    key: z.string(),
    name: z.string(),
    visibility: z.string(),
    lastNumber: z.int().min(0),
    createdAt: Time,
  }),
  exportedAt: Time,
})
export type HeaderLine = z.infer<typeof HeaderLine>

/**
 * Somebody whom other lines name by `id`. `identity` is the account behind it, such as `clerk:user_2fX`, `discord:42` or,
 * of somebody who came with an import and was never claimed (`placeholder`), `github:583231`.
 */
export const UserLine = z.object({
  kind: z.literal('user'),
  id: UserRef,
  name: z.string().min(1).max(200),
  identity: z.string().max(150).nullable(),
  placeholder: z.boolean(),
})

export const LabelLine = z.object({
  kind: z.literal('label'),
  name: z.string(),
  color: z.string(),
  description: z.string(),
})

/** A form of the workspace. What it asks is checked when it is imported. */
export const TemplateLine = z.object({
  kind: z.literal('template'),
  name: z.string(),
  description: z.string().nullable(),
  titlePlaceholder: z.string().nullable(),
  labels: z.array(z.string()),
  priority: ExportedPriority,
  fields: z.array(z.unknown()),
})

/** A view that is shared; those of one person are theirs. */
export const ViewLine = z.object({
  kind: z.literal('view'),
  owner: UserRef,
  name: z.string(),
  query: z.string(),
  layout: z.string(),
  groupBy: z.string().nullable(),
  createdAt: Time,
  updatedAt: Time,
})

export const IssueLine = z.object({
  kind: z.literal('issue'),
  number: Number,
  title: z.string(),
  description: z.string(),
  status: IssueStatus,
  priority: ExportedPriority,
  author: UserRef,
  assignee: UserRef.nullable(),
  labels: z.array(z.string()),
  duplicateOf: Number.nullable(),
  locked: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
  closedAt: Time.nullable(),
  hiddenAt: Time.nullable(),
})

export const CommentLine = z.object({
  kind: z.literal('comment'),
  id: CommentRef,
  issue: Number,
  author: UserRef,
  body: z.string(),
  createdAt: Time,
  editedAt: Time.nullable(),
  hiddenAt: Time.nullable(),
})

export const VoteLine = z.object({ kind: z.literal('vote'), issue: Number, user: UserRef, createdAt: Time })

export const SubscriptionLine = z.object({
  kind: z.literal('subscription'),
  issue: Number,
  user: UserRef,
  muted: z.boolean(),
  createdAt: Time,
})

/** Where `from`, or a comment on it, names `to`. */
export const ReferenceLine = z.object({
  kind: z.literal('reference'),
  from: Number,
  comment: CommentRef.nullable(),
  to: Number,
})

export const MentionLine = z.object({
  kind: z.literal('mention'),
  issue: Number,
  comment: CommentRef.nullable(),
  user: UserRef,
})

/** A file somebody attached; its bytes are not in the export. */
export const AttachmentLine = z.object({ kind: z.literal('attachment') })

/** What happened, for reading: history is proof of what was done here, and none of what a file says was. */
export const EventLine = z.object({ kind: z.literal('event') })

/** The last line: a file without it was cut off. `signature` is over all bytes before it; see `ExportSignature`. */
export const EndLine = z.object({ kind: z.literal('end'), lines: z.int(), signature: z.string().max(100) })

export const ExportLine = z.discriminatedUnion('kind', [
  HeaderLine,
  UserLine,
  LabelLine,
  TemplateLine,
  ViewLine,
  IssueLine,
  CommentLine,
  VoteLine,
  SubscriptionLine,
  ReferenceLine,
  MentionLine,
  AttachmentLine,
  EventLine,
  EndLine,
])
export type ExportLine = z.infer<typeof ExportLine>
