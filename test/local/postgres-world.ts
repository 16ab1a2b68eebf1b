import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, onTestFinished, vi } from 'vitest'
import type { ServiceUser } from '#local/postgres/service-user.ts'
import {
  removePostgres,
  startPostgres,
  type LocalPostgres,
  type StartOptions,
} from '#local/postgres/start-postgres.ts'

/** To be called at the top of a test file: servers are started, killed and recovered in it, which a busy disk makes slow. */
export function expectServers(): void {
  vi.setConfig({ testTimeout: 60_000 })
  afterAll(async () => {
    if (template === undefined) return
    await rm(await template, { recursive: true })
    template = undefined
  })
}

/** A data directory of the test's own, which everybody may pass through; it goes when the test is done. */
export async function emptyDirectory(): Promise<string> {
  const scratch = await openScratch()
  const dataDir = join(scratch, 'data')
  onTestFinished(async () => {
    await removePostgres(dataDir)
    await rm(scratch, { recursive: true })
  })
  return dataDir
}

/** One with PostgreSQL's data in it, as a first start leaves them: copied, which takes a tenth of making them. */
export async function dataDirectory(): Promise<string> {
  const dataDir = await emptyDirectory()
  template ??= makeTemplate()
  const from = join(await template, 'data', 'postgres', 'cluster')
  await mkdir(join(dataDir, 'postgres'), { recursive: true })
  // Unlike Node's cp, this one keeps owners.
  await promisify(execFile)('cp', ['-a', from, join(dataDir, 'postgres')])
  return dataDir
}

let template: Promise<string> | undefined

async function makeTemplate(): Promise<string> {
  const scratch = await openScratch()
  const postgres = await startPostgres({ dataDir: join(scratch, 'data'), fsync: false })
  await postgres.stop()
  return scratch
}

async function openScratch(): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'snag-postgres-'))
  await chmod(scratch, 0o755)
  return scratch
}

/** Starts PostgreSQL in this process; the test's end stops it if the test has not. */
export async function start(options: StartOptions): Promise<LocalPostgres> {
  const postgres = await startPostgres({ fsync: false, ...options })
  onTestFinished(() => postgres.stop())
  return postgres
}

/** A Snag of its own, or what it was told when it was refused. */
export interface Started {
  process: ChildProcess
  url?: string
  refusal?: string
}

interface ChildOptions {
  /** Whom the child runs as, when not as the tests do. */
  user?: ServiceUser
  fsync?: boolean
}

/** Starts PostgreSQL in a child process. */
export async function startChild(dataDir: string, options: ChildOptions = {}): Promise<Started> {
  const child = spawnChild(dataDir, options)
  for await (const line of createInterface({ input: child.stdout }))
    return { process: child, ...JSON.parse(line) }
  throw new Error('the child said nothing')
}

export function spawnChild(dataDir: string, { user, fsync = false }: ChildOptions = {}) {
  const args = [join(import.meta.dirname, 'postgres-child.ts'), dataDir, String(fsync)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], ...user })
  onTestFinished(() => kill(child))
  return child
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Kills a Snag and every process of its PostgreSQL, none of which can defend itself. */
export async function killEverything({ process: child, url = '' }: Started, dataDir: string): Promise<void> {
  const processes = await query<{ pid: number }>(url, 'SELECT pid FROM pg_stat_activity')
  const pids = [await serverPid(dataDir), ...processes.map(({ pid }) => pid)]
  await kill(child)
  for (const pid of pids) killIfThere(pid)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

export function pidFile(dataDir: string): string {
  return join(dataDir, 'postgres', 'cluster', 'postmaster.pid')
}

export async function serverPid(dataDir: string): Promise<number> {
  return Number((await readFile(pidFile(dataDir), 'utf8')).split('\n')[0])
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row, as with pg's own query
export async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
