import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import type { Database } from '#shared/db/database.ts'
import { releaseJob } from '#shared/jobs/abandoned.ts'
import { job } from '#shared/jobs/job.ts'
import { queueJobs } from '#shared/jobs/queue.ts'
import { startWorker } from '#shared/jobs/worker.ts'
import { world } from '#test/world.ts'

test('what a killed worker was at, and what waits behind it, is done by another; what a living one is at is left to it', async () => {
  const { db, tracker } = await world()
  const child = fork(join(import.meta.dirname, 'worker-child.ts'), [String(db.pool.options.connectionString)])
  onTestFinished(() => void child.kill('SIGKILL'))
  const done: string[] = []
  const work = job({
    name: 'test.work',
    payload: z.string(),
    async run(what) {
      done.push(what)
    },
  })
  await queueJobs(db.pool, [work.request('first', { queue: 'one after another' })])
  await once(child, 'message')
  await vi.waitUntil(async () => (await locksOf(db)) > 0, { timeout: 15_000, interval: 20 })
  await queueJobs(db.pool, [work.request('second', { queue: 'one after another' })])
  const worker = await startWorker(db.pool, [work], tracker.log)
  onTestFinished(() => worker.stop())
  const release = async () => {
    await db.pool.query(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'`,
    )
    await releaseJob(tracker).run({})
  }
  const locked = async () =>
    (await db.pool.query('select 1 from graphile_worker.jobs where locked_by is not null')).rowCount

  await release()
  expect(await locked()).toBe(1)

  child.kill('SIGKILL')
  await once(child, 'exit')
  await vi.waitUntil(
    async () => {
      await release()
      return done.length === 2
    },
    { timeout: 15_000, interval: 100 },
  )
  expect(done).toEqual(['first', 'second'])
}, 40_000)

/** By how many locks workers show that they live. */
async function locksOf({ pool }: Pick<Database, 'pool'>): Promise<number> {
  const { rowCount } = await pool.query(`select 1 from pg_locks join pg_database d on d.oid = database
    where locktype = 'advisory' and granted and datname = current_database()`)
  return rowCount ?? 0
}
