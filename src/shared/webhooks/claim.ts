import sql, { raw } from 'sql-template-tag'
import type { Queryable } from '../db/transaction.ts'
import { eventJson, isHidden, isTold, withSubjects } from '../events/rows.ts'
import { isoTime } from '../db/fields.ts'
import type { DeliveryKey } from './follow.ts'
import type { Webhook, WebhookFormat, WebhookMessage } from './schema.ts'

/** A delivery that is ours to try now, and everything that is needed for it. */
export interface Claimed {
  attempts: number
  type: string
  webhook: {
    id: string
    url: string
    format: WebhookFormat
    status: Webhook['status']
    secret: string | null
    previousSecret: string | null
    previousSecretUntil: string | null
    createdById: string
  }
  /** Whether everybody who reads the workspace could still see what it tells of. */
  told: boolean
  message: WebhookMessage
}

/** Longer than an attempt can take: after that whoever made it is taken for dead, and somebody else may. */
const leaseMs = 60_000
/** Clocks of machines differ, and a job may come a little before its time. */
const skewMs = 2_000

/**
 * Takes a delivery whose time has come, so that nobody else does at the same time. Null when there is nothing to do:
 * somebody else has it, or it is done. A worker that is killed leaves it to be taken once more.
 */
export async function claim(
  db: Queryable,
  { workspaceId, deliveryId }: DeliveryKey,
  now: Date,
): Promise<Claimed | null> {
  const [row] = await db.query<{ claimed: Claimed }>(sql`
    with d as (
      update webhook_deliveries set attempts = attempts + 1, next_at = ${new Date(now.getTime() + leaseMs)}
      where workspace_id = ${workspaceId} and id = ${deliveryId} and status = 'pending'
        and next_at <= ${new Date(now.getTime() + skewMs)}
      returning *)
    select json_build_object('attempts', d.attempts, 'type', d.type,
      'webhook', json_build_object('id', h.id, 'url', h.url, 'format', h.format, 'status', h.status, 'secret', h.secret,
        'previousSecret', h.previous_secret, 'previousSecretUntil', h.previous_secret_until,
        'createdById', h.created_by_id),
      'told', d.event_id is null or (e.id is not null and ${raw(isTold)} and not ${raw(isHidden)}),
      'message', json_build_object('type', d.type, 'timestamp', ${raw(isoTime('coalesce(e.created_at, d.created_at)'))},
        'data', json_build_object('workspace', json_build_object('slug', w.slug, 'name', w.name),
          'event', case when e.id is not null then ${raw(eventJson)} end,
          'issue', case when i.number is not null then json_build_object('number', i.number,
            'reference', w.key || '-' || i.number, 'title', i.title, 'status', i.status) end))) as claimed
    from d join webhooks h on h.workspace_id = d.workspace_id and h.id = d.webhook_id
    join workspaces w on w.id = d.workspace_id
    left join events e on e.id = d.event_id ${raw(withSubjects)}`)
  return row?.claimed ?? null
}
