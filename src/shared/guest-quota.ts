import sql, { raw } from 'sql-template-tag'
import type { Transaction } from './db/transaction.ts'
import { AppError } from './errors.ts'

/** A guest is anybody with a Discord account: a raid must not fill the tracker. */
const quotas = {
  issues: { perHour: 5, deed: 'file 5 issues', newest: 'number', author: 'author_id' },
  comments: { perHour: 20, deed: 'write 20 comments', newest: 'id', author: 'author_id' },
  attachments: { perHour: 10, deed: 'attach 10 files', newest: 'id', author: 'uploader_id' },
} as const

/**
 * Throws `too_many` for a guest who has written as much as a guest may in an hour. Of two writings at once, one waits
 * here for the other, so that they cannot both be the last one.
 */
export async function assertGuestQuota(
  tx: Transaction,
  written: keyof typeof quotas,
  { workspaceId, authorId, now }: { workspaceId: number; authorId: string; now: Date },
): Promise<void> {
  const { perHour, deed, newest, author } = quotas[written]
  const anHourAgo = new Date(now.getTime() - 3_600_000)
  tx.send(sql`select 1 from users where id = ${authorId} for no key update`)
  const recent = await tx.query<{ createdAt: Date }>(sql`
    select created_at as "createdAt" from ${raw(written)}
    where workspace_id = ${workspaceId} and ${raw(author)} = ${authorId} and created_at > ${anHourAgo}
    order by ${raw(newest)} desc limit ${perHour}`)
  const oldest = recent[perHour - 1]
  if (oldest === undefined) return
  const retryAfterSeconds = Math.ceil((oldest.createdAt.getTime() - anHourAgo.getTime()) / 1000)
  throw new AppError(
    'too_many',
    `Guests can ${deed} an hour. Use /link to connect your account, or try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`,
    { retryAfterSeconds },
  )
}
