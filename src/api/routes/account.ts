import { createRoute, z } from '@hono/zod-openapi'
import { createApiKey, listApiKeys, revokeApiKey } from '#shared/identity/api-keys.ts'
import { eraseAccount } from '#shared/identity/erasing.ts'
import { exportAccount } from '#shared/identity/export.ts'
import { linkDiscord, unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { ApiKeyId, CreateApiKey, EraseAccount, Me } from '#shared/identity/schema.ts'
import { about, created, gone, jsonBody, ok, problems } from '../documented.ts'
import { contextOf } from '../env.ts'
import { linesType, sendGone, sendLines, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Account'
const link = {
  operationName: 'linkDiscord',
  summary: 'Link the Discord account that Clerk has verified',
  output: Me,
}

/** The one DELETE with a body, so that nobody does it by mistake. */
const erase = createRoute({
  method: 'delete',
  path: '/account',
  ...about(eraseAccount, tag),
  request: { body: jsonBody(EraseAccount) },
  responses: { 204: { description: 'Erased.' }, ...problems },
})

/** Typed by its description alone: it is no JSON, which the library has no type for. */
const lines: { description: string } = {
  description: 'JSON Lines: what each is says its `type`. The last one is `end`.',
  ...{ content: { [linesType]: { schema: z.string() } } },
}
const download = createRoute({
  method: 'get',
  path: '/account/export',
  ...about({ operationName: 'exportAccount', summary: 'Download all that you wrote' }, tag),
  responses: { 200: lines, ...problems },
})

export const account = router()
  .openapi(ok({ method: 'get', path: '/me', tag }, getMe, {}), async (c) =>
    sendRead(c, await getMe(contextOf(c, null), {})),
  )
  .openapi(ok({ method: 'post', path: '/account/discord', tag }, link, {}), async (c) =>
    sendResult(c, await linkDiscord(contextOf(c, null)), 200),
  )
  .openapi(ok({ method: 'delete', path: '/account/discord', tag }, unlinkDiscord, {}), async (c) =>
    sendResult(c, await unlinkDiscord(contextOf(c, null), {}), 200),
  )
  .openapi(
    ok({ method: 'get', path: '/users/{userId}', tag }, getUser, { params: z.object({ userId: z.uuid() }) }),
    async (c) => sendRead(c, await getUser(contextOf(c, null), c.req.valid('param'))),
  )
  .openapi(ok({ method: 'get', path: '/account/api-keys', tag }, listApiKeys, {}), async (c) =>
    sendRead(c, await listApiKeys(contextOf(c, null))),
  )
  .openapi(
    created({ path: '/account/api-keys', tag }, createApiKey, { body: jsonBody(CreateApiKey) }),
    async (c) => sendResult(c, await createApiKey(contextOf(c, null), c.req.valid('json')), 201),
  )
  .openapi(
    gone({ path: '/account/api-keys/{id}', tag }, revokeApiKey, { params: z.object({ id: ApiKeyId }) }),
    async (c) => {
      await revokeApiKey(contextOf(c, null), c.req.valid('param'))
      return sendGone(c)
    },
  )
  .openapi(erase, async (c) => {
    await eraseAccount(contextOf(c, null), c.req.valid('json'))
    return sendGone(c)
  })
  .openapi(download, (c) => sendLines(c, exportAccount(contextOf(c, null)), 'snag-account.jsonl'))
