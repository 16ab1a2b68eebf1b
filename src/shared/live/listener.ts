import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { asRefusal } from '../db/failures.ts'
import { newsChannel } from '../events/relay.ts'
import { accessChannel } from '../identity/ended.ts'

export interface Listener {
  stop(): Promise<void>
}

/** How often the connection is tried, and the last position asked for, should an announcement have been lost. */
const checkMs = 10_000
const checkTimeoutMs = 5_000
const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Hears of the batches that the relay announces, on one connection of its own. `onNews` is told the last position
 * there is: first as soon as we listen, so that everything after it will be announced, and again whenever a broken
 * connection has been replaced. `onAccess` is told whose access has ended.
 */
export function listen({
  pool,
  onNews,
  onAccess,
  log,
}: {
  pool: Pool
  onNews: (position: number) => void
  onAccess: (userId: string) => void
  log: Logger
}): Listener {
  const stopping = new AbortController()
  let pauseMs = firstPauseMs

  async function turn(): Promise<void> {
    const client = await pool.connect()
    const broken = new AbortController()
    const onBroken = () => broken.abort()
    client.on('error', onBroken)
    client.on('end', onBroken)
    client.on('notification', ({ channel, payload = '' }) =>
      channel === accessChannel ? onAccess(payload) : onNews(Number(payload)),
    )
    try {
      await client.query(`listen ${newsChannel}; listen ${accessChannel}`)
      const until = AbortSignal.any([stopping.signal, broken.signal])
      while (!until.aborted) {
        onNews(await lastPosition(client))
        pauseMs = firstPauseMs
        await pause(checkMs, until)
      }
    } finally {
      // It listens, and nobody else may be given such a connection.
      client.release(true)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        const level = asRefusal(error) === null ? 'error' : 'warn'
        log[level]({ err: error }, 'Nothing is heard from the database, and the connection is taken up again')
      }
      await pause(pauseMs, stopping.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function lastPosition(client: PoolClient): Promise<number> {
  const query = {
    text: 'select coalesce(max(position), 0) as last from events',
    query_timeout: checkTimeoutMs,
  }
  const { rows } = await client.query<{ last: string }>(query)
  return Number(rows[0]?.last)
}

/** Waits, or less when the signal says so. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
