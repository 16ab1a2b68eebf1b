import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

export interface Followed extends AsyncDisposable {
  /** Waits until what happened has its position, and all that follows from it is done. */
  settled(): Promise<void>
}

const askedEachMs = 10
const patienceMs = 120_000

/** Watches what the relay and the jobs have left to do. */
export async function watchFollowing(databaseUrl: string): Promise<Followed> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  // The search has followed an event when it has passed its position. Jobs that wait for their time are for later.
  const text = `select exists (select from events where position is null)
    or exists (select from search_progress where position < (select max(position) from events))
    or exists (select from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts) as busy`
  return {
    async settled() {
      const deadline = performance.now() + patienceMs
      while (performance.now() < deadline) {
        const { rows } = await client.query<{ busy: boolean }>({ name: 'busy', text })
        if (rows[0]?.busy !== true) return
        await sleep(askedEachMs)
      }
      throw new Error('What follows from the writes does not come to an end.')
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
