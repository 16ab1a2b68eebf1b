import { z } from 'zod'
import type { Tracker } from '../context.ts'
import { job } from '../jobs/job.ts'
import { restorableDays } from './operations.ts'

const batchSize = 500

/** Removes for good what was deleted too long ago to be restored, and what its events still tell of its words. */
export function purgeJob({ db, clock, log }: Pick<Tracker, 'db' | 'clock' | 'log'>) {
  return job({
    name: 'issues.purge',
    payload: z.unknown(),
    cron: '17 3 * * *',
    async run() {
      const before = new Date(clock().getTime() - restorableDays * 86_400_000)
      let purged: number
      do {
        purged = await db.prisma.$executeRaw`
          with gone as (
            delete from issues where (workspace_id, number) in (
              select workspace_id, number from issues
              where workspace_id in (select id from workspaces) and deleted_at < ${before} limit ${batchSize})
            returning workspace_id, number)
          update events set changes = '{}' from gone
          where events.workspace_id = gone.workspace_id and events.issue_number = gone.number`
        if (purged > 0) log.info({ events: purged }, 'Removed deleted issues for good')
      } while (purged > 0)
    },
  })
}
