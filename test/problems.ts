import { expect } from 'vitest'
import { statusOf } from '#api/problem.ts'
import type { ErrorCode } from '#shared/errors.ts'

/** Matches an answer that refuses with this code, with its status, and in words like these. */
export function problem(code: ErrorCode, detail = /\w{2,} .*\w{2,}/): unknown {
  return expect.objectContaining({
    status: statusOf[code],
    body: expect.objectContaining({ code, detail: expect.stringMatching(detail) }),
  })
}

/** Matches an answer of the article's routes that refuses. */
export function failed(status: number, message = /^\S+ .+/): unknown {
  const body = { status: 'FAILED', message: expect.stringMatching(message) }
  return expect.objectContaining({ status, body })
}
