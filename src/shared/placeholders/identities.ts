import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'

/**
 * What somebody is known as elsewhere, as far as it is proven: their Clerk account, the Discord account linked to it, and
 * the GitHub account that Clerk has verified to be theirs. Throws `unavailable` when Clerk cannot be asked.
 */
export async function provenIdentities(tracker: Tracker, userId: string): Promise<string[]> {
  const [user] = await tracker.db.query<{ clerkId: string | null; discordId: string | null }>(sql`
    select clerk_id as "clerkId", discord_id as "discordId" from users where id = ${userId}::uuid`)
  if (user === undefined || user.clerkId === null) return []
  const profile = await tracker.clerk.findProfile(user.clerkId)
  const ids = [
    ['clerk', user.clerkId],
    ['discord', user.discordId],
    ['github', profile?.githubId ?? null],
  ] as const
  return ids.flatMap(([kind, id]) => (id === null ? [] : [`${kind}:${id}`]))
}
