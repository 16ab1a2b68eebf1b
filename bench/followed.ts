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
  // What follows from an event is queued in the transaction that gives it its position; what waits for its time is for later.
  const text = `select concat_ws(', ',
    case when exists (select from events where position is null) then 'the relay' end,
    (select string_agg(distinct t.identifier, ', ') from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      where j.run_at <= now() and j.attempts < j.max_attempts)) as busy`
  return {
    async settled() {
      const deadline = performance.now() + patienceMs
      for (;;) {
        const { rows } = await client.query<{ busy: string }>({ name: 'busy', text })
        const busy = rows[0]?.busy ?? ''
        if (busy === '') return
        if (performance.now() > deadline) throw new Error(`What follows does not come to an end: ${busy}.`)
        await sleep(askedEachMs)
      }
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
