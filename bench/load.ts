import autocannon from 'autocannon'
import type { Request } from 'autocannon'
import { percentile } from './report.ts'

export interface Measured {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

export interface Load {
  url: string
  connections: number
  seconds: number
  /** The requests of one connection, which it repeats in their order. */
  requests: (connection: number) => Request[]
  /** Waits until all that follows from the requests is done; that takes from their number per second. */
  settled?: () => Promise<void>
}

/**
 * Sends requests one after the other on each connection, for some seconds. Latencies are kept one by one, because
 * autocannon's own histogram knows whole milliseconds only. Throws when anything but success came back.
 */
export async function measure({
  url,
  connections,
  seconds,
  requests,
  settled = async () => {},
}: Load): Promise<Measured> {
  let connection = 0
  const latencies: number[] = []
  const run = autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => client.setRequests(requests(connection++)),
  })
  run.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) => latencies.push(ms))
  const { errors, timeouts, non2xx, duration } = await run
  if (errors + timeouts + non2xx > 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} timeouts, ${non2xx} answers other than success.`)
  }
  const answeredAt = performance.now()
  await settled()
  const whole = duration + (performance.now() - answeredAt) / 1000
  return {
    perSecond: latencies.length / whole,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}
