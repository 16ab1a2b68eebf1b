import { hash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { PrismaClient } from './generated/client.ts'
import type { Prisma } from './generated/client.ts'
import { SharedConnections } from './shared-connections.ts'

/** A transaction in which an operation does its work. */
export type Transaction = Prisma.TransactionClient

export interface Database {
  prisma: PrismaClient
  pool: Pool
  /** For reads that are one quick statement: connections of the pool, shared, without a mapper in between. */
  shared: SharedConnections
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  /** Connections this process may hold. PostgreSQL's own limit is shared by all processes. */
  maxConnections?: number
  /** Told of connections that broke while nobody used them; the pool replaces them by itself. */
  onIdleError: (error: Error) => void
}

const sharing = { most: 4, together: 8, timeoutMs: 10_000 }

/** One pool of connections, for Prisma (the writes) and for plain statements (the reads). */
export function openDatabase({ url, maxConnections = 20, onIdleError }: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'snag',
  })
  pool.on('error', onIdleError)
  // A connection can also break while it is held and has no query under way.
  pool.on('connect', (client) => client.on('error', onIdleError))
  const prisma = new PrismaClient({
    // Under a name of its own, a statement is parsed and planned once per connection. Names hold 63 bytes.
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => hash('sha1', sql) }),
    transactionOptions: { maxWait: 5_000, timeout: 10_000 },
  })
  return {
    prisma,
    pool,
    shared: new SharedConnections(pool, sharing),
    async close() {
      await prisma.$disconnect()
      if (!pool.ended) await pool.end()
    },
  }
}
