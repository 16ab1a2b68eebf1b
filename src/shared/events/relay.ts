import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase, Pool } from 'pg'
import type { Logger } from 'pino'
import { asRefusal } from '../db/failures.ts'
import type { JobRequest } from '../jobs/job.ts'
import { queueJobs } from '../jobs/queue.ts'
import type { Changes, EventType } from './schema.ts'

/** An event that has been committed, in the order in which that happened. */
export interface RelayedEvent {
  position: number
  id: string
  workspaceId: number | null
  issueNumber: number | null
  subjectId: string | null
  type: EventType
  changes: Changes
}

export interface RelayOptions {
  pool: Pool
  /** The jobs that follow from an event; they are queued in the transaction that gives it its position. */
  follow: (event: RelayedEvent) => JobRequest[]
  /**
   * What else follows, from a batch as a whole and in its transaction. It is made anew whenever this process becomes the
   * relay, and from then on sees every event: what it knows of the database it can keep until an event changes that.
   */
  followBatch?: () => FollowBatch
  log: Logger
}

export type FollowBatch = (client: ClientBase, events: readonly RelayedEvent[]) => Promise<JobRequest[]>

export interface Relay {
  /** There may be news: look now instead of at the next turn. */
  wake(): void
  stop(): Promise<void>
}

/** The channel on which a batch is announced; the payload is its last position. */
export const newsChannel = 'snag_events'
/** How long another process's event may wait. Our own operations wake the relay themselves. */
const pollMs = 100
/** What comes right behind a batch waits for others to come with it: a batch of one costs as much as one of twenty. */
const gatherMs = 20
/** How soon a process that is not the relay asks whether it should become it, and how long a failure rests. */
const standbyMs = 1_000
const batchSize = 500
/** Any number will do, as long as nothing else in this database takes it: "snag" in ASCII. */
const lockKey = 0x736e6167

/**
 * One process at a time reads newly committed events and gives each the next position, without gaps: the order of
 * commit, which neither a sequence nor a UUIDv7 is. Operations only insert their event, because a job or a
 * NOTIFY in each of them would serialise their commits; a batch is announced once.
 */
export function startRelay({ pool, follow, followBatch = () => nothing, log }: RelayOptions): Relay {
  const stopping = new AbortController()
  let wakeUp = () => {}
  let woken = false

  async function rest(ms: number): Promise<void> {
    if (woken || stopping.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    wakeUp = resolve
    await promise
    clearTimeout(timer)
  }

  /** Relays until stopped or until the connection breaks, which also gives the lock back. */
  async function turn(): Promise<void> {
    const client = await pool.connect()
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        lockKey,
      ])
      if (rows[0]?.mine !== true) return
      const followAll = followBatch()
      while (!stopping.signal.aborted) {
        woken = false
        const relayed = await relayBatch(client, follow, followAll)
        if (relayed > 0 && relayed < batchSize) await sleep(gatherMs)
        if (relayed < batchSize) await rest(pollMs)
      }
      await client.query('select pg_advisory_unlock($1)', [lockKey])
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        const refusal = asRefusal(error)
        if (stopping.signal.aborted) return
        if (refusal === null) log.error({ err: error }, 'The relay failed, and tries again')
        else log.warn({ err: error }, 'The relay lost its database connection, and takes it up again')
      }
      woken = false
      await rest(standbyMs)
    }
  }

  const running = run()
  return {
    wake() {
      woken = true
      wakeUp()
    },
    async stop() {
      stopping.abort()
      wakeUp()
      await running
    },
  }
}

const nothing: FollowBatch = async () => []

/** Gives positions to the events committed since, queues what follows, and announces them. Returns how many. */
export async function relayBatch(
  client: ClientBase,
  follow: RelayOptions['follow'],
  followAll: FollowBatch = nothing,
): Promise<number> {
  await client.query('begin')
  try {
    const { rows } = await client.query<Omit<RelayedEvent, 'position'> & { position: string }>({
      name: 'relay',
      text: `with fresh as (
          select id, row_number() over (order by sequence) as rank from (
            select id, sequence from events where position is null order by sequence limit $1) committed),
        numbered as (
          update events set position = (select coalesce(max(position), 0) from events) + fresh.rank
          from fresh where events.id = fresh.id
          returning events.position, events.id, events.workspace_id, events.issue_number, events.subject_id,
            events.type, events.changes)
        select position, id, workspace_id as "workspaceId", issue_number as "issueNumber", subject_id as "subjectId",
          type, changes
        from numbered order by position`,
      values: [batchSize],
    })
    const last = rows.at(-1)
    if (last !== undefined) {
      const events = rows.map((row) => ({ ...row, position: Number(row.position) }))
      await queueJobs(client, [...events.flatMap(follow), ...(await followAll(client, events))])
      await client.query('select pg_notify($1, $2)', [newsChannel, last.position])
    }
    await client.query('commit')
    return rows.length
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the connection is gone, and its transaction with it
    throw error
  }
}
