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
      for (const [what, purgeBatch] of Object.entries({ issues: purgeIssues, comments: purgeComments })) {
        let purged: number
        do {
          purged = await purgeBatch(db, before)
          if (purged > 0) log.info({ [what]: purged }, 'Removed for good what had been deleted')
        } while (purged === batchSize)
      }
    },
  })
}

/** An issue and the words its events still hold go in one statement. What was its duplicate repeats nothing any more. */
async function purgeIssues({ prisma }: Database, before: Date): Promise<number> {
  const [row] = await prisma.$queryRaw<{ purged: number }[]>`
    with doomed as (
      select workspace_id, number from issues
      where workspace_id in (select id from workspaces) and deleted_at < ${before} limit ${batchSize} for update),
    parted as (
      update issues duplicate set duplicate_of = null from doomed
      where duplicate.workspace_id = doomed.workspace_id and duplicate.duplicate_of = doomed.number
        and (duplicate.workspace_id, duplicate.number) not in (select workspace_id, number from doomed)),
    gone as (
      delete from issues using doomed
      where issues.workspace_id = doomed.workspace_id and issues.number = doomed.number
      returning issues.workspace_id, issues.number),
    redacted as (
      update events set changes = '{}' from gone
      where events.workspace_id = gone.workspace_id and events.issue_number = gone.number)
    select count(*)::int as purged from gone`
  return row?.purged ?? 0
}

/** The same for a comment of an issue that stays. */
async function purgeComments({ prisma }: Database, before: Date): Promise<number> {
  const [row] = await prisma.$queryRaw<{ purged: number }[]>`
    with gone as (
      delete from comments where (workspace_id, id) in (
        select workspace_id, id from comments
        where workspace_id in (select id from workspaces) and deleted_at < ${before} limit ${batchSize})
      returning workspace_id, issue_number, id),
    redacted as (
      update events set changes = '{}' from gone
      where events.workspace_id = gone.workspace_id and events.issue_number = gone.issue_number
        and events.subject_id = gone.id)
    select count(*)::int as purged from gone`
  return row?.purged ?? 0
}
