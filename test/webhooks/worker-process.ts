import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { openDatabase } from '#shared/db/database.ts'
import { startWorker } from '#shared/jobs/worker.ts'
import { webhookJobs } from '#shared/webhooks/jobs.ts'
import { createSender } from '#shared/webhooks/sending.ts'

// A worker in a process of its own, for a test to end in the middle of its work.
const db = openDatabase({ url: String(process.argv[2]), maxConnections: 12, onIdleError: () => {} })
const log = pino({ level: 'error' })
const tracker = { db, log, clock: () => new Date(), newId: uuidv7, relay: { wake: () => {} } }
const sender = createSender({ local: true })
await startWorker(db.pool, webhookJobs({ tracker, sender, discordMessage: () => ({}) }), log)
