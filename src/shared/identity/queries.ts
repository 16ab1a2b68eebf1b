import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { Transaction } from '../db/transaction.ts'
import { asJson } from '../db/fields.ts'
import type { Fields } from '../db/fields.ts'
import { read } from '../read.ts'
import { AccountName, AccountProfile, Me, User } from './schema.ts'

export const missingUser = 'There is no such user.'

/** What is shown of a user, from a row `alias` of `users`. */
export function userFields(alias: string): Fields {
  return {
    id: `${alias}.id`,
    name: `${alias}.name`,
    imageUrl: `${alias}.image_url`,
    account: `case when ${alias}.deleted_at is null
      then coalesce(${alias}.clerk_id, 'discord:' || ${alias}.discord_id, 'nobody') else 'nobody' end`,
    guest: `${alias}.clerk_id is null`,
  }
}

/** The same as JSON. */
export function userJson(alias: string): string {
  return asJson(userFields(alias))
}

/** The user that an identity stands for now: itself, or the one it was merged into. */
export function presentUser(idColumn: string): string {
  return `(select ${userJson('shown')} from users self
    join users shown on shown.id = coalesce(self.merged_into_id, self.id) where self.id = ${idColumn})`
}

const meJson = asJson({ ...userFields('u'), discordId: 'u.discord_id' })

/** The caller's own account as it is inside a transaction. */
export async function presentMe(tx: Transaction, userId: string): Promise<Me> {
  const [row] = await tx.query<{ me: Me }>(
    sql`select ${raw(meJson)} as me from users u where u.id = ${userId}`,
  )
  if (row === undefined) throw new Error('A user vanished inside its own transaction.')
  return row.me
}

export const getMe = read({
  name: 'getMe',
  summary: 'Your own account',
  action: 'account.read',
  world: true,
  input: z.strictObject({}),
  output: Me,
  statement: () => ({
    name: 'me',
    answer: `select ${meJson}::text as body from users u where u.id = access.user_id`,
    values: [],
  }),
})

/** Anybody's name and picture, for anybody who is signed in. */
export const getUser = read({
  name: 'getUser',
  summary: 'The name and picture of a user',
  action: 'user.read',
  world: true,
  input: z.strictObject({ userId: z.uuid() }),
  output: User,
  missing: missingUser,
  statement: ({ userId }) => ({
    name: 'user',
    answer: `select ${userJson('shown')}::text as body from users self
      join users shown on shown.id = coalesce(self.merged_into_id, self.id) where self.id = $3::uuid`,
    values: [userId],
  }),
})

/** The same by the account behind it; of a guest, the name that Discord shows is all there is. */
export const getAccountProfile = read({
  name: 'getAccountProfile',
  summary: 'The parts of the name of an account',
  action: 'user.read',
  world: true,
  input: z.strictObject({ account: z.string() }),
  output: AccountProfile,
  missing: missingUser,
  statement: ({ account }) => ({
    name: 'account-profile',
    answer: `select row_to_json(profile)::text as body from (
      select $3 as account, coalesce(u.first_name, case when u.clerk_id is null then u.name end) as "firstName",
        u.last_name as "lastName", u.username, u.image_url as "imageUrl"
      from users u
      where u.clerk_id = $3 and u.deleted_at is null or u.discord_id = $4 and u.clerk_id is null) profile`,
    values: accountValues(account),
  }),
})

/** As Clerk's id and as Discord's; what is neither names nobody, and may be what PostgreSQL cannot take. */
function accountValues(account: string): [clerkId: string | null, discordId: string | null] {
  if (!AccountName.safeParse(account).success) return [null, null]
  return [account, /^discord:(\d+)$/.exec(account)?.[1] ?? null]
}
