import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'

/** A guest is anybody with a Discord account: a raid must not fill the tracker. */
export const guestIssuesPerHour = 5

/** Throws `too_many`. Called under the workspace's row lock, so two filings at once cannot both be the last one. */
export async function assertGuestQuota(
  tx: Transaction,
  workspaceId: number,
  authorId: string,
  now: Date,
): Promise<void> {
  const anHourAgo = new Date(now.getTime() - 3_600_000)
  const filed = await tx.query<{ createdAt: Date }>(sql`
    select created_at as "createdAt" from issues
    where workspace_id = ${workspaceId} and author_id = ${authorId} and created_at > ${anHourAgo}
    order by number desc limit ${guestIssuesPerHour}`)
  const oldest = filed[guestIssuesPerHour - 1]
  if (oldest === undefined) return
  const retryAfterSeconds = Math.ceil((oldest.createdAt.getTime() - anHourAgo.getTime()) / 1000)
  throw new AppError(
    'too_many',
    `Guests can file ${guestIssuesPerHour} issues an hour. Use /link to connect your account, or try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`,
    { retryAfterSeconds },
  )
}
