import { z } from 'zod'
import { User } from '../identity/schema.ts'

/** Every kind of thing that happens. */
export const EventType = z.enum([
  'issue.created',
  'issue.changed',
  'issue.deleted',
  'issue.restored',
  'label.created',
  'workspace.created',
  'workspace.changed',
  'workspace.exported',
  'workspace.imported',
  'import.started',
  'import.cancelled',
  'placeholder.claimed',
  'member.role-granted',
  'member.removed',
  'guild.connected',
  'guild.changed',
  'guild.disconnected',
  'account.linked',
  'account.unlinked',
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
