import { AppError } from '../errors.ts'

/** Clerk's API has no time limit of its own in the SDK. */
const clerkTimeoutMs = 5_000

/** Waits for Clerk at most `clerkTimeoutMs`; whatever goes wrong on the way there is `unavailable`. */
export async function ask<T>(answer: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(reject, clerkTimeoutMs, unavailable(new Error('Clerk did not answer in time.')))
  try {
    return await Promise.race([answer, timeout])
  } catch (error) {
    throw error instanceof AppError ? error : unavailable(error)
  } finally {
    clearTimeout(timer)
  }
}

export function nullWhenMissing(error: unknown): null {
  if (error instanceof Error && 'status' in error && error.status === 404) return null
  throw error
}

/** What Clerk answers about an API key that is none: unknown, or not even of the form of one. */
const refusedStatuses: readonly unknown[] = [400, 404, 422]

export function nullWhenRefused(error: unknown): null {
  if (error instanceof Error && 'status' in error && refusedStatuses.includes(error.status)) return null
  throw error
}

/** Reasons of the SDK that say that Clerk or our configuration failed, not the token. */
const ourReasons = new Set([
  'jwk-remote-failed-to-load',
  'jwk-failed-to-load',
  'jwk-local-missing',
  'jwk-failed-to-resolve',
  'secret-key-invalid',
  'unexpected-error',
])

export const invalidToken = 'This is not a valid session token. Sign in again.'

const tokenReasons: Record<string, string> = {
  'token-expired': 'Your session token has expired. Fetch a fresh one; they live for a minute.',
  'session-token-expired': 'Your session token has expired. Fetch a fresh one; they live for a minute.',
  'token-not-active-yet': 'Your session token is not valid yet. Check the clock of your machine.',
  'token-iat-in-the-future': 'Your session token comes from the future. Check the clock of your machine.',
  'token-invalid-authorized-parties': 'This token was made for another site.',
}

export function refusal(state: { reason: string | null; message: string | null }): AppError {
  const reason = state.reason ?? 'unknown'
  if (ourReasons.has(reason)) return unavailable(new Error(`${reason}: ${state.message}`))
  return unauthenticated(tokenReasons[reason] ?? invalidToken)
}

export function unauthenticated(message: string): AppError {
  return new AppError('unauthenticated', message)
}

export function unavailable(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'The sign-in service cannot be reached at the moment. Try again in a few seconds.',
    {
      retryAfterSeconds: 5,
      cause,
    },
  )
}
