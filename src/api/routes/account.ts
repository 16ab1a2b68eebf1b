import { z } from '@hono/zod-openapi'
import { linkDiscord, unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { Me } from '#shared/identity/schema.ts'
import type { Context } from '#shared/context.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Account'
/** Asks Clerk first, and is an operation only then. */
const link = Object.assign((ctx: Context) => linkDiscord(ctx), {
  operationName: 'linkDiscord',
  summary: 'Link the Discord account that Clerk has verified',
  input: z.strictObject({}),
  output: Me,
})

export const account = router()
  .openapi(...endpoint('get', '/me', tag, getMe))
  .openapi(...endpoint('post', '/account/discord', tag, link, { status: 200 }))
  .openapi(...endpoint('delete', '/account/discord', tag, unlinkDiscord))
  .openapi(...endpoint('get', '/users/{userId}', tag, getUser))
