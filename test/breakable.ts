import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Breakable {
  /** The database's address, by way of a connection that can be cut. */
  url: string
  /** From now on the server is not there: connections break, and new ones are refused. */
  cut(): Promise<void>
}

/** Stands between the product and its PostgreSQL, to take it away in the middle of things. */
export async function breakable(databaseUrl: string): Promise<Breakable> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The way to the database does not listen.')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(address.port)

  let isCut = false
  const cut = async () => {
    if (isCut) return
    isCut = true
    const { promise: closed, resolve: close } = Promise.withResolvers<void>()
    server.close(() => close())
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(cut)
  return { url: url.href, cut }
}
