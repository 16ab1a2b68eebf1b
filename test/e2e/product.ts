import { randomInt } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Product {
  /** Where it is, as a person types it. */
  url: string
  port: number
  dataDir: string
  /** All it has written so far. */
  output(): string
  /** Asks it to stop, and gives its exit code. Its data stay. */
  stop(): Promise<number | null>
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>
}

const root = join(import.meta.dirname, '../..')
const startWithinMs = 60_000

/** A folder for the product's data, which whoever asked removes. */
export async function dataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'snag-product-'))
  // Run as root, PostgreSQL becomes another user, who has to pass here.
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/**
 * Starts the product as `npm start` does, or by the program that is named, in a process of its own. Throws with what it
 * wrote when it does not come up.
 */
export async function startProduct(
  dataDir: string,
  env: Record<string, string> = {},
  program = 'src/main.ts',
): Promise<Product> {
  const port = await freePort()
  const child = run({ PORT: String(port), SNAG_DATA_DIR: dataDir, ...env }, program)
  let output = ''
  const exited = once(child, 'exit')
  const { promise: up, resolve, reject } = Promise.withResolvers<void>()
  const hear = (chunk: Buffer) => {
    output += chunk.toString('utf8')
    if (output.includes('Snag is up')) resolve()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output}`)))
  const timer = setTimeout(() => reject(new Error(`The product did not come up:\n${output}`)), startWithinMs)

  async function stop(): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await exited
    }
    return child.exitCode
  }
  async function kill(): Promise<void> {
    child.kill('SIGKILL')
    await exited
  }
  try {
    await up
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return { url: `http://localhost:${port}`, port, dataDir, output: () => output, stop, kill }
}

/** Starts it where it ought to refuse: what it wrote, and its exit code. */
export async function failToStart(
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = run({ PORT: String(await freePort()), ...env })
  let output = ''
  const hear = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  await once(child, 'close')
  clearTimeout(timer)
  return { code: child.exitCode, output }
}

function run(env: Record<string, string>, program = 'src/main.ts') {
  return spawn(process.execPath, [program], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/**
 * A port that nobody listens on. Below those that the system gives away by itself, because until the product listens
 * on it some seconds later any connection of another test could have taken one of them.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer()
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
    } catch {
      // It is taken; another one may not be.
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
