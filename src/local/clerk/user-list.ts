import { invalidParameter, missingParameter } from './errors.ts'
import type { Instance } from './instance.ts'
import type { UserRecord } from './state.ts'

const IDS_MAX = 100
const LIMIT_MAX = 500
const LIMIT_DEFAULT = 10

/** Repeated parameters are alternatives, different ones narrow. Source: https://clerk.com/docs/reference/backend-api */
const FILTERS: Record<string, (user: UserRecord, value: string) => boolean> = {
  user_id: (user, value) => user.id === value,
  email_address: (user, value) => user.email === value.toLowerCase(),
  username: (user, value) => user.username === value,
  provider: (user, value) => value === 'oauth_discord' && verifiedAccounts(user).length > 0,
  provider_user_id: (user, value) =>
    verifiedAccounts(user).some((account) => account.providerUserId === value),
  query: (user, value) =>
    [user.id, user.email, user.username, user.firstName, user.lastName].some((text) =>
      text?.toLowerCase().includes(value.toLowerCase()),
    ),
}

/** The users a query asks for, all of them: `pageOf` cuts. A filter this stand-in does not know is refused, never ignored. */
export function matchingUsers(instance: Instance, query: URLSearchParams): UserRecord[] {
  for (const name of query.keys()) {
    if (!(name in FILTERS) && !['limit', 'offset', 'order_by', 'paginated'].includes(name)) {
      throw invalidParameter(name, 'form_param_unknown', `${name} is not a valid parameter for this request.`)
    }
  }
  if (query.has('provider_user_id') && !query.has('provider')) throw missingParameter('provider')
  for (const name of ['user_id', 'provider_user_id']) {
    if (query.getAll(name).length > IDS_MAX) {
      throw invalidParameter(
        name,
        'form_param_max_length_exceeded',
        `${name} should not exceed ${IDS_MAX} items.`,
      )
    }
  }
  return instance.data.users.filter((user) =>
    Object.entries(FILTERS).every(([name, matches]) => {
      const values = query.getAll(name)
      return values.length === 0 || values.some((value) => matches(user, value))
    }),
  )
}

const ORDERS: Record<string, (user: UserRecord) => number | string> = {
  created_at: (user) => user.createdAt,
  updated_at: (user) => user.updatedAt,
  last_sign_in_at: (user) => user.lastSignInAt ?? 0,
  last_active_at: (user) => user.lastActiveAt ?? 0,
  email_address: (user) => user.email,
  first_name: (user) => user.firstName ?? '',
  last_name: (user) => user.lastName ?? '',
  username: (user) => user.username ?? '',
}

/** The part of a list that a query asks for. */
export function cut<T>(list: T[], query: URLSearchParams): T[] {
  const limit = wholeNumber(query, 'limit', { min: 1, max: LIMIT_MAX, fallback: LIMIT_DEFAULT })
  const offset = wholeNumber(query, 'offset', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  return list.slice(offset, offset + limit)
}

export function pageOf(users: UserRecord[], query: URLSearchParams): UserRecord[] {
  const orderBy = query.get('order_by') ?? '-created_at'
  const key = ORDERS[orderBy.replace(/^[+-]/, '')]
  if (!key) throw invalidParameter('order_by', 'form_param_value_invalid', `${orderBy} is not a valid order.`)
  const direction = orderBy.startsWith('-') ? -1 : 1
  return cut(
    users.toSorted((a, b) => direction * compare(key(a), key(b))),
    query,
  )
}

function verifiedAccounts(user: UserRecord) {
  return user.externalAccounts.filter(({ status }) => status === 'verified')
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function wholeNumber(
  query: URLSearchParams,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalidParameter(
      name,
      'form_param_value_invalid',
      `${name} must be a whole number from ${min} to ${max}.`,
    )
  }
  return value
}
