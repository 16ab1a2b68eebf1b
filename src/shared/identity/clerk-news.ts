import { z } from 'zod'
import { shownName } from './clerk-profile.ts'
import type { ShownProfile } from './clerk-profile.ts'

/** What Clerk tells us by itself, under an id of its own: the same message may come again. */
export interface ClerkMessage {
  id: string
  /** Null for what does not concern us. */
  news: ClerkNews | null
}

export type ClerkNews =
  | { kind: 'user-changed'; profile: ShownProfile }
  | { kind: 'user-deleted'; clerkId: string }
  | { kind: 'session-ended'; clerkId: string; sessionId: string }

const UserChanged = z.object({
  type: z.enum(['user.created', 'user.updated']),
  data: z.object({
    id: z.string(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    username: z.string().nullable(),
    image_url: z.string().nullish(),
    banned: z.boolean(),
    updated_at: z.number(),
  }),
})
const UserDeleted = z.object({ type: z.literal('user.deleted'), data: z.object({ id: z.string() }) })
const SessionEnded = z.object({
  type: z.enum(['session.ended', 'session.removed', 'session.revoked']),
  data: z.object({ id: z.string(), user_id: z.string() }),
})
const Event = z.discriminatedUnion('type', [UserChanged, UserDeleted, SessionEnded])

/**
 * What a verified event of Clerk means here; null for the many other kinds there are.
 * Source: https://clerk.com/docs/guides/development/webhooks/overview
 */
export function newsOf(event: { type: string; data: unknown }): ClerkNews | null {
  const known: readonly string[] = [...UserChanged.shape.type.options, ...SessionEnded.shape.type.options]
  if (!known.includes(event.type) && event.type !== UserDeleted.shape.type.value) return null
  const { type, data } = Event.parse(event)
  switch (type) {
    case 'user.created':
    case 'user.updated':
      return {
        kind: 'user-changed',
        profile: {
          clerkId: data.id,
          name: shownName({ firstName: data.first_name, lastName: data.last_name, username: data.username }),
          firstName: data.first_name,
          lastName: data.last_name,
          username: data.username,
          imageUrl: data.image_url || null,
          banned: data.banned,
          updatedAt: new Date(data.updated_at),
        },
      }
    case 'user.deleted':
      return { kind: 'user-deleted', clerkId: data.id }
    case 'session.ended':
    case 'session.removed':
    case 'session.revoked':
      return { kind: 'session-ended', clerkId: data.user_id, sessionId: data.id }
  }
}
