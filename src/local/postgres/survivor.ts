import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Binaries } from './binaries.ts'
import { readPassword, role } from './cluster.ts'
import type { Home } from './home.ts'
import { errorCode } from './local-postgres-error.ts'
import { isAlive, readPidFile, removePidFile, type PidFile } from './pid-file.ts'
import { stopServer } from './server.ts'

const connectTimeoutMs = 3_000

/** A server that is just starting or stopping says so; replaying its log after a crash may take a while. */
const settleTimeoutMs = 120_000

/** A server writes its pid file some milliseconds before it listens. */
const listenTimeoutMs = 1_000

/**
 * Stops the server that a killed Snag left running on `home`, if there is one; returns whether there was.
 * The caller holds the lock, so nobody else of Snag is using it.
 *
 * The number in `postmaster.pid` is not trusted, as another process may have it by now: a survivor is known by
 * answering on its port, to our password, with our data directory and its own start time.
 * A pid file that nobody stands behind is removed, or PostgreSQL would refuse to start beside a stranger.
 */
export async function stopSurvivor(home: Home, binaries: Binaries): Promise<boolean> {
  const giveUpAt = Date.now() + settleTimeoutMs
  const startedAt = Date.now()
  for (;;) {
    const file = await readPidFile(home)
    if (file === null) return false

    const answer = await ask(home, file)
    if (answer === 'ours') {
      await stopServer(home, binaries)
      return true
    }
    const listensSoon = answer === 'nobody' && isAlive(file.pid) && Date.now() - startedAt < listenTimeoutMs
    if (!listensSoon && (answer !== 'not yet' || Date.now() > giveUpAt)) break
    await sleep(50)
  }
  await removePidFile(home)
  return false
}

type Answer = 'ours' | 'not yet' | 'nobody' | 'a stranger'

async function ask(home: Home, file: PidFile): Promise<Answer> {
  const client = new Client({
    host: '127.0.0.1',
    port: file.port,
    user: role,
    password: await readPassword(home),
    database: 'postgres',
    connectionTimeoutMillis: connectTimeoutMs,
  })
  // A server that ends while it is asked breaks the connection; the query then fails, which is the answer.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ directory: string; startedAtSeconds: number }>(
      `SELECT current_setting('data_directory') AS directory,
              extract(epoch FROM pg_postmaster_start_time())::float8 AS "startedAtSeconds"`,
    )
    const [server] = rows
    const same =
      server !== undefined &&
      server.directory === home.cluster &&
      Math.abs(server.startedAtSeconds - file.startedAtSeconds) <= 2
    return same ? 'ours' : 'a stranger'
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ECONNREFUSED') return 'nobody'
    // 57P03: it is starting or shutting down. 57P01: it was told to stop while we asked.
    return code === '57P03' || code === '57P01' ? 'not yet' : 'a stranger'
  } finally {
    await client.end()
  }
}
