import { Gauge } from 'prom-client'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Metrics } from './metrics.ts'

/** Several readers, or one that reads often, cost the database no more than one. */
const keptMs = 5_000

interface Figures {
  jobs: { name: string; waiting: string; failed: string }[]
  events: { waiting: string; position: string }
}

/**
 * Adds what the database is doing: connections as this process sees them, and the queues as all processes see them. When
 * the database does not answer, the figures that it would give are left out, and `snag_database_up` is 0.
 */
export function observeDatabase({ registry }: Metrics, db: Database, log: Logger): void {
  const registers = [registry]
  const connections = new Gauge({
    name: 'snag_database_connections',
    help: 'Open connections to PostgreSQL, by what they are for.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { total, idle }] of Object.entries(db.load())) {
        connections.set({ pool, state: 'busy' }, total - idle)
        connections.set({ pool, state: 'idle' }, idle)
      }
    },
  })
  const waiting = new Gauge({
    name: 'snag_database_waiting',
    help: 'Whoever waits for a connection; of the shared connections of reads, the statements under way.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, load] of Object.entries(db.load())) waiting.set({ pool }, load.waiting)
    },
  })

  const figures = kept(() =>
    readFigures(db).catch((error: unknown) => {
      log.warn({ err: error }, 'The database did not give the figures for /metrics')
      return null
    }),
  )
  const jobs = new Gauge({
    name: 'snag_jobs',
    help: 'Jobs in the queue: those that wait for their turn or are being done, and those given up.',
    labelNames: ['job', 'state'],
    registers,
    async collect() {
      jobs.reset()
      for (const { name, waiting, failed } of (await figures())?.jobs ?? []) {
        jobs.set({ job: name, state: 'waiting' }, Number(waiting))
        jobs.set({ job: name, state: 'failed' }, Number(failed))
      }
    },
  })
  const relay = new Gauge({
    name: 'snag_relay_waiting_events',
    help: 'Committed events that the relay has not given a position yet.',
    registers,
    async collect() {
      relay.remove()
      const found = await figures()
      if (found !== null) relay.set(Number(found.events.waiting))
    },
  })
  const position = new Gauge({
    name: 'snag_relay_position',
    help: 'The position of the newest event that was relayed.',
    registers,
    async collect() {
      position.remove()
      const found = await figures()
      if (found !== null) position.set(Number(found.events.position))
    },
  })
  const up = new Gauge({
    name: 'snag_database_up',
    help: 'Whether PostgreSQL answered what this page wanted to know.',
    registers,
    async collect() {
      up.set((await figures()) === null ? 0 : 1)
    },
  })
}

/** What was read last; it is read at most every few seconds, for everybody who asks. */
function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let latest: Promise<T> | null = null
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (latest === null || now - readAt > keptMs) {
      readAt = now
      latest = read()
    }
    return latest
  }
}

async function readFigures({ pool }: Database): Promise<Figures> {
  const [jobs, events] = await Promise.all([
    pool.query<Figures['jobs'][number]>(
      `select task_identifier as name, count(*) filter (where attempts < max_attempts) as waiting,
         count(*) filter (where attempts >= max_attempts) as failed
       from graphile_worker.jobs group by task_identifier`,
    ),
    pool.query<Figures['events']>(
      `select (select count(*) from events where position is null) as waiting,
         (select coalesce(max(position), 0) from events) as position`,
    ),
  ])
  const [found] = events.rows
  if (found === undefined) throw new Error('An aggregate gave no row.')
  return { jobs: jobs.rows, events: found }
}
