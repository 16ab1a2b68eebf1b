import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { ClerkOptions } from '#shared/identity/clerk.ts'

/** What a measured server is told; each runs in a process of its own. */
export interface ServerSettings {
  databaseUrl: string
  maxConnections: number
  clerk: Required<Pick<ClerkOptions, 'secretKey' | 'publishableKey' | 'jwtKey' | 'apiUrl'>>
  /** Whose tokens the API accepts. */
  origin: string
  /** In whose name the floor files, since it asks nobody who they are. */
  authorId: string
}

export interface MeasuredServer extends AsyncDisposable {
  url: string
}

/** Starts the server of `file` and waits until it listens. */
export async function startServer(
  file: string,
  settings: ServerSettings,
  nodeOptions: string[] = [],
): Promise<MeasuredServer> {
  const child = fork(file, [JSON.stringify(settings)], { execArgv: nodeOptions })
  const port: unknown = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => message),
    once(child, 'exit').then(() => null),
  ])
  if (typeof port !== 'number') throw new Error(`${file} did not start.`)
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

/** The other side, inside the server's process: tells the port, and ends with whoever started it. */
export async function serve(listen: (settings: ServerSettings) => Promise<number>): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '') as ServerSettings // written by startServer, which types it
  process.send?.(await listen(settings))
  process.once('disconnect', () => process.exit())
}
