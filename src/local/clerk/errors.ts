import { randomBytes } from 'node:crypto'

type RefusalStatus = 400 | 401 | 403 | 404 | 413 | 422

/**
 * A refusal in Clerk's own words. `code` is what the SDKs switch on, `longMessage` is what Clerk's components show.
 * Source: https://clerk.com/docs/guides/development/errors/overview
 */
export class ClerkError extends Error {
  readonly status: RefusalStatus
  readonly code: string
  readonly longMessage: string
  readonly meta: Record<string, unknown>

  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    longMessage = message,
    meta: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'ClerkError'
    this.status = status
    this.code = code
    this.longMessage = longMessage
    this.meta = meta
  }
}

export interface ErrorBody {
  errors: { code: string; message: string; long_message: string; meta: Record<string, unknown> }[]
  clerk_trace_id: string
}

export function presentError({
  code,
  message,
  longMessage,
  meta,
}: Pick<ClerkError, 'code' | 'message' | 'longMessage' | 'meta'>): ErrorBody {
  return {
    errors: [{ code, message, long_message: longMessage, meta }],
    clerk_trace_id: randomBytes(16).toString('hex'),
  }
}

export function notFound(longMessage: string): ClerkError {
  return new ClerkError(404, 'resource_not_found', 'not found', longMessage)
}

export function signedOut(): ClerkError {
  return new ClerkError(
    401,
    'authentication_invalid',
    'Invalid authentication',
    'Unable to authenticate the request, you need to supply an active session',
  )
}

export function invalidParameter(parameter: string, code: string, message: string): ClerkError {
  return new ClerkError(422, code, message, message, { param_name: parameter })
}

export function missingParameter(parameter: string): ClerkError {
  return new ClerkError(422, 'form_param_missing', 'is missing', `${parameter} must be included.`, {
    param_name: parameter,
  })
}

export function banned(): ClerkError {
  return new ClerkError(403, 'user_banned', 'User banned', 'This account has been banned.')
}
