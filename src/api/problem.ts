import { z } from '@hono/zod-openapi'
import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { asRefusal } from '#shared/db/failures.ts'
import { AppError, bugSentence } from '#shared/errors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { ApiEnv } from './env.ts'
import { answer } from './responses.ts'

/** A failure as RFC 9457 has it. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().meta({ description: 'What was wrong and what to do, for a person to read.' }),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          start: z.int().optional().meta({ description: 'Where in the text, in UTF-16 units.' }),
          end: z.int().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' })

export const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

const titles: Record<ErrorCode, string> = {
  invalid: 'Not understood',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'In conflict with what is there',
  stale: 'Changed meanwhile',
  too_large: 'Too large',
  too_many: 'Too many requests',
  unavailable: 'Not available at the moment',
}

/** The API's only catch. A bug goes to the log with the request, and is shown as one fixed sentence with that id. */
export const onError: ErrorHandler<ApiEnv> = (error, c) => {
  const requestId = c.get('requestId')
  const refused = asAppError(error)
  if (refused === null) {
    c.set('failure', error)
    return send(c, 500, { title: 'Our mistake', code: 'bug', detail: bugSentence(requestId) })
  }
  if (refused.code === 'unavailable') c.set('failure', refused.cause ?? refused)
  const problem = {
    title: titles[refused.code],
    code: refused.code,
    detail: refused.message,
    ...(refused.problems.length > 0 ? { errors: refused.problems } : {}),
  }
  return send(c, statusOf[refused.code], problem, {
    ...(refused.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refused.retryAfterSeconds) }),
    ...(refused.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
  })
}

/** What was thrown as a refusal, whoever threw it; null for a bug. */
function asAppError(error: unknown): AppError | null {
  if (isCutShort(error)) {
    return new AppError('invalid', 'The request ended in the middle of its body. Send it again.')
  }
  if (!(error instanceof HTTPException)) return asRefusal(error)
  if (error.status === 413) return new AppError('too_large', 'The body is too large. Send less than 256 kB.')
  if (error.status === 415) return new AppError('invalid', 'Send JSON, with Content-Type: application/json.')
  if (error.status < 500)
    return new AppError('invalid', 'The body is not valid JSON. Send one JSON object, in UTF-8.')
  return null
}

/** The sender went away: Node's own error for a body that broke off. */
function isCutShort(error: unknown): boolean {
  return (
    error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET'
  )
}

function send(
  c: Context<ApiEnv>,
  status: ContentfulStatusCode,
  problem: Omit<z.infer<typeof Problem>, 'type' | 'status' | 'requestId'>,
  headers: Record<string, string> = {},
): Response {
  const shape = c.get('failureShape')
  if (shape !== undefined)
    return answer(c, JSON.stringify(shape(problem.detail)), status, {
      ...headers,
      'content-type': 'application/json',
    })
  const body = { type: 'about:blank', ...problem, status, requestId: c.get('requestId') }
  return answer(c, JSON.stringify(body), status, { ...headers, 'content-type': 'application/problem+json' })
}
