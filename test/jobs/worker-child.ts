import { pino } from 'pino'
import { z } from 'zod'
import { openDatabase } from '#shared/db/database.ts'
import { job } from '#shared/jobs/job.ts'
import { startWorker } from '#shared/jobs/worker.ts'

// A worker in a process of its own, to be killed: it says when it has begun, and never ends.
const db = openDatabase({ url: String(process.argv[2]), maxConnections: 12, onIdleError: () => {} })
const endless = job({
  name: 'test.work',
  payload: z.unknown(),
  run: async () => {
    process.send?.('begun')
    await new Promise(() => {})
  },
})
await startWorker(db.pool, [endless], pino({ level: 'error' }))
