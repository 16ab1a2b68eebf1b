import { AppError, closedAccount } from './errors.ts'
import { refreshClerkUser, trustMs } from './identity/users.ts'
import { higherRole, lowerRole } from './members/schema.ts'
import { Slug } from './workspaces/schema.ts'
import type { Actor, Caller, Context, Place, Tracker, WorkspaceScope } from './context.ts'
import type { GrantedRole, Role } from './members/schema.ts'

interface RememberedRole {
  guildId: string
  role: GrantedRole
  triageRoleIds: string[]
  checkedAt: string
}

/**
 * What the database knows about the caller in the place, as the access clause selects it. Facts only: what
 * follows from them is decided by `actorOf` and `policy.ts`.
 */
export interface AccessRow {
  user_id: string
  /** Set for a guest who has become another user by linking: then nothing else of the row counts. */
  merged_into_id: string | null
  clerk_id: string | null
  discord_id: string | null
  refused: boolean
  /** Sessions and API keys of theirs that are over, by id. */
  ended_credentials: Record<string, number> | null
  clerk_checked_at: Date | null
  workspace_id: number | null
  slug: string | null
  key: string | null
  visibility: 'public' | 'members' | null
  granted_role: Role | null
  blocked: boolean
  guild_roles: RememberedRole[]
  guests_allowed: boolean | null
  /** True when the place is a guild that is connected: who is in it may at least be its guest. */
  connected: boolean
}

/**
 * The start of every statement: one row about the user `$1`, in the workspace of the slug or guild `$2`. No row: no
 * such user. A row with `merged_into_id`: ask about that user instead. Source: design "One operation, every door".
 */
export function accessClause(place: Place | null): string {
  const kind = placeKind(place)
  const found = {
    world: 'left join workspaces w on false and w.slug = $2',
    slug: 'left join workspaces w on w.slug = $2',
    guild: 'left join guilds g on g.id = $2 left join workspaces w on w.id = g.workspace_id',
  }
  const inGuild = kind === 'guild'
  // Whoever has no Discord account is in no server: the look into the servers is then left out.
  return `
    select u.id as user_id, u.merged_into_id, u.clerk_id, u.discord_id, u.refused_at is not null as refused,
      u.ended_credentials, u.clerk_checked_at, w.id as workspace_id, w.slug, w.key, w.visibility, m.role as granted_role,
      b.user_id is not null as blocked,
      ${inGuild ? 'g.guests_allowed' : 'null::boolean'} as guests_allowed,
      ${inGuild ? 'w.id is not null' : 'false'} as connected,
      case when u.discord_id is not null then (
        select coalesce(jsonb_agg(jsonb_build_object('guildId', r.guild_id, 'role', r.role,
          'triageRoleIds', rg.triage_role_ids, 'checkedAt', r.checked_at)), '[]')
        from guild_roles r join guilds rg on rg.id = r.guild_id
        where r.user_id = u.id and rg.workspace_id = w.id ${inGuild ? 'and rg.id = $2' : ''}
      ) else '[]' end as guild_roles
    from users u
    ${found[kind]}
    left join memberships m on m.workspace_id = w.id and m.user_id = u.id
    left join blocks b on b.workspace_id = w.id and b.user_id = u.id
    where u.id = $1::uuid`
}

/** How the place is named: each way has an access clause of its own. */
export function placeKind(place: Place | null): 'world' | 'slug' | 'guild' {
  if (place === null) return 'world'
  return 'slug' in place ? 'slug' : 'guild'
}

/** The parameter `$2` of the access clause. */
export function placeValue(place: Place | null): string | null {
  if (place === null) return null
  if ('guildId' in place) return place.guildId
  // What cannot be a slug names nothing, and may be what PostgreSQL cannot take, such as NUL.
  return Slug.safeParse(place.slug).success ? place.slug : null
}

/** What has to be asked outside before the row can be believed; empty most of the time. */
export interface Doubts {
  clerkId: string | null
  guildRoles: RememberedRole[]
}

export function doubtsAbout(row: AccessRow, { tracker, caller, place }: Context): Doubts {
  const horizon = horizonOf(tracker)
  const clerkIsOld = row.clerk_id !== null && (row.clerk_checked_at?.getTime() ?? 0) < horizon
  // In Discord the role was taken from the interaction itself, a moment ago.
  const justHeard = place !== null && 'guildId' in place && caller.door === 'discord'
  const wouldCount = (remembered: RememberedRole) =>
    higherRole(row.granted_role, remembered.role) !== row.granted_role
  const guildRoles =
    justHeard || row.blocked
      ? []
      : row.guild_roles.filter((role) => Date.parse(role.checkedAt) < horizon && wouldCount(role))
  return { clerkId: clerkIsOld ? row.clerk_id : null, guildRoles }
}

/**
 * Asks Clerk and Discord about what is older than `trustMs`, and remembers the answers. Gives the guilds which
 * could not be asked: until they can, what they gave above member is suspended.
 */
export async function settleDoubts(tracker: Tracker, row: AccessRow, doubts: Doubts): Promise<Set<string>> {
  if (doubts.clerkId !== null) await refreshClerkUser(tracker, doubts.clerkId)
  const answers = await Promise.all(doubts.guildRoles.map((remembered) => askAgain(tracker, row, remembered)))
  return new Set(
    doubts.guildRoles.filter((_, at) => answers[at] === 'unavailable').map(({ guildId }) => guildId),
  )
}

async function askAgain(
  tracker: Tracker,
  row: AccessRow,
  { guildId, triageRoleIds, checkedAt }: RememberedRole,
): Promise<GrantedRole | 'gone' | 'unavailable'> {
  const { guildRole } = tracker.db.prisma
  const remembered = { guildId, userId: row.user_id }
  const answer =
    row.discord_id === null
      ? 'gone'
      : await tracker.discord.guildRole({ id: guildId, triageRoleIds }, row.discord_id)
  if (answer === 'unavailable') return answer
  // If what was asked for has been changed meanwhile, such as who triages, this answers another question.
  const where = { ...remembered, checkedAt: new Date(checkedAt) }
  const { count } =
    answer === 'gone'
      ? await guildRole.deleteMany({ where })
      : await guildRole.updateMany({ where, data: { role: answer, checkedAt: tracker.clock() } })
  if (count > 0) return answer
  const newer = await guildRole.findUnique({ where: { guildId_userId: remembered } })
  return newer !== null && newer.checkedAt.getTime() < horizonOf(tracker) ? 'unavailable' : answer
}

/** What was checked before this is old, in milliseconds since 1970. */
function horizonOf({ clock }: Tracker): number {
  return clock().getTime() - trustMs
}

/**
 * The actor that the facts make. Throws `unauthenticated` for somebody whom Clerk has deleted or banned, and for a
 * session or an API key that is over.
 */
export function actorOf(row: AccessRow, caller: Caller, suspended: ReadonlySet<string> = new Set()): Actor {
  if (row.refused) throw closedAccount()
  const { credential } = caller
  if (credential !== undefined && Object.hasOwn(row.ended_credentials ?? {}, credential.id))
    throw new AppError('unauthenticated', hasEnded[credential.kind])
  return {
    userId: row.user_id,
    role: roleOf(row, caller, suspended),
    grantedRole: row.granted_role,
    blocked: row.blocked,
    door: caller.door,
    signedIn: row.clerk_id !== null,
    guestsAllowed: row.guests_allowed ?? false,
    managesGuild: caller.guild?.managed ?? false,
    scopes: credential?.kind === 'api-key' ? credential.scopes : null,
  }
}

const hasEnded = {
  session: 'This session has ended. Sign in again.',
  'api-key': 'This API key has been revoked. Make another one.',
}

/** The workspace of the place. Throws `not_found`, or `conflict` when a guild is connected to nothing yet. */
export function scopeOf(row: AccessRow, place: Place | null): WorkspaceScope {
  const { workspace_id: id, slug, key } = row
  if (place === null) throw new Error('An operation of a workspace was called without a place.')
  if (id === null || slug === null || key === null) {
    if ('slug' in place) throw new AppError('not_found', 'There is no such workspace, or you cannot see it.')
    throw new AppError(
      'conflict',
      'This server is not connected to a workspace yet. Someone with Manage Server can use /setup.',
    )
  }
  if ('guildId' in place && place.workspaceId !== undefined && place.workspaceId !== id) {
    throw new AppError('not_found', 'This belongs to a workspace that the server is no longer connected to.')
  }
  return { id, slug, key }
}

/** Whoever is blocked is what anybody is where everybody may read: what was given to them is put aside. */
function roleOf(row: AccessRow, caller: Caller, suspended: ReadonlySet<string>): Role | null {
  if (row.blocked && row.visibility !== 'public') return null
  const given = row.blocked ? null : givenRole(row, suspended)
  if (row.clerk_id !== null) return row.visibility === 'public' ? higherRole(given, 'member') : given
  return caller.door === 'discord' && row.connected ? higherRole(given, 'guest') : given
}

/** By an admin, or by a server that a linked account is in. */
function givenRole(row: AccessRow, suspended: ReadonlySet<string>): Role | null {
  if (row.clerk_id === null) return row.granted_role
  return row.guild_roles.reduce((role, remembered) => {
    const counts = suspended.has(remembered.guildId) ? lowerRole(remembered.role, 'member') : remembered.role
    return higherRole(role, counts)
  }, row.granted_role)
}
