import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { presentUser } from '../identity/queries.ts'
import { User } from '../identity/schema.ts'
import { parseInput } from '../input.ts'
import { operation } from '../operation.ts'
import { getStanding, read } from '../read.ts'
import { authorize } from '../policy.ts'
import { provenIdentities } from './identities.ts'
import { ClaimPlaceholder, Placeholders } from './schema.ts'

const Identities = z.array(z.string())
const countedUpTo = 1_000

/** How many rows of a table this placeholder wrote. */
const written = (table: 'issues' | 'comments') => `(select count(*)::int from (select 1 from ${table} w
  where w.workspace_id = p.workspace_id and w.author_id = p.user_id and w.deleted_at is null limit ${countedUpTo}) counted)`

/** Trusts its input: whoever calls it has just heard which accounts are the caller's. */
const readPlaceholders = read({
  name: 'listClaimablePlaceholders',
  summary: 'What was imported here under an account of yours elsewhere',
  action: 'placeholder.claim',
  input: z.strictObject({ identities: Identities }),
  output: Placeholders,
  statement: ({ identities }) => ({
    name: 'placeholders',
    answer: `select json_build_object('data', coalesce(json_agg(json_build_object('userId', p.user_id,
        'identity', p.identity, 'name', p.name, 'issues', ${written('issues')}, 'comments', ${written('comments')})
        order by p.identity), '[]'))::text as body
      from placeholders p where p.workspace_id = access.workspace_id and p.identity = any($3::text[])`,
    values: [identities],
  }),
})

/** The placeholders here that the caller may claim: see `provenIdentities`. */
export const listClaimablePlaceholders = Object.assign(
  async (ctx: Context) =>
    readPlaceholders(ctx, { identities: await provenIdentities(ctx.tracker, ctx.caller.userId) }),
  {
    operationName: readPlaceholders.operationName,
    summary: readPlaceholders.summary,
    input: z.strictObject({}),
    output: Placeholders,
  },
)

/** Trusts its input, as above. */
const claimProven = operation({
  name: 'claimPlaceholder',
  summary: 'Become the author of what was imported here under an account of yours elsewhere',
  access: 'placeholder.claim',
  locksCaller: true,
  input: ClaimPlaceholder.extend({ identities: Identities }),
  output: User,
  async run({ tx, actor, workspace, input: { userId: placeholderId, identities } }) {
    const [claimed] = await tx.query<{ identity: string }>(sql`
      select identity from placeholders
      where workspace_id = ${workspace.id} and user_id = ${placeholderId}::uuid
        and identity = any(${identities}::text[]) for update`)
    if (claimed === undefined) throw new AppError('not_found', nothingToClaim)
    // A statement of its own, behind the lock that an import takes as well when it settles who is who.
    const imports = await tx.query(sql`
      select 1 from imports where workspace_id = ${workspace.id} and state in ('queued', 'running') limit 1`)
    if (imports.length > 0) {
      throw new AppError(
        'conflict',
        'An import into this workspace is under way. Claim it when that is done, and see before what you claim.',
      )
    }
    takeOver(tx, workspace.id, placeholderId, actor.userId)
    return {
      result: presentClaimer(tx, actor.userId),
      event: {
        type: 'placeholder.claimed',
        subjectId: placeholderId,
        changes: { identity: { before: claimed.identity, after: null } },
      },
    }
  },
})

const nothingToClaim =
  'There is nothing to claim: nothing was imported here under an account that is proven to be yours. Connect that account to yours first.'

/**
 * Makes the caller the author of everything that a placeholder of the workspace stands for, if it stands for an account
 * that is proven to be theirs; nobody else's words, and nobody without asking. What is imported under
 * that account later is a placeholder's again. Throws `not_found`, `conflict` during an import, `unavailable`.
 */
export const claimPlaceholder = Object.assign(
  async (ctx: Context, input: z.input<typeof ClaimPlaceholder>): Promise<User> => {
    const { userId } = parseInput(ClaimPlaceholder, input)
    const { actor } = await getStanding(ctx)
    authorize(actor, ['placeholder.claim'])
    return claimProven(ctx, { userId, identities: await provenIdentities(ctx.tracker, actor.userId) })
  },
  {
    operationName: claimProven.operationName,
    summary: claimProven.summary,
    input: ClaimPlaceholder,
    output: User,
  },
)

/** A placeholder is of one workspace, so all that it stands for is there. */
function takeOver(tx: Transaction, workspaceId: number, placeholderId: string, userId: string): void {
  tx.send(sql`select 1 from users where id = ${placeholderId}::uuid for update`)
  tx.send(
    sql`delete from placeholders where workspace_id = ${workspaceId} and user_id = ${placeholderId}::uuid`,
  )
  tx.send(sql`update users set merged_into_id = ${userId}::uuid where id = ${placeholderId}::uuid`)
  tx.send(sql`
    update issues set author_id = ${userId}::uuid
    where workspace_id = ${workspaceId} and author_id = ${placeholderId}::uuid`)
  tx.send(sql`
    update issues set assignee_id = ${userId}::uuid
    where workspace_id = ${workspaceId} and assignee_id = ${placeholderId}::uuid`)
  tx.send(sql`
    update comments set author_id = ${userId}::uuid
    where workspace_id = ${workspaceId} and author_id = ${placeholderId}::uuid`)
  tx.send(sql`
    update saved_views set owner_id = ${userId}::uuid
    where workspace_id = ${workspaceId} and owner_id = ${placeholderId}::uuid`)
  // A vote of both becomes one.
  tx.send(sql`
    with moved as (
      delete from votes where workspace_id = ${workspaceId} and user_id = ${placeholderId}::uuid
      returning issue_number, created_at),
    kept as (
      insert into votes (workspace_id, issue_number, user_id, created_at)
      select ${workspaceId}, issue_number, ${userId}::uuid, created_at from moved
      on conflict do nothing returning issue_number)
    update issues set votes = votes - 1
    where workspace_id = ${workspaceId} and number in (
      select issue_number from moved where issue_number not in (select issue_number from kept))`)
  tx.send(sql`
    with moved as (
      delete from subscriptions where workspace_id = ${workspaceId} and user_id = ${placeholderId}::uuid
      returning issue_number, muted, created_at)
    insert into subscriptions (workspace_id, issue_number, user_id, muted, created_at)
    select ${workspaceId}, issue_number, ${userId}::uuid, muted, created_at from moved on conflict do nothing`)
  tx.send(sql`
    with moved as (
      delete from mentions where workspace_id = ${workspaceId} and user_id = ${placeholderId}::uuid
      returning issue_number, source_id)
    insert into mentions (workspace_id, issue_number, source_id, user_id)
    select ${workspaceId}, issue_number, source_id, ${userId}::uuid from moved on conflict do nothing`)
}

async function presentClaimer(tx: Transaction, userId: string): Promise<User> {
  const [row] = await tx.query<{ user: User }>(sql`
    select ${raw(presentUser('u.id'))} as user from users u where u.id = ${userId}::uuid`)
  if (row === undefined) throw new Error('A user vanished inside its own transaction.')
  return row.user
}
