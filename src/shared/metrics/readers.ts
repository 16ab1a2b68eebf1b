import { Gauge } from 'prom-client'
import type { LiveFeed } from '../live/feed.ts'
import type { Metrics } from './metrics.ts'

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
