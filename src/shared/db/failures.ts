import { AppError } from '../errors.ts'

/** SQLSTATE classes and codes that say the server is away or overloaded, not that a statement was wrong. */
const awaySqlStates = /^(08...|53...|57P0[1-5]|40001|40P01)$/
/** Prisma's codes for the same: cannot reach, timed out, closed, no connection or transaction to be had. */
const awayPrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034'])
const awaySystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
])
const awayMessages = /^(timeout exceeded when trying to connect|Connection terminated)/

/** A refusal to show when the database is down or too busy; everything else is handed back as it is. */
export function databaseFailure(error: unknown): unknown {
  return isAway(error)
    ? new AppError(
        'unavailable',
        'The database cannot be reached at the moment. Nothing was changed; try again in a few seconds.',
        {
          retryAfterSeconds: 5,
          cause: error,
        },
      )
    : error
}

/** Whether a unique key was already taken. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'P2002' || error.code === '23505')
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false
  if (awayMessages.test(error.message)) return true
  if (!('code' in error) || typeof error.code !== 'string')
    return error.cause instanceof Error && isAway(error.cause)
  const { code } = error
  return awaySystemCodes.has(code) || awayPrismaCodes.has(code) || awaySqlStates.test(code)
}
