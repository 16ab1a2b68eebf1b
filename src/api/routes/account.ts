import { createRoute, z } from '@hono/zod-openapi'
import { createApiKey, listApiKeys, revokeApiKey } from '#shared/identity/api-keys.ts'
import { eraseAccount } from '#shared/identity/erasing.ts'
import { exportAccount } from '#shared/identity/export.ts'
import { linkDiscord, unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { EraseAccount } from '#shared/identity/schema.ts'
import { about, jsonBody, problems } from '../documented.ts'
import { endpoint } from '../endpoint.ts'
import { contextOf } from '../env.ts'
import { linesType, sendGone, sendLines } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Account'

/** The one DELETE with a body, so that nobody does it by mistake. */
const erase = createRoute({
  method: 'delete',
  path: '/account',
  ...about(eraseAccount, tag),
  request: { body: jsonBody(EraseAccount) },
  responses: { 204: { description: 'Erased.' }, ...problems },
})

const lines = {
  description: 'JSON Lines: what each is says its `type`. The last one is `end`.',
  content: { [linesType]: { schema: z.string() } },
}
/** Typed by its description alone: it is no JSON, which the library has no type for. */
const answered: { description: string } = lines
const download = createRoute({
  method: 'get',
  path: '/account/export',
  ...about({ operationName: 'exportAccount', summary: 'Download all that you wrote' }, tag),
  responses: { 200: answered, ...problems },
})

export const account = router()
  .openapi(...endpoint('get', '/me', tag, getMe))
  .openapi(...endpoint('post', '/account/discord', tag, linkDiscord, { status: 200 }))
  .openapi(...endpoint('delete', '/account/discord', tag, unlinkDiscord))
  .openapi(...endpoint('get', '/users/{userId}', tag, getUser))
  .openapi(...endpoint('get', '/account/api-keys', tag, listApiKeys))
  .openapi(...endpoint('post', '/account/api-keys', tag, createApiKey))
  .openapi(...endpoint('delete', '/account/api-keys/{keyId}', tag, revokeApiKey))
  .openapi(erase, async (c) => {
    await eraseAccount(contextOf(c, null), c.req.valid('json'))
    return sendGone(c)
  })
  .openapi(download, (c) => sendLines(c, exportAccount(contextOf(c, null)), 'snag-account.jsonl'))
