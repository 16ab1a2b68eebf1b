import { OpenAPIHono } from '@hono/zod-openapi'
import { invalidInput } from '#shared/input.ts'
import type { ApiEnv } from './env.ts'

/** A router whose refused input reads like an operation's. */
export function router() {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
}
