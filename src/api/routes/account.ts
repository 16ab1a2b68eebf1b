import { z } from '@hono/zod-openapi'
import {
  createApiKey,
  creatingApiKey,
  listApiKeys,
  listingApiKeys,
  revokeApiKey,
  revokingApiKey,
} from '#shared/identity/api-keys.ts'
import { eraseAccount } from '#shared/identity/erasing.ts'
import { linkDiscord, unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { ApiKeyId, CreateApiKey, EraseAccount, Me } from '#shared/identity/schema.ts'
import { created, gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { sendGone, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Account'
const link = {
  operationName: 'linkDiscord',
  summary: 'Link the Discord account that Clerk has verified',
  output: Me,
}

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
  .openapi(ok({ method: 'get', path: '/account/api-keys', tag }, listingApiKeys, {}), async (c) =>
    sendRead(c, await listApiKeys(contextOf(c, null))),
  )
  .openapi(
    created({ path: '/account/api-keys', tag }, creatingApiKey, { body: jsonBody(CreateApiKey) }),
    async (c) => sendResult(c, await createApiKey(contextOf(c, null), c.req.valid('json')), 201),
  )
  .openapi(
    gone({ path: '/account/api-keys/{id}', tag }, revokingApiKey, { params: z.object({ id: ApiKeyId }) }),
    async (c) => {
      await revokeApiKey(contextOf(c, null), c.req.valid('param'))
      return sendGone(c)
    },
  )
  .openapi(gone({ path: '/account', tag }, eraseAccount, { body: jsonBody(EraseAccount) }), async (c) => {
    await eraseAccount(contextOf(c, null), c.req.valid('json'))
    return sendGone(c)
  })
