import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { RelayedEvent } from '../events/relay.ts'
import { job } from '../jobs/job.ts'
import type { JobRequest } from '../jobs/job.ts'
import { indexIssues } from '../search/indexing.ts'
import { listTouchedIssues } from './queries.ts'

const issuesAtOnce = 250
const Touched = z.strictObject({ workspaceId: z.int(), importId: z.uuid() })

/** Makes search find what an import brought, which recorded no event for each issue that search would have followed. */
export function indexJob(db: Database) {
  return job({
    name: 'imports.index',
    payload: Touched,
    async run(key) {
      let after = 0
      for (;;) {
        const numbers = await listTouchedIssues(db, key, { after, limit: issuesAtOnce })
        const last = numbers.at(-1)
        if (last === undefined) return
        const { workspaceId } = key
        await db.transaction((tx) =>
          indexIssues(
            tx,
            numbers.map((number) => ({ workspaceId, number })),
          ),
        )
        after = last
      }
    },
  })
}

/** What follows when an import is over. In the queue of what indexes: two at one issue could leave the older text. */
export function indexRequest(
  { request }: ReturnType<typeof indexJob>,
  { workspaceId, subjectId }: RelayedEvent,
): JobRequest {
  const touched = Touched.parse({ workspaceId, importId: subjectId })
  return request(touched, { queue: 'search' })
}
