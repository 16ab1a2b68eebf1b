import { hash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool, PoolConfig } from 'pg'
import { PrismaClient } from './generated/client.ts'
import { loadOf, openPool } from './pool.ts'
import type { Load } from './pool.ts'
import { SharedConnections } from './shared-connections.ts'
import { inTransaction, queryAlone } from './transaction.ts'
import type { Queryable, Transaction } from './transaction.ts'

export interface Database extends Queryable {
  /** For plain reads and writes outside of operations, where speed does not count. */
  prisma: PrismaClient
  /** For what keeps a connection, or takes its time: the relay, the jobs, exports. */
  pool: Pool
  /** What operations do their work in; see `inTransaction`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** For reads that are one statement, without a mapper in between. */
  reads: SharedConnections
  /** How busy the connections are, by what they are for. */
  load(): Record<string, Load>
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  /** Connections this process may hold, at least twelve. PostgreSQL's own limit is for all processes. */
  maxConnections?: number
  /** Told of connections that broke while nobody waited for an answer; the pools replace them by themselves. */
  onIdleError: (error: Error) => void
}

/** One process keeps no more than these busy with reads. They are apart, so that waiting writes never hold up a read. */
const readConnections = 4
/** What takes longer is no good to anybody; it would only keep others waiting. */
const timeoutMs = 10_000
/** How long after PostgreSQL should have given up a statement we do, and its connection with it. */
const graceMs = 2_000

/** Connections in three parts that do not wait for each other: operations, reads, and everything else. */
export function openDatabase({ url, maxConnections = 20, onIdleError }: DatabaseOptions): Database {
  const config: PoolConfig = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'snag',
  }
  const writeConnections = Math.floor((maxConnections - readConnections) / 2)
  const pool = openPool({ ...config, max: maxConnections - readConnections - writeConnections }, onIdleError)
  const writes = openPool(
    {
      ...config,
      max: writeConnections,
      pipeline: true,
      statement_timeout: timeoutMs,
      idle_in_transaction_session_timeout: timeoutMs,
      query_timeout: timeoutMs + graceMs,
    },
    onIdleError,
  )
  const reads = new SharedConnections(config, {
    maxConnections: readConnections,
    timeoutMs,
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
    transaction: (work) => inTransaction(writes, work),
    query: (statement) => queryAlone(writes, statement),
    load: () => ({ operations: loadOf(writes), reads: reads.load(), others: loadOf(pool) }),
    async close() {
      await prisma.$disconnect()
      await reads.close()
      if (!writes.ended) await writes.end()
      if (!pool.ended) await pool.end()
    },
  }
}
