import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { RelayedEvent } from '../events/relay.ts'
import { job } from '../jobs/job.ts'
import type { Job, JobRequest } from '../jobs/job.ts'
import { indexIssues } from './indexing.ts'
import type { IssueKey } from './indexing.ts'

/** Keeping what search finds as the issues are, whichever door changed them. */
export interface SearchFollower {
  jobs: Job[]
  follow: (event: RelayedEvent) => JobRequest[]
}

/** What happens meanwhile is followed by the same job: a job costs more than following what it is for. */
const gatherMs = 150
const eventsAtOnce = 2_000
/** One after another: two that index the same issue could leave the older of two texts. */
const queue = 'search'

/** What changes the words of an issue, or whether it is there. */
function changesWords({ type, changes }: Pick<RelayedEvent, 'type' | 'changes'>): boolean {
  const [about] = type.split('.')
  if (about === 'comment') return true
  if (type === 'issue.changed') return 'title' in changes || 'description' in changes
  return type === 'issue.created' || type === 'issue.deleted' || type === 'issue.restored'
}

/**
 * One job follows all events of a batch: it goes on from the last position that search has followed, so that it may run
 * twice, or late, or for several batches at once.
 */
export function createSearchFollower(
  { db }: Pick<Tracker, 'db'>,
  { waitMs = gatherMs }: { waitMs?: number } = {},
): SearchFollower {
  /** Follows the next events. Returns how many there were. */
  async function followSome(): Promise<number> {
    return db.transaction(async (tx) => {
      // What a crash takes of it is done again: it takes the position with it, and no later commit can outlast this one.
      tx.send(sql`select set_config('synchronous_commit', 'off', true)`)
      tx.send(sql`insert into search_progress (id, position) values (1, 0) on conflict do nothing`)
      const [progress] = await tx.query<{ position: string }>(
        sql`select position from search_progress where id = 1 for update`,
      )
      const events = await tx.query<
        Pick<RelayedEvent, 'type' | 'changes' | 'workspaceId' | 'issueNumber'> & { position: string }
      >(sql`
        select position, type, changes, workspace_id as "workspaceId", issue_number as "issueNumber" from events
        where position > ${progress?.position ?? '0'}::bigint order by position limit ${eventsAtOnce}`)
      const last = events.at(-1)
      if (last === undefined) return 0
      await indexIssues(tx, distinct(events.filter(changesWords)))
      tx.send(sql`update search_progress set position = ${last.position}::bigint where id = 1`)
      return events.length
    })
  }

  const following = job({
    name: 'search.follow',
    payload: z.unknown(),
    async run() {
      await sleep(waitMs)
      while ((await followSome()) === eventsAtOnce);
    },
  })

  return {
    jobs: [following],
    follow: (event) => (changesWords(event) ? [following.request({}, { key: queue, queue })] : []),
  }
}

function distinct(events: readonly Pick<RelayedEvent, 'workspaceId' | 'issueNumber'>[]): IssueKey[] {
  const keys = new Map<string, IssueKey>()
  for (const { workspaceId, issueNumber } of events) {
    if (workspaceId === null || issueNumber === null) continue
    keys.set(`${workspaceId}-${issueNumber}`, { workspaceId, number: issueNumber })
  }
  return [...keys.values()]
}
