import { randomBytes } from 'node:crypto'
import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { lockWorkspace } from '../members/operations.ts'
import { higherRole } from '../members/schema.ts'
import type { GrantedRole } from '../members/schema.ts'
import { operation, worldOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Subject } from '../policy.ts'
import { hashOf, isBacked, missingInvitation, presentInvitation } from './queries.ts'
import { CreateInvitation, Joined, NewInvitation, RevokeInvitation, WithToken } from './schema.ts'

/** Those that can be accepted: few enough to be looked through. */
const invitationsPerWorkspace = 100
const tokenBytes = 32
const dayMs = 86_400_000

/** Makes a link by which others become members. Its token is shown this once. Throws `conflict` for one too many. */
export const createInvitation = operation({
  name: 'createInvitation',
  summary: 'Invite people by a link',
  access: 'member.manage',
  input: CreateInvitation,
  output: NewInvitation,
  async run({ tracker, actor, now, input: { role, days, maxUses }, ...scope }) {
    const { tx, workspace } = scope
    lockWorkspace(scope)
    tx.send(sql`
      delete from invitations n
      where workspace_id = ${workspace.id} and (uses >= max_uses or expires_at <= ${now} or not ${raw(isBacked)})`)
    const others = await tx.query(sql`select 1 from invitations where workspace_id = ${workspace.id}`)
    if (others.length >= invitationsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${invitationsPerWorkspace} open invitations. Revoke one first.`,
      )
    }
    const id = tracker.newId()
    const token = randomBytes(tokenBytes).toString('base64url')
    const expiresAt = new Date(now.getTime() + days * dayMs)
    tx.send(sql`
      insert into invitations (workspace_id, id, token_hash, role, created_by_id, max_uses, created_at, expires_at)
      values (${workspace.id}, ${id}, ${hashOf(token)}, ${role}::role, ${actor.userId}, ${maxUses}, ${now}, ${expiresAt})`)
    return {
      result: presentInvitation(tx, workspace.id, id).then((invitation) => ({ ...invitation, token })),
      event: {
        type: 'invitation.created',
        subjectId: id,
        changes: difference({}, { role, maxUses, expiresAt }),
      },
    }
  },
})

/** Ends an invitation: its link leads nowhere any more. Who has accepted it stays. Throws `not_found`. */
export const revokeInvitation = operation({
  name: 'revokeInvitation',
  summary: 'Revoke an invitation',
  access: 'member.manage',
  input: RevokeInvitation,
  output: z.null(),
  async run({ tx, workspace, input: { id } }) {
    const [revoked] = await tx.query<{ role: GrantedRole }>(sql`
      delete from invitations where workspace_id = ${workspace.id} and id = ${id} returning role::text`)
    if (revoked === undefined) throw new AppError('not_found', 'There is no such invitation any more.')
    const changes = { role: { before: revoked.role, after: null } }
    return { result: null, event: { type: 'invitation.revoked', subjectId: id, changes } }
  },
})

/**
 * Makes the caller what the invitation says, unless they were given as much before: then it is not used up. Throws
 * `not_found` for one that is not valid, whatever the reason; `forbidden` for whoever is blocked there.
 */
export const acceptInvitation = worldOperation({
  name: 'acceptInvitation',
  summary: 'Accept an invitation',
  access: 'invitation.accept',
  input: WithToken,
  output: Joined,
  subject: lockInvitation,
  missing: missingInvitation,
  async run({ tx, actor, now, subject: { id, workspaceId, slug, name, role: offered, held } }) {
    const workspace = { slug, name }
    const role = higherRole(offered, held) as GrantedRole // of two granted roles
    if (role === held) return { result: { workspace, role }, event: null }
    tx.send(sql`
      insert into memberships (workspace_id, user_id, role, created_at)
      values (${workspaceId}, ${actor.userId}, ${role}::role, ${now})
      on conflict (workspace_id, user_id) do update set role = excluded.role`)
    tx.send(sql`update invitations set uses = uses + 1 where workspace_id = ${workspaceId} and id = ${id}`)
    const changes = {
      userId: { before: actor.userId, after: actor.userId },
      role: { before: held, after: role },
    }
    return {
      result: { workspace, role },
      event: { type: 'member.joined', workspaceId, subjectId: id, changes },
    }
  },
})

interface LockedInvitation extends Subject {
  id: string
  workspaceId: number
  slug: string
  name: string
  role: GrantedRole
  /** What the caller was given before. */
  held: GrantedRole | null
}

/** With its workspace, in the order in which everybody takes these locks: the roles and blocks there stay as they are. */
async function lockInvitation(
  { tx, actor, now }: Scope<null>,
  { token }: { token: string },
): Promise<LockedInvitation | null> {
  const tokenHash = hashOf(token)
  tx.send(sql`
    select 1 from workspaces where id = (select workspace_id from invitations where token_hash = ${tokenHash})
    for no key update`)
  const [invitation] = await tx.query<LockedInvitation>(sql`
    select n.id, n.workspace_id as "workspaceId", w.slug, w.name, n.role::text, m.role::text as held,
      b.user_id is not null as "blocksActor"
    from invitations n join workspaces w on w.id = n.workspace_id
      left join memberships m on m.workspace_id = n.workspace_id and m.user_id = ${actor.userId}
      left join blocks b on b.workspace_id = n.workspace_id and b.user_id = ${actor.userId}
    where n.token_hash = ${tokenHash} and n.uses < n.max_uses and n.expires_at > ${now}
      and ${raw(isBacked)}
    for update of n`)
  return invitation ?? null
}
