import { Pool } from 'pg'
import type { PoolConfig } from 'pg'
import { GatheringSocket } from './gathering-socket.ts'

/** How busy some connections are. */
export interface Load {
  total: number
  idle: number
  /** Whoever waits for one. */
  waiting: number
}

export function loadOf({ totalCount, idleCount, waitingCount }: Pool): Load {
  return { total: totalCount, idle: idleCount, waiting: waitingCount }
}

/** A pool that outlives its connections: whoever is told of a broken one need do nothing, it is replaced. */
export function openPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool({ ...config, stream: () => new GatheringSocket() })
  const tell = (error: Error) => {
    // The pool has ended before its last connections are closed, and PostgreSQL may be the quicker to do it.
    if (!pool.ending) onError(error)
  }
  pool.on('error', tell)
  // A connection can also break while it is held and has no query under way.
  pool.on('connect', (client) => client.on('error', tell))
  return pool
}
