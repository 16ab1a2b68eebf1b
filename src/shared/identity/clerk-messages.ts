import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { onceMoreIfContested } from '../db/failures.ts'
import type { Transaction } from '../db/transaction.ts'
import { job } from '../jobs/job.ts'
import type { ClerkMessage, ClerkNews } from './clerk-news.ts'
import type { ShownProfile } from './clerk-profile.ts'
import { closeAccountOf } from './closing.ts'
import { announceEnd, endCredential } from './ended.ts'

/** Clerk gives up telling a thing after a day and a half, and what it signed is refused after minutes. */
const memoryMs = 3 * 24 * 60 * 60_000

/**
 * Does what follows from what Clerk tells, once, and whatever the order it comes in. Who is refused from then on is
 * read with each request, so that every process knows. Source: https://docs.svix.com/receiving/introduction
 */
export async function takeMessage(tracker: Tracker, { id, news }: ClerkMessage): Promise<void> {
  if (news === null) return
  await onceMoreIfContested(() =>
    tracker.db.transaction(async (tx) => {
      const fresh = await tx.query(sql`
        insert into clerk_messages (id, received_at) values (${id}, ${tracker.clock()})
        on conflict (id) do nothing returning id`)
      if (fresh.length > 0) await apply(tx, tracker, news)
    }),
  )
  tracker.relay.wake()
}

async function apply(tx: Transaction, tracker: Tracker, news: ClerkNews): Promise<void> {
  const now = tracker.clock()
  switch (news.kind) {
    case 'user-changed':
      return applyProfile(tx, news.profile, now)
    case 'user-deleted':
      return closeAccountOf(tx, tracker, news.clerkId)
    case 'session-ended': {
      const whose = sql`clerk_id = ${news.clerkId}`
      tx.send(endCredential({ id: news.sessionId, of: whose, now }))
      return tx.send(announceEnd(whose))
    }
  }
}

/**
 * Whoever has not been here yet is made at first sight, of what Clerk has then. Of two profiles of the same
 * millisecond nobody knows which is newer: then a ban counts.
 */
function applyProfile(tx: Transaction, profile: ShownProfile, now: Date): void {
  const { clerkId, name, firstName, lastName, username, imageUrl, banned, updatedAt } = profile
  tx.send(sql`
    update users set name = ${name}, first_name = ${firstName}, last_name = ${lastName}, username = ${username},
      image_url = ${imageUrl}, clerk_updated_at = ${updatedAt},
      refused_at = case when ${banned}::boolean then coalesce(refused_at, ${now}) end
    where clerk_id = ${clerkId} and deleted_at is null
      and (clerk_updated_at is null or clerk_updated_at < ${updatedAt}
        or clerk_updated_at = ${updatedAt} and ${banned}::boolean)`)
  if (banned) tx.send(announceEnd(sql`clerk_id = ${clerkId}`))
}

/** Forgets what Clerk will not tell again. */
export function forgetMessagesJob({ db, clock }: Pick<Tracker, 'db' | 'clock'>) {
  return job({
    name: 'clerk-messages.forget',
    payload: z.unknown(),
    cron: '27 3 * * *',
    async run() {
      const before = new Date(clock().getTime() - memoryMs)
      await db.query(sql`delete from clerk_messages where received_at < ${before}`)
    },
  })
}
