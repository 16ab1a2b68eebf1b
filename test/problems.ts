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
