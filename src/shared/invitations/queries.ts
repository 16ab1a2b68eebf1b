import { hash } from 'node:crypto'
import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { isoTime } from '../db/fields.ts'
import type { Transaction } from '../db/transaction.ts'
import { presentUser } from '../identity/queries.ts'
import { read } from '../read.ts'
import { Invitation, InvitationOffer, Invitations, WithToken } from './schema.ts'

/** The same for every reason, so that nobody learns of an invitation that is over. */
export const missingInvitation =
  'This invitation is not valid, or no longer. Ask whoever gave it to you for another one.'

/** Of what has 256 random bits, a plain digest tells nothing. */
export function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/**
 * Whether whoever made the invitation `n` could still make it: one who has lost their role, was blocked or is gone must
 * not get back in, or let others in, by what they made before. Of roles by a server, as they are remembered.
 */
export const isBacked = `exists (select 1 from users maker where maker.id = n.created_by_id and maker.refused_at is null
    and not exists (select 1 from blocks b where b.workspace_id = n.workspace_id and b.user_id = maker.id)
    and (exists (select 1 from memberships m
        where m.workspace_id = n.workspace_id and m.user_id = maker.id and m.role = 'admin')
      or maker.clerk_id is not null and exists (select 1 from guild_roles r join guilds g on g.id = r.guild_id
        where g.workspace_id = n.workspace_id and r.user_id = maker.id and r.role = 'admin')))`

/** What is shown of an invitation `n`. */
const invitationJson = `json_build_object('id', n.id, 'role', n.role, 'maxUses', n.max_uses, 'uses', n.uses,
  'createdBy', ${presentUser('n.created_by_id')}, 'createdAt', ${isoTime('n.created_at')},
  'expiresAt', ${isoTime('n.expires_at')})`

/** The invitation as it is now, for the operation that made it. */
export async function presentInvitation(
  tx: Transaction,
  workspaceId: number,
  id: string,
): Promise<Invitation> {
  const [row] = await tx.query<{ invitation: Invitation }>(sql`
    select ${raw(invitationJson)} as invitation from invitations n where n.workspace_id = ${workspaceId} and n.id = ${id}`)
  if (row === undefined) throw new Error('An invitation vanished while it was being made.')
  return row.invitation
}

export const listInvitations = read({
  name: 'listInvitations',
  summary: 'List the invitations that can be accepted',
  action: 'member.manage',
  input: z.strictObject({}),
  output: Invitations,
  statement: () => ({
    name: 'invitations',
    answer: `select json_build_object('data', coalesce(json_agg(${invitationJson} order by n.id), '[]'))::text as body
      from invitations n
      where n.workspace_id = access.workspace_id and n.uses < n.max_uses and n.expires_at > now() and ${isBacked}`,
    values: [],
  }),
})

/** Whoever has the link may see where it leads before they decide. */
export const getInvitation = read({
  name: 'getInvitation',
  summary: 'See what an invitation offers',
  action: 'invitation.read',
  world: true,
  input: WithToken,
  output: InvitationOffer,
  missing: missingInvitation,
  statement: ({ token }) => ({
    name: 'invitation',
    answer: `select json_build_object('workspace', json_build_object('slug', w.slug, 'name', w.name), 'role', n.role,
        'expiresAt', ${isoTime('n.expires_at')})::text as body
      from invitations n join workspaces w on w.id = n.workspace_id
      where n.token_hash = $3::bytea and n.uses < n.max_uses and n.expires_at > now() and ${isBacked}`,
    values: [hashOf(token)],
  }),
})
