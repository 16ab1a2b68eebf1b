import { setTimeout as sleep } from 'node:timers/promises'
import type { Tracker } from '../context.ts'
import { startWorker } from '../jobs/worker.ts'
import type { Worker } from '../jobs/worker.ts'
import { webhookJobs } from './jobs.ts'
import type { DiscordMessage } from './message.ts'
import { createSender } from './sending.ts'

const atOnce = 8
/** How long a stop waits for receivers. What they have not answered by then is sent once more, under the same id. */
const graceMs = 2_000

/** Delivers in this process. It is a worker of its own, since it waits for others. */
export async function startWebhooks(tracker: Tracker, discordMessage: DiscordMessage): Promise<Worker> {
  const sender = createSender(tracker)
  const jobs = webhookJobs({ tracker, sender, discordMessage })
  const worker = await startWorker(tracker.db.pool, jobs, tracker.log, { concurrency: atOnce })
  return {
    async stop() {
      const stopped = worker.stop()
      await Promise.race([stopped, sleep(graceMs, undefined, { ref: false })])
      await sender.close()
      await stopped
    },
  }
}
