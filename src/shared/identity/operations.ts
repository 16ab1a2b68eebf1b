import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { worldOperation } from '../operation.ts'
import { presentMe } from './queries.ts'
import { Me } from './schema.ts'
import { attachDiscord } from './merging.ts'
import { createClerkUser } from './users.ts'

const Nothing = z.strictObject({})

/** Trusts its input: whoever calls it has just heard from Clerk that the account is verified. */
const attachVerifiedDiscord = worldOperation({
  name: 'attachVerifiedDiscord',
  summary: 'Link a Discord account that Clerk has verified',
  access: 'account.link',
  locksCaller: true,
  input: z.strictObject({ discordId: z.string() }),
  output: Me,
  async run({ tx, actor, input: { discordId } }) {
    const attached = await attachDiscord(tx, { userId: actor.userId, discordId })
    return {
      result: presentMe(tx, actor.userId),
      event: attached
        ? { type: 'account.linked', changes: { discordId: { before: null, after: discordId } } }
        : null,
    }
  },
})

/**
 * Links the Discord account that Clerk reports as verified for the caller, and merges the guest who used it.
 * Throws `conflict` when Clerk reports none, or when either side is linked elsewhere; `unavailable`.
 */
export async function linkDiscord(ctx: Context): Promise<Me> {
  assertLinking(ctx)
  const caller = await ctx.tracker.db.prisma.user.findUnique({
    where: { id: ctx.caller.userId },
    select: { clerkId: true },
  })
  const profile = caller?.clerkId ? await ctx.tracker.clerk.findProfile(caller.clerkId) : null
  if (profile?.discord == null) {
    throw new AppError('conflict', 'Your account has no verified Discord account yet. Connect Discord first.')
  }
  return attachVerifiedDiscord(ctx, { discordId: profile.discord.discordId })
}

/**
 * The same, asked for from Discord, which vouches for the Discord side. Null when no Clerk user has this account
 * verified: then the person has to sign in on the dashboard.
 */
export async function linkFromDiscord(ctx: Context, discordId: string): Promise<Me | null> {
  assertLinking(ctx)
  const profile = await ctx.tracker.clerk.findProfileByDiscord(discordId)
  if (profile === null || profile.banned) return null
  const userId = await createClerkUser(ctx.tracker, profile)
  return attachVerifiedDiscord({ ...ctx, caller: { ...ctx.caller, userId } }, { discordId })
}

/** Ends the link. What was written stays with the Clerk user; linking again takes an explicit act. Throws `conflict`. */
export const unlinkDiscord = worldOperation({
  name: 'unlinkDiscord',
  summary: 'Unlink your Discord account',
  access: 'account.unlink',
  locksCaller: true,
  input: Nothing,
  output: Me,
  async run({ tx, tracker, actor, now }) {
    const { userId } = actor
    const [user] = await tx.query<{ discord_id: string | null }>(
      sql`select discord_id from users where id = ${userId}`,
    )
    const before = user?.discord_id ?? null
    if (before === null) throw new AppError('conflict', 'No Discord account is linked to yours.')
    tx.send(sql`delete from guild_roles where user_id = ${userId}`)
    tx.send(sql`update users set discord_id = null where id = ${userId}`)
    leaveBlocks(tx, { userId, guestId: tracker.newId(), discordId: before, now })
    return {
      result: presentMe(tx, userId),
      event: { type: 'account.unlinked', changes: { discordId: { before, after: null } } },
    }
  },
})

/** Whoever is blocked does not come back as a guest by unlinking: who uses the account from now on is blocked as well. */
function leaveBlocks(
  tx: Transaction,
  { userId, guestId, discordId, now }: { userId: string; guestId: string; discordId: string; now: Date },
): void {
  tx.send(sql`
    insert into users (id, discord_id, name, created_at)
    select ${guestId}::uuid, ${discordId}, u.name, ${now} from users u
    where u.id = ${userId} and exists (select 1 from blocks b where b.user_id = u.id)`)
  tx.send(sql`
    insert into blocks (workspace_id, user_id, by_id, reason, created_at)
    select b.workspace_id, ${guestId}::uuid, b.by_id, b.reason, b.created_at from blocks b where b.user_id = ${userId}`)
}

function assertLinking({ tracker }: Context): void {
  if (tracker.linking) return
  throw new AppError(
    'conflict',
    'Accounts cannot be linked here: one of Clerk and Discord is a local stand-in, and the other is real.',
  )
}
