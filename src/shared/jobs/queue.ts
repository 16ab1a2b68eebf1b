import type { ClientBase } from 'pg'
import type { JobRequest } from './job.ts'

/** One statement for all of them. Jobs of one key are one job, and the last request says what it does. */
export async function queueJobs(
  client: Pick<ClientBase, 'query'>,
  jobs: readonly JobRequest[],
): Promise<void> {
  if (jobs.length === 0) return
  const distinct = new Map(jobs.map((job) => [job.key ?? Symbol(job.name), job]))
  const specs = [...distinct.values()].map(({ name, payload, key, queue, runAt }) => ({
    identifier: name,
    payload,
    job_key: key ?? null,
    queue_name: queue ?? null,
    run_at: runAt ?? null,
  }))
  await client.query(
    `select count(*) from graphile_worker.add_jobs(
      array(select json_populate_record(null::graphile_worker.job_spec, spec) from json_array_elements($1::json) spec))`,
    [JSON.stringify(specs)],
  )
}
