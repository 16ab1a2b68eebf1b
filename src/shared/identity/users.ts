import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { onceMoreIfContested } from '../db/failures.ts'
import { AppError, closedAccount } from '../errors.ts'
import { recordEvent } from '../events/record.ts'
import type { ClerkProfile } from './clerk-profile.ts'
import { closeAccountOf } from './closing.ts'
import { attachDiscord } from './merging.ts'

/** How long what Discord or Clerk said of a person is believed by a door that did not just hear it. */
export const trustMs = 5 * 60_000
/** How soon Clerk is asked again after it failed to answer. */
const retryMs = 30_000

/**
 * Our user for a Clerk user, made at first sight. A profile that already carries a verified Discord account
 * is linked then, and only then: after an `/unlink` it takes an explicit act.
 * Throws `unauthenticated` when the account was erased or Clerk does not know the user, `unavailable` when Clerk cannot be asked.
 */
export async function ensureClerkUser(tracker: Tracker, clerkId: string): Promise<string> {
  const known = await tracker.db.prisma.user.findUnique({
    where: { clerkId },
    select: { id: true, deletedAt: true },
  })
  if (known !== null && known.deletedAt !== null) throw closedAccount()
  if (known !== null) return known.id
  const profile = await tracker.clerk.findProfile(clerkId)
  if (profile === null)
    throw new AppError('unauthenticated', 'This account does not exist any more. Sign in with another one.')
  return createClerkUser(tracker, profile)
}

/** Two requests may see the same new user at once: the second finds what the first made. */
export async function createClerkUser(tracker: Tracker, profile: ClerkProfile): Promise<string> {
  const create = async (tx: Transaction) => {
    const now = tracker.clock()
    const { clerkId, discord } = profile
    const { name, firstName, lastName, username, imageUrl, clerkUpdatedAt, refusedAt } = shown(profile, now)
    const [made] = await tx.query<{ id: string }>(sql`
      insert into users (id, clerk_id, created_at, name, first_name, last_name, username, image_url, clerk_updated_at,
        clerk_checked_at, refused_at)
      values (${tracker.newId()}, ${clerkId}, ${now}, ${name}, ${firstName}, ${lastName}, ${username}, ${imageUrl},
        ${clerkUpdatedAt}, ${now}, ${refusedAt})
      on conflict (clerk_id) do nothing returning id`)
    if (made !== undefined && discord !== null && tracker.linking)
      await linkAtFirstSight(tracker, tx, made.id, discord.discordId)
    return made?.id ?? null
  }
  const id = await onceMoreIfContested(() => tracker.db.transaction(create))
  if (id !== null) return id
  const { clerkId } = profile
  const known = await tracker.db.prisma.user.findUniqueOrThrow({ where: { clerkId }, select: { id: true } })
  return known.id
}

/**
 * Takes over what Clerk has now, if nobody has asked it for `trustMs`: name, picture, and whether the user may
 * come in at all, which somebody whose ban was lifted may again.
 */
export async function refreshClerkUser(tracker: Tracker, clerkId: string): Promise<void> {
  const users = tracker.db.prisma.user
  const now = tracker.clock()
  const horizon = new Date(now.getTime() - trustMs)
  const askAgainAt = new Date(horizon.getTime() + retryMs)
  // Whoever writes this down asks; others take the last answer meanwhile, and ask when this one got none.
  const { count } = await users.updateMany({
    where: { clerkId, deletedAt: null, OR: [{ clerkCheckedAt: null }, { clerkCheckedAt: { lt: horizon } }] },
    data: { clerkCheckedAt: askAgainAt },
  })
  if (count === 0) return
  let profile: ClerkProfile | null
  try {
    profile = await tracker.clerk.findProfile(clerkId)
  } catch (error) {
    // Known users keep working while Clerk is away; a new token cannot be had from it anyway.
    tracker.log.warn(
      { err: error },
      'Clerk could not be asked whether a user still exists; the last answer stands',
    )
    return
  }
  if (profile === null) return tracker.db.transaction((tx) => closeAccountOf(tx, tracker, clerkId))
  const { updatedAt } = profile
  await users.updateMany({
    // Clerk may have told us of something newer while it answered.
    where: {
      clerkId,
      deletedAt: null,
      OR: [{ clerkUpdatedAt: null }, { clerkUpdatedAt: { lte: updatedAt } }],
    },
    data: shown(profile, now),
  })
}

export interface DiscordProfile {
  discordId: string
  name: string
  imageUrl: string | null
}

/** Our user for a Discord user: the linked one, or a guest, made at first sight. A guest is shown as Discord shows it. */
export async function ensureDiscordUser(
  tracker: Tracker,
  { discordId, name, imageUrl }: DiscordProfile,
): Promise<string> {
  const { prisma } = tracker.db
  const known = await prisma.user.findUnique({
    where: { discordId },
    select: { id: true, clerkId: true, name: true, imageUrl: true },
  })
  if (known === null) {
    const guest = { id: tracker.newId(), discordId, name, imageUrl, createdAt: tracker.clock() }
    await prisma.user.createMany({ data: [guest], skipDuplicates: true })
    const { id } = await prisma.user.findUniqueOrThrow({ where: { discordId }, select: { id: true } })
    return id
  }
  const changed = known.clerkId === null && (known.name !== name || known.imageUrl !== imageUrl)
  if (changed)
    await prisma.user.updateMany({ where: { id: known.id, clerkId: null }, data: { name, imageUrl } })
  return known.id
}

async function linkAtFirstSight(
  tracker: Tracker,
  tx: Transaction,
  userId: string,
  discordId: string,
): Promise<void> {
  const [holder] = await tx.query<{ clerk_id: string | null }>(
    sql`select clerk_id from users where discord_id = ${discordId}`,
  )
  // Somebody else linked this account here before: theirs until they unlink it.
  if (holder !== undefined && holder.clerk_id !== null) return
  await attachDiscord(tx, { userId, discordId })
  recordEvent(
    { tx, tracker, actor: { userId, door: 'web' }, workspace: null, now: tracker.clock() },
    { type: 'account.linked', changes: { discordId: { before: null, after: discordId } } },
  )
}

function shown(profile: ClerkProfile, now: Date) {
  return {
    name: profile.name,
    firstName: profile.firstName,
    lastName: profile.lastName,
    username: profile.username,
    imageUrl: profile.imageUrl,
    clerkUpdatedAt: profile.updatedAt,
    clerkCheckedAt: now,
    refusedAt: profile.banned ? now : null,
  }
}
