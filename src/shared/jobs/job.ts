import type { z } from 'zod'

/** Work for later, queued by the relay: which job, and what it needs to know. */
export interface JobRequest {
  name: string
  payload: unknown
  /** Jobs of one key that have not begun yet are one job. */
  key?: string
  /** Jobs of one queue run one after another. */
  queue?: string
  /** Not before this. */
  runAt?: Date
}

/** A job that a door or a part of the tracker brings. It may run twice, and must then do nothing the second time. */
export interface Job {
  name: string
  run: (payload: unknown) => Promise<void>
  /** When it runs by itself, as a crontab pattern in UTC. */
  cron?: string
}

/** A job whose payload is checked against a schema before it runs. */
export function job<S extends z.ZodType>(definition: {
  name: string
  payload: S
  cron?: string
  run: (payload: z.output<S>) => Promise<void>
}): Job & { request(payload: z.input<S>, order?: Pick<JobRequest, 'key' | 'queue' | 'runAt'>): JobRequest } {
  const { name, payload: schema, cron, run } = definition
  return {
    name,
    ...(cron === undefined ? {} : { cron }),
    run: (payload) => run(schema.parse(payload)),
    request: (payload, order) => ({ name, payload, ...order }),
  }
}
