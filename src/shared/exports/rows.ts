import type { PoolClient } from 'pg'
import QueryStream from 'pg-query-stream'
import type { Database } from '../db/database.ts'

/** Rows held in memory at a time: the longest have 100 kB. */
const batchSize = 100

/** Reads one after another, all of them as the database was at the first. */
export interface Snapshot {
  /** The rows as arrays of their columns, fetched as they are asked for. */
  rows<R extends unknown[]>(text: string, values: unknown[]): AsyncIterable<R>
}

/** Gives a connection of the pool to `read`, in a transaction that changes nothing, until it ends or is left. */
export async function* inSnapshot<T>(
  { pool }: Database,
  read: (snapshot: Snapshot) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const client = await pool.connect()
  let broken = true
  try {
    await client.query('begin isolation level repeatable read read only')
    yield* read({ rows: (text, values) => rowsOf(client, text, values) })
    await client.query('commit')
    broken = false
  } finally {
    // Left in the middle, the connection still has rows to come: it is closed, and the pool makes another.
    client.release(broken)
  }
}

async function* rowsOf<R extends unknown[]>(
  client: PoolClient,
  text: string,
  values: unknown[],
): AsyncGenerator<R> {
  const stream = client.query(new QueryStream(text, values, { batchSize, rowMode: 'array' }))
  for await (const row of stream) yield row as R // the caller knows the columns it asked for
}
