import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { LiveFeed } from '../live/feed.ts'

/** What this process tells about itself. Whoever knows something counts it here; the API shows it at `/metrics`. */
export interface Metrics {
  /** From the first look at a request to the first byte of its answer, in seconds. */
  requestSeconds: Histogram<'method' | 'route' | 'status'>
  /** From an interaction's arrival until Discord has taken an answer or a deferral, in seconds. */
  acknowledgedSeconds: Histogram<'kind'>
  /** For metrics that are asked for at the moment of reading; see `observeDatabase`. */
  registry: Registry
  /** All of them in Prometheus's text format. */
  page(): Promise<MetricsPage>
}

export interface MetricsPage {
  text: string
  contentType: string
}

/** Reads take a millisecond or a few; whatever takes over ten seconds has been given up. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
/** Discord waits 3 s; at 1.5 s we defer. */
const acknowledgedBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  let isRead = false
  return {
    requestSeconds: new Histogram({
      name: 'snag_http_request_seconds',
      help: 'How long requests took to be answered, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: requestBuckets,
      registers,
    }),
    acknowledgedSeconds: new Histogram({
      name: 'snag_bot_acknowledged_seconds',
      help: 'How long interactions took to be acknowledged to Discord.',
      labelNames: ['kind'],
      buckets: acknowledgedBuckets,
      registers,
    }),
    registry,
    async page() {
      // Node's own are watched by timers and observers, which a process that nobody reads need not pay for.
      if (!isRead) collectDefaultMetrics({ register: registry })
      isRead = true
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
  }
}

/** Adds how many read along in this process. */
export function observeReaders({ registry }: Metrics, live: Pick<LiveFeed, 'readers'>): void {
  const readers = new Gauge({
    name: 'snag_live_readers',
    help: 'Clients of this process that read along what happens.',
    registers: [registry],
    collect() {
      readers.set(live.readers)
    },
  })
}
