import { AppError } from '../errors.ts'

/**
 * SQLSTATEs that say the server is away or overloaded, not that a statement was wrong. 57014: it took too long. 26000:
 * it was to be prepared by a statement before it on the connection, which failed.
 */
const awaySqlStates = /^(08...|53...|57014|57P0[1-5]|26000)$/
/** SQLSTATEs of a transaction that came into another's way and was undone whole: it may be begun again. */
const contestedSqlStates = /^(40001|40P01)$/
/** Prisma's codes for the same: cannot reach, timed out, closed, no connection or transaction to be had. */
const awayPrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])
const contestedPrismaCode = 'P2034'
const awaySystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
])
/** How messages without any code begin, by which the driver says so. */
const awayMessages = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
]

/** What a person may be shown of an error: a refusal as it is, a database that is down or too busy; null for a bug. */
export function asRefusal(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (!isAway(error) && !isContested(error)) return null
  return new AppError(
    'unavailable',
    'The database cannot be reached at the moment. Nothing was changed; try again in a few seconds.',
    { retryAfterSeconds: 5, cause: error },
  )
}

/**
 * Runs a transaction, and once more when it was undone because another was in its way, which is over by then: both
 * waited for each other, or the other was quicker to add what this one found missing.
 */
export async function onceMoreIfContested<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    if (isContested(error) || isDuplicate(error)) return transaction()
    throw error
  }
}

/** Whether the transaction was undone because it and another waited for each other. */
function isContested(error: unknown): boolean {
  const codes = codesOf(error)
  return codes.some((code) => code === contestedPrismaCode || contestedSqlStates.test(code))
}

/** Whether a unique key was already taken. */
function isDuplicate(error: unknown): boolean {
  return codesOf(error).some((code) => code === 'P2002' || code === '23505')
}

/** Runs a statement; throws `conflict` with this sentence when what it would write is taken already. */
export async function refusingTaken<T>(sentence: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new AppError('conflict', sentence)
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof Error && awayMessages.some((start) => error.message.startsWith(start))) return true
  return codesOf(error).some(
    (code) => awaySystemCodes.has(code) || awayPrismaCodes.has(code) || awaySqlStates.test(code),
  )
}

/** The codes along an error's causes; Prisma keeps PostgreSQL's own among its meta data. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return []
  const codes = [property(error, 'code'), property(error, 'originalCode')].filter(
    (code) => typeof code === 'string',
  )
  const deeper = [property(error, 'cause'), property(property(error, 'meta'), 'driverAdapterError')]
  return [...codes, ...deeper.flatMap((inner) => codesOf(inner, depth + 1))]
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
