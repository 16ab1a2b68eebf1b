import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { IssueNumber } from '../issues/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'

/** Every kind of thing that happens. */
export const EventType = z.enum([
  'issue.created',
  'issue.changed',
  'issue.deleted',
  'issue.restored',
  'attachment.added',
  'attachment.deleted',
  'issue.duplicate-added',
  'issue.duplicate-removed',
  'issue.voted',
  'issue.unvoted',
  'comment.created',
  'comment.changed',
  'comment.deleted',
  'subscription.changed',
  'label.created',
  'label.changed',
  'label.deleted',
  'template.created',
  'template.changed',
  'template.deleted',
  'template.ordered',
  'view.created',
  'view.changed',
  'view.deleted',
  'workspace.created',
  'workspace.changed',
  'workspace.exported',
  'workspace.imported',
  'import.started',
  'import.cancelled',
  'import.failed',
  'placeholder.claimed',
  'member.role-granted',
  'member.removed',
  'member.joined',
  'invitation.created',
  'invitation.revoked',
  'person.blocked',
  'person.unblocked',
  'guild.connected',
  'guild.changed',
  'guild.disconnected',
  'account.linked',
  'account.unlinked',
  'account.api-key-created',
  'account.api-key-revoked',
  'account.erased',
  'webhook.created',
  'webhook.changed',
  'webhook.secret-rotated',
  'webhook.deleted',
  'webhook.pinged',
  'webhook.redelivered',
  'webhook.failing',
  'webhook.gone',
])
export type EventType = z.infer<typeof EventType>

/** The values that fields have. Not any JSON: a schema that contains itself cannot be described in OpenAPI here. */
const FieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])

/** What a field was before, and is after. */
export const Change = z.object({ before: FieldValue, after: FieldValue })
export type Change = z.infer<typeof Change>

export const Changes = z.record(z.string(), Change)
export type Changes = z.infer<typeof Changes>

/** One line of an issue's history. */
export const HistoryEntry = z
  .object({
    id: z.uuid(),
    type: EventType,
    actor: User,
    door: z.enum(['api', 'web', 'discord', 'mcp', 'job']),
    changes: Changes,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'HistoryEntry' })
export type HistoryEntry = z.infer<typeof HistoryEntry>

export const History = z
  .object({ data: z.array(HistoryEntry), nextCursor: z.string().nullable() })
  .meta({ id: 'History' })
export type History = z.infer<typeof History>

/** What happened in a workspace, as the pages of its events and the live stream have it. */
export const WorkspaceEvent = HistoryEntry.extend({
  position: z.int().min(1).meta({
    description: 'The place in the order of commit; what a live stream is taken up again with.',
  }),
  issueNumber: z.int().nullable().meta({ description: 'The issue it is about; null when it is about none.' }),
  subjectId: z.uuid().nullable().meta({ description: 'What else it is about, such as a comment.' }),
}).meta({ id: 'Event' })
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>

export const EventPage = z
  .object({ data: z.array(WorkspaceEvent), nextCursor: z.string().nullable() })
  .meta({ id: 'EventPage' })

export const ListEvents = z.strictObject({
  issue: IssueNumber.optional().meta({ description: 'Only what is about this issue.' }),
  type: EventType.optional(),
  actor: z
    .union([z.literal('me'), z.uuid()], 'An actor is a user id, or `me`.')
    .optional()
    .meta({ description: 'Who did it: a user id, or `me`.' }),
  order: z.enum(['newest', 'oldest']).default('newest').meta({ description: 'Which come first.' }),
  limit: pageLimit({ default: 50, max: 100 }),
  cursor: PageCursor.optional(),
})
export type ListEvents = z.infer<typeof ListEvents>
