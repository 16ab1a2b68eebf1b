import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  pingWebhook,
  redeliver,
  rotateWebhookSecret,
} from '#shared/webhooks/operations.ts'
import { listDeliveries, listWebhooks } from '#shared/webhooks/queries.ts'
import { CreateWebhook, OfDelivery, OfWebhook, WebhookChange } from '#shared/webhooks/schema.ts'
import { created, gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { InWorkspace } from '../params.ts'
import { sendGone, sendPage, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Webhooks'
const list = '/workspaces/{slug}/webhooks' as const
const one = `${list}/{webhookId}` as const
const params = InWorkspace.extend(OfWebhook.shape)

export const webhooks = router()
  .openapi(ok({ method: 'get', path: list, tag }, listWebhooks, { params: InWorkspace }), async (c) =>
    sendRead(c, await listWebhooks(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    created({ path: list, tag }, createWebhook, { params: InWorkspace, body: jsonBody(CreateWebhook) }),
    async (c) =>
      sendResult(c, await createWebhook(contextOf(c, c.req.valid('param').slug), c.req.valid('json')), 201),
  )
  .openapi(
    ok({ method: 'patch', path: one, tag }, changeWebhook, { params, body: jsonBody(WebhookChange) }),
    async (c) => {
      const { slug, webhookId } = c.req.valid('param')
      return sendResult(
        c,
        await changeWebhook(contextOf(c, slug), { ...c.req.valid('json'), webhookId }),
        200,
      )
    },
  )
  .openapi(gone({ path: one, tag }, deleteWebhook, { params }), async (c) => {
    const { slug, webhookId } = c.req.valid('param')
    await deleteWebhook(contextOf(c, slug), { webhookId })
    return sendGone(c)
  })
  .openapi(
    ok({ method: 'post', path: `${one}/rotate-secret`, tag }, rotateWebhookSecret, { params }),
    async (c) => {
      const { slug, webhookId } = c.req.valid('param')
      return sendResult(c, await rotateWebhookSecret(contextOf(c, slug), { webhookId }), 200)
    },
  )
  .openapi(ok({ method: 'post', path: `${one}/ping`, tag }, pingWebhook, { params }), async (c) => {
    const { slug, webhookId } = c.req.valid('param')
    return sendResult(c, await pingWebhook(contextOf(c, slug), { webhookId }), 200)
  })
  .openapi(
    ok({ method: 'get', path: `${one}/deliveries`, tag }, listDeliveries, {
      params,
      query: listDeliveries.input.omit({ webhookId: true }),
    }),
    async (c) => {
      const { slug, webhookId } = c.req.valid('param')
      return sendPage(c, await listDeliveries(contextOf(c, slug), { ...c.req.valid('query'), webhookId }))
    },
  )
  .openapi(
    ok({ method: 'post', path: `${one}/deliveries/{deliveryId}/redeliver`, tag }, redeliver, {
      params: InWorkspace.extend(OfDelivery.shape),
    }),
    async (c) => {
      const { slug, webhookId, deliveryId } = c.req.valid('param')
      return sendResult(c, await redeliver(contextOf(c, slug), { webhookId, deliveryId }), 200)
    },
  )
