import { hash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import type { PoolConfig } from 'pg'
import { PrismaClient } from './generated/client.ts'
import type { Prisma } from './generated/client.ts'
import { SharedConnections } from './shared-connections.ts'

/** A transaction in which an operation does its work. */
export type Transaction = Prisma.TransactionClient

export interface Database {
  prisma: PrismaClient
  pool: Pool
  /** For reads that are one quick statement, without a mapper in between. */
  shared: SharedConnections
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  /** Connections this process may hold, those of the reads included. PostgreSQL's own limit is shared by all processes. */
  maxConnections?: number
  /** Told of connections that broke while nobody waited for an answer; the pools replace them by themselves. */
  onIdleError: (error: Error) => void
}

/** One process keeps no more than these busy with reads. They are apart, so that waiting writes never hold up a read. */
const sharedConnections = 4
/** A read that takes longer is no good to anybody; it would only keep others waiting. */
const readTimeoutMs = 10_000

/** A pool of connections for Prisma (the writes) and the jobs, and some that the reads share. */
export function openDatabase({ url, maxConnections = 20, onIdleError }: DatabaseOptions): Database {
  const config: PoolConfig = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'snag',
  }
  const pool = new Pool({ ...config, max: maxConnections - sharedConnections })
  pool.on('error', onIdleError)
  // A connection can also break while it is held and has no query under way.
  pool.on('connect', (client) => client.on('error', onIdleError))
  const shared = new SharedConnections(config, {
    maxConnections: sharedConnections,
    timeoutMs: readTimeoutMs,
    onError: onIdleError,
  })
  const prisma = new PrismaClient({
    // Under a name of its own, a statement is parsed and planned once per connection. Names hold 63 bytes.
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => hash('sha1', sql) }),
    transactionOptions: { maxWait: 5_000, timeout: 10_000 },
  })
  return {
    prisma,
    pool,
    shared,
    async close() {
      await prisma.$disconnect()
      await shared.close()
      if (!pool.ended) await pool.end()
    },
  }
}
