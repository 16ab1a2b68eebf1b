import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { job } from './job.ts'
import type { Job } from './job.ts'

/** What sets these locks apart from others of this database: "jobs" in ASCII. */
const lockSpace = 0x6a6f6273
/** A worker that has just started may have a job before it has its lock. */
const startSeconds = 10

/**
 * Has a worker hold a lock on its id, on the connection it listens with, which ends with its process. By that others know
 * that it lives.
 */
export function showLife(log: Logger): WorkerEvents {
  const events: WorkerEvents = new EventEmitter()
  const hold = async (client: PoolClient, id: string) => {
    try {
      await client.query('select pg_advisory_lock($1, hashtext($2))', [lockSpace, id])
    } catch (error) {
      // The connection broke, and with the next one it is done again.
      log.warn({ err: error }, 'A worker could not show that it lives')
    }
  }
  events.on('pool:listen:success', ({ client, workerPool }) => {
    // It is about to listen, and takes one statement after another.
    client.once('drain', () => void hold(client, workerPool.id))
  })
  return events
}

/**
 * Gives others what a worker had that was killed. graphile-worker by itself leaves it, and with it the whole queue that
 * it is in, for four hours. A job whose worker only lost its connection may run twice.
 */
export function releaseJob({ db, log }: { db: { pool: Pool }; log: Logger }): Job {
  return job({
    name: 'jobs.release',
    payload: z.unknown(),
    cron: '* * * * *',
    async run() {
      const { rows } = await db.pool.query<{ id: string }>(
        `with holding as materialized (
          select distinct locked_by as id from graphile_worker.jobs
          where locked_at < now() - make_interval(secs => $2))
        select id from holding where pg_try_advisory_xact_lock($1, hashtext(id))`,
        [lockSpace, startSeconds],
      )
      if (rows.length === 0) return
      log.info({ workers: rows.length }, 'Jobs of workers that are no more are taken up again')
      await db.pool.query('select graphile_worker.force_unlock_workers($1)', [rows.map(({ id }) => id)])
    },
  })
}
