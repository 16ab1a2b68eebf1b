import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { Moment, asJson } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import type { Queryable } from '../db/transaction.ts'
import { presentUser } from '../identity/queries.ts'
import { read } from '../read.ts'
import { ListDeliveries, WebhookDeliveryPage, WebhookList } from './schema.ts'
import type { Webhook, WebhookDelivery } from './schema.ts'

/** What is shown of a webhook `h`: neither its secrets nor the end of an address of Discord, which is one, whatever follows it. */
const webhookJson = asJson({
  id: 'h.id',
  name: 'h.name',
  url: `case h.format when 'discord' then regexp_replace(h.url, '/[^/?]+(\\?.*)?$', '/…') else h.url end`,
  format: 'h.format',
  types: 'h.types',
  status: 'h.status',
  createdBy: presentUser('h.created_by_id'),
  createdAt: new Moment('h.created_at'),
  succeededAt: new Moment('h.succeeded_at'),
})

const deliveryJson = asJson({
  id: 'd.id',
  type: 'd.type',
  eventId: 'd.event_id',
  status: 'd.status',
  attempts: 'd.attempts',
  nextAt: new Moment('d.next_at'),
  createdAt: new Moment('d.created_at'),
  finishedAt: new Moment('d.finished_at'),
  responseStatus: 'd.response_status',
  responseBody: 'd.response_body',
  durationMs: 'd.duration_ms',
  problem: 'd.problem',
})

export const listWebhooks = read({
  name: 'listWebhooks',
  summary: 'List the webhooks of a workspace',
  action: 'webhook.manage',
  input: z.strictObject({}),
  output: WebhookList,
  statement: () => ({
    name: 'webhooks',
    answer: `select json_build_object('data', coalesce(json_agg(${webhookJson} order by h.id), '[]'))::text as body
      from webhooks h where h.workspace_id = access.workspace_id`,
    values: [],
  }),
})

/** The newest first; those that are done with are kept for 30 days. */
export const listDeliveries = read({
  name: 'listDeliveries',
  summary: 'List what a webhook was sent, newest first',
  action: 'webhook.manage',
  input: ListDeliveries,
  output: WebhookDeliveryPage,
  missing: 'There is no such webhook.',
  listOf: ({ webhookId, status }) => [webhookId, status],
  place: z.uuid(),
  statement: ({ webhookId, status, limit }, after) => ({
    name: 'deliveries',
    answer: `select page.body, page.next from webhooks h join lateral (${pageOf(
      `select d.id as place, ${deliveryJson} as element from webhook_deliveries d
        where d.workspace_id = h.workspace_id and d.webhook_id = h.id and d.id < $5::uuid
          and ($6::text is null or d.status::text = $6)
        order by d.id desc limit $4 + 1`,
      '$4',
    )}) page on true
      where h.workspace_id = access.workspace_id and h.id = $3::uuid`,
    values: [webhookId, limit, after ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', status ?? null],
  }),
})

/** A webhook as it is inside a transaction, for the operation that changed it. */
export async function presentWebhook(tx: Queryable, workspaceId: number, id: string): Promise<Webhook> {
  const [row] = await tx.query<{ webhook: Webhook }>(sql`
    select ${raw(webhookJson)} as webhook from webhooks h where h.workspace_id = ${workspaceId} and h.id = ${id}`)
  if (row === undefined) throw new Error('A webhook vanished inside its own transaction.')
  return row.webhook
}

/** The same of a delivery. */
export async function presentDelivery(
  tx: Queryable,
  workspaceId: number,
  id: string,
): Promise<WebhookDelivery> {
  const [row] = await tx.query<{ delivery: WebhookDelivery }>(sql`
    select ${raw(deliveryJson)} as delivery from webhook_deliveries d
    where d.workspace_id = ${workspaceId} and d.id = ${id}`)
  if (row === undefined) throw new Error('A delivery vanished inside its own transaction.')
  return row.delivery
}
