import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Product {
  /** Where it is, as a person types it. */
  url: string
  /** All it has written so far. */
  output(): string
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>
}

const root = join(import.meta.dirname, '../..')
const startWithinMs = 30_000

/** Starts the product as `npm start` does, in a process of its own, with a data directory that goes away with it. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'snag-product-'))
  // Run as root, PostgreSQL becomes another user, who has to pass here.
  await chmod(folder, 0o755)
  const port = await freePort()
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: String(port), SNAG_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
    if (child.exitCode === null) child.kill('SIGTERM')
    await exited
    await rm(folder, { recursive: true, force: true })
    return child.exitCode
  }
  try {
    await up
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return { url: `http://localhost:${port}`, output: () => output, stop }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has a port
  server.close()
  await once(server, 'close')
  return port
}
