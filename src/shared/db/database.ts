import { hash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool, PoolConfig } from 'pg'
import { PrismaClient } from './generated/client.ts'
import type { Prisma } from './generated/client.ts'
import { loadOf, openPool } from './pool.ts'
import type { Load } from './pool.ts'
import { SharedConnections } from './shared-connections.ts'

/** A transaction in which an operation does its work. */
export type Transaction = Prisma.TransactionClient

export interface Database {
  prisma: PrismaClient
  pool: Pool
  /** For reads that are one quick statement, without a mapper in between. */
  reads: SharedConnections
  /** How busy the connections are, by what they are for. */
  load(): Record<string, Load>
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  /** Connections this process may hold: more than the four of the reads. PostgreSQL's own limit is for all processes. */
  maxConnections?: number
  /** Told of connections that broke while nobody waited for an answer; the pools replace them by themselves. */
  onIdleError: (error: Error) => void
}

/** One process keeps no more than these busy with reads. They are apart, so that waiting writes never hold up a read. */
const readConnections = 4
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
  const pool = openPool({ ...config, max: maxConnections - readConnections }, onIdleError)
  const reads = new SharedConnections(config, {
    maxConnections: readConnections,
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
    reads,
    load: () => ({ reads: reads.load(), others: loadOf(pool) }),
    async close() {
      await prisma.$disconnect()
      await reads.close()
      if (!pool.ended) await pool.end()
    },
  }
}
