import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import { ensureClerkUser } from '../identity/users.ts'
import { insertWorkspace } from './operations.ts'
import { homeSlug } from './schema.ts'

/** The home workspace, made at the first start. `name` is what it is called then; an admin may rename it. */
export async function ensureHome(tracker: Tracker): Promise<number> {
  return tracker.db.transaction(async (tx) => {
    // Several processes may start on an empty database at once.
    tx.send(sql`select pg_advisory_xact_lock(hashtext('snag home'))`)
    const [home] = await tx.query<{ id: number }>(sql`select id from workspaces where slug = ${homeSlug}`)
    if (home !== undefined) return home.id
    const { id } = await insertWorkspace(tx, {
      slug: homeSlug,
      key: 'SNAG',
      name: 'Home',
      visibility: 'public',
      now: tracker.clock(),
      adminIds: [],
      newId: tracker.newId,
    })
    return id
  })
}

/** Grants *home* to the Clerk users that the operator names in `SNAG_ADMINS`. Takes nothing from anybody. */
export async function grantHomeAdmins(
  tracker: Tracker,
  workspaceId: number,
  clerkIds: readonly string[],
): Promise<void> {
  for (const clerkId of clerkIds) {
    const userId = await findClerkUser(tracker, clerkId)
    if (userId === null) continue
    // Whoever the operator names is let in, whatever a moderator thought of them.
    await tracker.db.prisma.block.deleteMany({ where: { workspaceId, userId } })
    await tracker.db.prisma.membership.upsert({
      where: { workspaceId_userId: { workspaceId, userId } },
      create: { workspaceId, userId, role: 'admin', createdAt: tracker.clock() },
      update: { role: 'admin' },
    })
  }
}

/** A wrong id, or a Clerk that is away, must not keep everybody else out. */
async function findClerkUser(tracker: Tracker, clerkId: string): Promise<string | null> {
  try {
    return await ensureClerkUser(tracker, clerkId)
  } catch (error) {
    tracker.log.error(
      { err: error },
      `SNAG_ADMINS names ${clerkId}, and Clerk does not confirm that user. Nothing was granted; the next start tries again.`,
    )
    return null
  }
}
