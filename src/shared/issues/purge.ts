import { z } from 'zod'
import type { Tracker } from '../context.ts'
import type { Database } from '../db/database.ts'
import { job } from '../jobs/job.ts'
import { restorableSince } from './operations.ts'

const batchSize = 500

/** Removes for good what was deleted too long ago to be restored, and what its events still tell of its words. */
export function purgeJob({ db, clock, log }: Pick<Tracker, 'db' | 'clock' | 'log'>) {
  return job({
    name: 'issues.purge',
    payload: z.unknown(),
    cron: '17 3 * * *',
    async run() {
      const before = restorableSince(clock())
      let purged: number
      do {
        purged = await purgeBatch(db, before)
        if (purged > 0) log.info({ issues: purged }, 'Removed deleted issues for good')
      } while (purged === batchSize)
    },
  })
}

/** An issue and the words its events still hold go in one statement. */
async function purgeBatch({ prisma }: Database, before: Date): Promise<number> {
  const [row] = await prisma.$queryRaw<{ purged: number }[]>`
    with gone as (
      delete from issues where (workspace_id, number) in (
        select workspace_id, number from issues
        where workspace_id in (select id from workspaces) and deleted_at < ${before} limit ${batchSize})
      returning workspace_id, number),
    redacted as (
      update events set changes = '{}' from gone
      where events.workspace_id = gone.workspace_id and events.issue_number = gone.number)
    select count(*)::int as purged from gone`
  return row?.purged ?? 0
}
