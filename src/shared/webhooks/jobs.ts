import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { job } from '../jobs/job.ts'
import type { Job } from '../jobs/job.ts'
import { queueJobs } from '../jobs/queue.ts'
import { claim } from './claim.ts'
import { DeliveryKey, deliveryJobName, requestDelivery } from './follow.ts'
import { Lanes } from './lanes.ts'
import { parcelOf } from './message.ts'
import type { DiscordMessage } from './message.ts'
import type { Sender } from './sending.ts'
import { settle, skip } from './settle.ts'

/** What should have been done by then was lost with a worker that was killed. */
const overdueMs = 60_000
const sweptAtOnce = 500
const keptDays = 30
const purgedAtOnce = 1_000

export interface WebhookJobsOptions {
  tracker: Pick<Tracker, 'db' | 'clock' | 'newId' | 'relay' | 'log'>
  sender: Sender
  discordMessage: DiscordMessage
}

/**
 * Delivering, looking after what was lost, and forgetting what is long done. They have a worker of their own, since they
 * wait for others: nobody's receiver holds up the rest.
 */
export function webhookJobs({ tracker, sender, discordMessage }: WebhookJobsOptions): Job[] {
  const { db, clock, log } = tracker
  const lanes = new Lanes()

  async function deliver(key: DeliveryKey): Promise<void> {
    const claimed = await claim(db, key, clock())
    if (claimed === null) return
    const { webhook } = claimed
    if (webhook.status === 'paused' || webhook.status === 'gone')
      return skip(tracker, key, 'The webhook was off by then.')
    if (!claimed.told) return skip(tracker, key, 'What it tells of was hidden or deleted meanwhile.')
    const { url, headers, body } = parcelOf(key.deliveryId, claimed, { now: clock(), discordMessage })
    const outcome = await sender.post(url, headers, body)
    const { nextAt } = await settle(tracker, key, claimed, outcome)
    if (nextAt !== null) await queueJobs(db.pool, [requestDelivery(key, nextAt)])
  }

  async function putOff(key: DeliveryKey, until: Date): Promise<void> {
    await db.query(sql`
      update webhook_deliveries set next_at = ${until}
      where workspace_id = ${key.workspaceId} and id = ${key.deliveryId} and status = 'pending' and next_at < ${until}`)
    await queueJobs(db.pool, [requestDelivery(key, until)])
  }

  const delivering = job({
    name: deliveryJobName,
    payload: DeliveryKey,
    async run(key) {
      const until = lanes.enter(key.workspaceId, clock())
      if (until !== null) return putOff(key, until)
      try {
        await deliver(key)
      } finally {
        lanes.leave(key.workspaceId)
      }
    },
  })

  const sweeping = job({
    name: 'webhooks.sweep',
    payload: z.unknown(),
    cron: '* * * * *',
    async run() {
      const overdue = await db.query<DeliveryKey>(sql`
        select workspace_id as "workspaceId", id as "deliveryId" from webhook_deliveries
        where workspace_id in (select id from workspaces) and status = 'pending'
          and next_at < ${new Date(clock().getTime() - overdueMs)}
        order by next_at limit ${sweptAtOnce}`)
      if (overdue.length === 0) return
      log.info({ deliveries: overdue.length }, 'Deliveries were lost on their way, and are taken up again')
      await queueJobs(
        db.pool,
        overdue.map((key) => requestDelivery(key)),
      )
    },
  })

  const purging = job({
    name: 'webhooks.purge',
    payload: z.unknown(),
    cron: '37 3 * * *',
    async run() {
      const before = firstIdOf(new Date(clock().getTime() - keptDays * 86_400_000))
      let purged: number
      do {
        const gone = await db.query(sql`
          delete from webhook_deliveries where (workspace_id, id) in (
            select workspace_id, id from webhook_deliveries
            where workspace_id in (select id from workspaces) and id < ${before}::uuid and status <> 'pending'
            limit ${purgedAtOnce})
          returning id`)
        purged = gone.length
      } while (purged === purgedAtOnce)
    },
  })

  return [delivering, sweeping, purging]
}

/** Ids are UUIDv7: their first 48 bits are the milliseconds since 1970. Source: RFC 9562. */
function firstIdOf(moment: Date): string {
  const hex = moment.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
