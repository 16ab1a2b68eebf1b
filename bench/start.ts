import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

export interface StartMeasured {
  /** From `npm start` to `/readyz`, with data that an earlier start has made; null when it does not start. */
  seconds: number | null
  /** Of the server's own process, once it has been idle. */
  megabytes: number | null
  /** Why there are no figures. */
  problem: string | null
}

const root = join(import.meta.dirname, '..')
const patienceMs = 60_000
const idleMs = 10_000

/** Starts the product as its README says, twice, in a data directory of its own. */
export async function measureStart(): Promise<StartMeasured> {
  const dataDir = await mkdtemp(join(tmpdir(), 'snag-bench-start-'))
  try {
    await using first = await start(dataDir)
    await first.stop()
    await using second = await start(dataDir)
    await sleep(idleMs)
    return { seconds: second.seconds, megabytes: await residentMegabytes(second.npm), problem: null }
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error
    return { seconds: null, megabytes: null, problem: error.message }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

class NotStarted extends Error {}

interface Started extends AsyncDisposable {
  npm: ChildProcess
  seconds: number
  stop(): Promise<void>
}

async function start(dataDir: string): Promise<Started> {
  const port = await freePort()
  const began = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), SNAG_DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [npm.stdout, npm.stderr])
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const stop = async () => {
    if (npm.exitCode !== null) return
    const gone = once(npm, 'exit')
    const server = await serverOf(npm)
    if (server === null) npm.kill()
    else process.kill(server.pid)
    await gone
  }
  try {
    await ready(`http://127.0.0.1:${port}/readyz`, npm)
  } catch (error) {
    await stop()
    throw new NotStarted(
      `npm start did not get ready: ${said.join('').trim().split('\n').slice(0, 8).join('\n  ')}`,
      { cause: error },
    )
  }
  return { npm, seconds: (performance.now() - began) / 1000, stop, [Symbol.asyncDispose]: stop }
}

async function ready(url: string, npm: ChildProcess): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    if (npm.exitCode !== null) throw new Error(`npm ended with ${npm.exitCode}.`)
    // Nobody listens yet: that is what is waited for.
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await sleep(20)
  }
  throw new Error('It took too long.')
}

async function residentMegabytes(npm: ChildProcess): Promise<number> {
  const server = await serverOf(npm)
  if (server === null) throw new Error('The server has no process.')
  return server.residentKb / 1024
}

interface Process {
  pid: number
  parent: number
  residentKb: number
  command: string
}

/** The server itself, which npm starts through a shell. */
async function serverOf(npm: ChildProcess): Promise<Process | null> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='])
  const processes = stdout.split('\n').flatMap((line): Process[] => {
    const [, pid, parent, rss, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*?)\s*$/.exec(line) ?? []
    return command === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), residentKb: Number(rss), command }]
  })
  const descendants = (pid: number | undefined): Process[] =>
    processes.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendants(child.pid)])
  return descendants(npm.pid).find(({ command }) => /^\S*node\S* src\/main\.ts$/.test(command)) ?? null
}
