import { z } from 'zod'
import { ExportedPriority, Time } from '../exports/format.ts'
import { IssueStatus } from '../issues/schema.ts'
import { CreateTemplate } from '../templates/schema.ts'
import { CreateView } from '../views/schema.ts'
import type { NoteKind } from './schema.ts'

/** Somebody named in a file, by the external id of their `person` record; null is whoever brings the file. */
const Somebody = z.string().nullable()

export const PersonRecord = z.object({
  name: z.string(),
  /** What the person is known as where a claim can be proven, such as `github:583231`. */
  identity: z.string().nullable(),
  /** Our own id of them, if the file is an export of this installation. */
  userId: z.string().nullable(),
})

export const LabelRecord = z.object({ name: z.string(), color: z.string(), description: z.string() })

/** Checked when it was read. */
export const TemplateRecord = CreateTemplate

export const ViewRecord = CreateView.omit({ shared: true }).extend({
  owner: Somebody,
  createdAt: Time,
  updatedAt: Time,
})

export const IssueRecord = z.object({
  /** What the report calls it, where its external id says nothing to a person; see `subjectOf`. */
  toldAs: z.string().optional(),
  title: z.string(),
  description: z.string(),
  status: IssueStatus,
  priority: ExportedPriority,
  author: Somebody,
  assignee: Somebody,
  labels: z.array(z.string()),
  locked: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
  closedAt: Time.nullable(),
  hiddenAt: Time.nullable(),
})

export const CommentRecord = z.object({
  body: z.string(),
  author: Somebody,
  createdAt: Time,
  editedAt: Time.nullable(),
  hiddenAt: Time.nullable(),
})

/** Of votes, subscriptions and mentions. `comment` is the external id of the comment that mentions. */
export const TieRecord = z.object({
  person: Somebody,
  muted: z.boolean(),
  comment: z.string().nullable(),
  createdAt: Time,
})

/** An issue, or a comment on it, names another issue. */
export const ReferenceRecord = z.object({ comment: z.string().nullable(), to: z.string() })

/** An issue is a duplicate of another, which is named by its external id. */
export const OriginalRecord = z.object({ to: z.string() })

export const recordSchemas = {
  person: PersonRecord,
  label: LabelRecord,
  template: TemplateRecord,
  view: ViewRecord,
  issue: IssueRecord,
  comment: CommentRecord,
  vote: TieRecord,
  subscription: TieRecord,
  mention: TieRecord,
  reference: ReferenceRecord,
  original: OriginalRecord,
} as const

export type RecordKind = keyof typeof recordSchemas

/** One thing of a file in our own terms, whatever the format. What it says fits our limits. */
export type ImportRecord = {
  [K in RecordKind]: {
    kind: K
    externalId: string
    /**
     * The order in which things of a kind are taken in: of issues and what belongs to them the issue's number. Their order
     * in the file decides between equals.
     */
    rank: number
    /** The external id of the issue it belongs to. */
    parentId: string | null
    /** The external ids of the issues that its text names. */
    refs: string[]
    record: z.output<(typeof recordSchemas)[K]>
  }
}[RecordKind]

/** Something to tell of in the report. */
export interface Note {
  kind: NoteKind
  subject: string
  reason: string
}

/** What the report calls an issue or a comment. */
export function subjectOf(
  kind: 'issue' | 'comment',
  { externalId, record }: { externalId: string; record: object },
): string {
  const toldAs = 'toldAs' in record ? record.toldAs : null
  return typeof toldAs === 'string' ? toldAs : `${kind} ${externalId}`
}

/** What reading a file gives, piece by piece. */
export type Read = ImportRecord | { kind: 'note'; note: Note }

/** What is known of a file once it has been read whole. */
export interface Origin {
  /** What its external ids belong to. */
  source: string
  /** The workspace of this installation that it is an unchanged export of. */
  exportedFrom: number | null
  /** The number of the newest issue there, if the file says so. */
  lastNumber: number | null
}

export function note(kind: NoteKind, subject: string, reason: string): Read {
  return { kind: 'note', note: { kind, subject, reason } }
}
