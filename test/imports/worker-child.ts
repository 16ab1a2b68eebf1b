import { v7 as uuidv7 } from 'uuid'
import { pino } from 'pino'
import type { Tracker } from '#shared/context.ts'
import { openDatabase } from '#shared/db/database.ts'
import { createImporter } from '#shared/imports/importer.ts'

/** A worker in a process of its own, to be killed: works off the imports of the database it is given. */
const [url = ''] = process.argv.slice(2)
const db = openDatabase({ url, maxConnections: 12, onIdleError: () => {} })
const parts: Pick<Tracker, 'db' | 'clock' | 'newId' | 'log' | 'relay'> = {
  db,
  clock: () => new Date(),
  newId: uuidv7,
  log: pino({ level: 'error' }),
  relay: { wake: () => {} },
}
// An import asks neither Clerk nor Discord, and has no files.
await createImporter(parts as Tracker)
  .jobs.find(({ name }) => name === 'imports.run')
  ?.run({})
await db.close()
