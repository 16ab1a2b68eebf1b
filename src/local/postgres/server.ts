import { readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { errorCode, LocalPostgresError } from './local-postgres-error.ts'
import { isAlive, readPidFile } from './pid-file.ts'
import { runProgram } from './programs.ts'

/** Long enough to replay the write-ahead log of a server that was killed in the middle of heavy work. */
const startTimeoutSeconds = 120
const stopTimeoutSeconds = 60

/** A free port may be taken at the last moment, and the processes of a killed server need a while to notice. */
const retryTimeoutMs = 10_000

const logSizeLimit = 5_000_000

const settings = {
  // Only this machine, and no socket file that other users could reach or whose path could be too long.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Several processes with pools of their own, test workers among them; 150 cost a few MB when unused.
  max_connections: '150',
  // Fits the working set of a local tracker; memory is taken as it is touched.
  shared_buffers: '128MB',
  // Compiling a query takes longer than any query here runs.
  jit: 'off',
  // The disk is an SSD nowadays: reading out of order costs hardly more than in order.
  random_page_cost: '1.1',
  // The data fit in memory, where workers that read ahead are three more processes for nothing.
  io_method: 'sync',
  // Nobody replicates from this server, so the log need only bring it back after a crash.
  wal_level: 'minimal',
  // A page that is written for the first time after a checkpoint goes into it as a whole, and a commit waits behind those.
  wal_compression: 'on',
  max_wal_senders: '0',
  // The log is for problems; a note about every checkpoint would bury them.
  log_checkpoints: 'off',
}

// A crash of the machine may then lose everything, which is nothing to tests that make what they need.
const settingsWithoutSync = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

export interface ServerOptions {
  /** A fixed port, or 0 for one that is free. */
  port: number
  fsync: boolean
}

export function logFile(home: Home): string {
  return join(home.cluster, 'server.log')
}

/**
 * Starts the server and returns its port when it takes connections. pg_ctl does it, because it knows how to on
 * every system: it puts the server into a session of its own (so that Ctrl-C in a terminal reaches Snag alone,
 * which then stops it in order), waits until it is ready, and on Windows drops administrator's rights.
 */
export async function startServer(home: Home, binaries: Binaries, options: ServerOptions): Promise<number> {
  await limitLog(home)
  const giveUpAt = Date.now() + retryTimeoutMs
  for (;;) {
    const port = options.port === 0 ? await freePort() : options.port
    const words = await tryStart(home, binaries, { ...options, port })
    if (words === null) return port

    const portTaken = /could not bind .*: Address already in use/.test(words)
    if (portTaken && options.port !== 0) {
      throw new LocalPostgresError(
        `Port ${port} is taken on 127.0.0.1, and PostgreSQL was told to use it: end what has it, or choose another.`,
      )
    }
    const leftovers = /pre-existing shared memory block .* is still in use/.test(words)
    if ((portTaken || leftovers) && Date.now() < giveUpAt) {
      await sleep(200)
      continue
    }
    throw new Error(`${lastProblem(words)} (its log is ${logFile(home)}).`)
  }
}

/** Returns null when the server is ready, or else what it wrote to its log. */
async function tryStart(home: Home, binaries: Binaries, options: ServerOptions): Promise<string | null> {
  const all = { ...settings, ...(options.fsync ? {} : settingsWithoutSync), port: String(options.port) }
  const logBefore = await logLength(home)
  try {
    await runProgram(
      binaries.pgCtl,
      [
        'start',
        '--silent',
        '--wait',
        `--timeout=${startTimeoutSeconds}`,
        `--pgdata=${home.cluster}`,
        `--log=${logFile(home)}`,
        `--options=${Object.entries(all)
          .map(([name, value]) => `-c ${name}=${value}`)
          .join(' ')}`,
      ],
      { user: home.user, cwd: home.path },
    )
    return null
  } catch (error) {
    if (error instanceof LocalPostgresError) throw error
    const words = (await readFile(logFile(home))).subarray(logBefore).toString()
    if (words === '') throw error
    return words
  }
}

/** Asks the server to end its sessions, write everything down and stop; returns when it has, or when it is gone already. */
export async function stopServer(home: Home, binaries: Binaries): Promise<void> {
  const args = ['stop', '--silent', '--wait', '--mode=fast', `--timeout=${stopTimeoutSeconds}`]
  try {
    await runProgram(binaries.pgCtl, [...args, `--pgdata=${home.cluster}`], {
      user: home.user,
      cwd: home.path,
    })
  } catch (error) {
    // pg_ctl minds a server that is gone already, or was killed meanwhile; it is stopped all the same.
    const left = await readPidFile(home)
    if (left !== null && isAlive(left.pid)) throw error
  }
}

function lastProblem(words: string): string {
  const problems = words.split('\n').filter((line) => /(FATAL|PANIC|ERROR):|error/.test(line))
  return (
    problems.at(-1)?.replace(/^.*?(FATAL|PANIC|ERROR): +/, '') ?? words.trim().split('\n').at(-1) ?? words
  )
}

async function logLength(home: Home): Promise<number> {
  try {
    return (await stat(logFile(home))).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

async function limitLog(home: Home): Promise<void> {
  if ((await logLength(home)) <= logSizeLimit) return
  const previous = join(home.cluster, 'server.previous.log')
  await rm(previous, { force: true })
  await rename(logFile(home), previous)
}

/** A port that is free now; somebody else may take it before PostgreSQL does, which startServer notices. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening, failed) => {
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', listening)
  })
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('the probe has no port')
  return address.port
}
