import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  pingWebhook,
  redeliver,
  rotateWebhookSecret,
} from '#shared/webhooks/operations.ts'
import { listDeliveries, listWebhooks } from '#shared/webhooks/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Webhooks'
const list = '/workspaces/{slug}/webhooks' as const
const one = `${list}/{webhookId}` as const
const nothingMade = { status: 200 } as const

export const webhooks = router()
  .openapi(...endpoint('get', list, tag, listWebhooks))
  .openapi(...endpoint('post', list, tag, createWebhook))
  .openapi(...endpoint('patch', one, tag, changeWebhook))
  .openapi(...endpoint('delete', one, tag, deleteWebhook))
  .openapi(...endpoint('post', `${one}/rotate-secret`, tag, rotateWebhookSecret, nothingMade))
  .openapi(...endpoint('post', `${one}/ping`, tag, pingWebhook, nothingMade))
  .openapi(...endpoint('get', `${one}/deliveries`, tag, listDeliveries))
  .openapi(...endpoint('post', `${one}/deliveries/{deliveryId}/redeliver`, tag, redeliver, nothingMade))
