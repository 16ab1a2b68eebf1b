/** Every way in which an operation may refuse. Each door maps them once. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'too_large'
  | 'too_many'
  | 'unavailable'

/** What is wrong at one place of the input; `path` is dotted, empty for the whole. */
export interface InputProblem {
  path: string
  message: string
  /** Where in a text at that path, from `start` up to `end` in UTF-16 units. */
  start?: number
  end?: number
}

export interface ErrorDetails {
  problems?: InputProblem[]
  /** Seconds after which asking again may help. */
  retryAfterSeconds?: number
  cause?: unknown
}

/**
 * A refusal that a person may read: its message says what was wrong and what to do.
 * Anything else that is thrown is a bug, and is never shown.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly problems: InputProblem[]
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.problems = details.problems ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** The one sentence for every bug. The request's id is what finds it in the log. */
export function bugSentence(requestId: string): string {
  return `Something broke on our side, and nothing was changed. If it happens again, tell us this number: ${requestId}`
}

/** Whose token or interaction is good, and who is nobody here: they were erased meanwhile. */
export function unknownAccount(): AppError {
  return new AppError('unauthenticated', 'This account is not known here any more. Sign in again.')
}

/** Deleted or banned at Clerk, or erased. */
export function closedAccount(): AppError {
  return new AppError('unauthenticated', 'This account has been closed. Sign in with another one.')
}
