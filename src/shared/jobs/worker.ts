import { Logger as WorkerLogger, parseCronItems, run, runMigrations } from 'graphile-worker'
import type { TaskList } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { showLife } from './abandoned.ts'
import type { Job } from './job.ts'

export interface Worker {
  stop(): Promise<void>
}

/** Brings graphile-worker's own tables up to date; the relay needs them as much as the worker does. */
export async function migrateJobs(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool })
}

/**
 * Works on these jobs, so many at once. A failed one is tried again with growing pauses, by graphile-worker's rules.
 */
export async function startWorker(
  pool: Pool,
  jobs: readonly Job[],
  log: Logger,
  { concurrency = 4 }: { concurrency?: number } = {},
): Promise<Worker> {
  const taskList: TaskList = Object.fromEntries(
    jobs.map(({ name, run: work }) => [
      name,
      async (payload: unknown, helpers) => {
        try {
          await work(payload)
        } catch (error) {
          log.error(
            { err: error, job: name, jobId: helpers.job.id, attempt: helpers.job.attempts },
            'A job failed',
          )
          throw error
        }
      },
    ]),
  )
  const runner = await run({
    pgPool: pool,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 2_000,
    events: showLife(log),
    parsedCronItems: parseCronItems(
      jobs.flatMap(({ name, cron }) =>
        cron === undefined ? [] : [{ task: name, match: cron, identifier: name }],
      ),
    ),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error({ source: 'graphile-worker' }, message)
      else log.debug({ source: 'graphile-worker' }, message)
    }),
  })
  return { stop: () => runner.stop() }
}
