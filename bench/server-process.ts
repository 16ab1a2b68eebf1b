import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { ClerkOptions } from '#shared/identity/clerk.ts'

/** What a measured server is told; each runs in a process of its own. */
export interface ServerSettings {
  databaseUrl: string
  dataDir: string
  maxConnections: number
  clerk: Required<Pick<ClerkOptions, 'secretKey' | 'publishableKey' | 'jwtKey' | 'apiUrl'>>
  /** Whose tokens the API accepts. */
  origin: string
  /** In whose name the floor files, since it asks nobody who they are. */
  authorId: string
}

export interface MeasuredServer extends AsyncDisposable {
  url: string
  /** What the process needs of memory, without what is only waiting to be collected. */
  memory(): Promise<{ residentBytes: number; usedBytes: number }>
}

const memoryQuestion = 'memory'

/** Starts the server of `file` and waits until it listens. */
export async function startServer(file: string, settings: ServerSettings): Promise<MeasuredServer> {
  const child = fork(file, [JSON.stringify(settings)], { execArgv: ['--expose-gc', ...process.execArgv] })
  const port: unknown = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => message),
    once(child, 'exit').then(() => null),
  ])
  if (typeof port !== 'number') throw new Error(`${file} did not start.`)
  return {
    url: `http://127.0.0.1:${port}`,
    async memory() {
      const answer = once(child, 'message')
      child.send(memoryQuestion)
      const [usage] = (await answer) as [NodeJS.MemoryUsage] // what the other side below sends
      return { residentBytes: usage.rss, usedBytes: usage.heapUsed + usage.external }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

/** The other side, inside the server's process: tells the port, and ends with whoever started it. */
export async function serve(
  listen: (settings: ServerSettings) => Promise<{ port: number; stop?: () => Promise<void> }>,
): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '') as ServerSettings // written by startServer, which types it
  process.on('message', (question) => {
    if (question !== memoryQuestion) return
    globalThis.gc?.()
    process.send?.(process.memoryUsage())
  })
  const { port, stop = async () => {} } = await listen(settings)
  process.once('disconnect', () => void stop().then(() => process.exit()))
  process.send?.(port)
}
