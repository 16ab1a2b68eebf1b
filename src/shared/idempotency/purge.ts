import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { job } from '../jobs/job.ts'
import { keptMs } from './requests.ts'

const batchSize = 5_000

/** Forgets what is not repeated any more. */
export function purgeRequestsJob({ db, clock }: Pick<Tracker, 'db' | 'clock'>) {
  return job({
    name: 'idempotency.purge',
    payload: z.unknown(),
    cron: '41 * * * *',
    async run() {
      const before = new Date(clock().getTime() - keptMs)
      let purged: number
      do {
        const rows = await db.query(sql`
          delete from idempotency_keys where (user_id, key) in (
            select user_id, key from idempotency_keys where created_at < ${before} limit ${batchSize})
          returning 1`)
        purged = rows.length
      } while (purged === batchSize)
    },
  })
}
