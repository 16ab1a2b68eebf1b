import { onTestFinished, vi } from 'vitest'
import { webhookMessages } from '#bot/webhook-message.ts'
import { dashboardAt } from '#bot/dashboard.ts'
import { startRelay } from '#shared/events/relay.ts'
import type { Job } from '#shared/jobs/job.ts'
import { startWorker } from '#shared/jobs/worker.ts'
import { followWebhooks } from '#shared/webhooks/follow.ts'
import { webhookJobs } from '#shared/webhooks/jobs.ts'
import { WebhookDelivery } from '#shared/webhooks/schema.ts'
import type { NewWebhook } from '#shared/webhooks/schema.ts'
import { createSender } from '#shared/webhooks/sending.ts'
import { z } from 'zod'
import type { Person, World } from '#test/world.ts'

export const webhooks = '/api/v1/workspaces/home/webhooks'

/**
 * The way of an event to a webhook, as the product has it, up to the worker where that is another's. `run` does a job
 * without waiting for its time.
 */
export async function delivering({ db, tracker }: World, { works = true }: { works?: boolean } = {}) {
  const sender = createSender({ local: true, timeoutMs: 1_000 })
  const discordMessage = webhookMessages(
    dashboardAt({ publicUrl: 'https://snag.example.com', apiUrl: 'https://discord.com/api' }),
  )
  const jobs = webhookJobs({ tracker, sender, discordMessage })
  const relay = startRelay({
    pool: db.pool,
    follow: () => [],
    followBatch: () => followWebhooks(tracker),
    log: tracker.log,
  })
  tracker.relay = relay
  onTestFinished(async () => {
    await relay.stop()
    await sender.close()
  })
  const work = async () => {
    const worker = await startWorker(db.pool, jobs, tracker.log)
    onTestFinished(() => worker.stop())
  }
  if (works) await work()
  return {
    work,
    run: (name: Job['name'], payload: unknown = {}) => jobs.find((job) => job.name === name)?.run(payload),
  }
}

export async function add({ api }: Person, webhook: object): Promise<z.infer<typeof NewWebhook>> {
  const { status, body } = await api.post(webhooks, { name: 'Hook', ...webhook })
  if (status !== 201) throw new Error(`No webhook was made: ${JSON.stringify(body)}`)
  return body as z.infer<typeof NewWebhook> // held against its schema by the client
}

const Page = z.object({ data: z.array(WebhookDelivery) })

export async function deliveriesOf({ api }: Person, { id }: { id: string }): Promise<WebhookDelivery[]> {
  return Page.parse((await api.get(`${webhooks}/${id}/deliveries`)).body).data
}

/** Waits until the newest delivery is as it should be. */
export async function newest(
  person: Person,
  webhook: { id: string },
  isSo: (delivery: WebhookDelivery) => boolean,
): Promise<WebhookDelivery> {
  let delivery: WebhookDelivery | undefined
  await vi.waitUntil(
    async () => {
      ;[delivery] = await deliveriesOf(person, webhook)
      return delivery !== undefined && isSo(delivery)
    },
    { timeout: 10_000, interval: 20 },
  )
  if (delivery === undefined) throw new Error('Nothing was delivered.')
  return delivery
}
