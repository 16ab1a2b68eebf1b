import { join } from 'node:path'
import { openBenchClerk } from './clerk.ts'
import type { BenchDatabase } from './database.ts'
import { startServer } from './server-process.ts'
import type { MeasuredServer } from './server-process.ts'

export type Side = 'api' | 'floor' | 'usual'

/** A database with its issues, and people who ask for them. */
export interface Stage extends AsyncDisposable {
  database: BenchDatabase
  /** A fresh token for each of those who ask; they live for a minute. */
  askers(): string[]
  /** One of an admin of *home*. */
  adminToken(): string
  /** Starts a server in a process of its own. */
  start(side: Side): Promise<MeasuredServer>
}

const origin = 'http://localhost:3000'
const askerCount = 32
/** As many connections to PostgreSQL for each server. */
const maxConnections = 20

export async function openStage(database: BenchDatabase): Promise<Stage> {
  const askers = database.clerkIds.filter((id) => id !== database.adminClerkId).slice(0, askerCount)
  const clerk = await openBenchClerk([database.adminClerkId, ...askers], origin)
  const settings = {
    databaseUrl: database.url,
    dataDir: database.dataDir,
    maxConnections,
    clerk: clerk.settings,
    origin,
    authorId: database.authorId,
  }
  return {
    database,
    askers: () => clerk.tokens().slice(1),
    adminToken: () => clerk.tokens()[0] ?? '',
    start: (side) => startServer(join(import.meta.dirname, `${side}.ts`), settings),
    [Symbol.asyncDispose]: () => clerk[Symbol.asyncDispose](),
  }
}
