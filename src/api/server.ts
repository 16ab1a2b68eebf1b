import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import { AppError } from '#shared/errors.ts'

export interface ServerOptions {
  fetch: (request: Request, bindings: HttpBindings) => Response | Promise<Response>
  host: string
  port: number
  /** Takes a connection that wants to become a WebSocket; false when it is not its own. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean
}

export interface HttpServer {
  port: number
  /** Takes no new connections, lets running requests end for a moment, then cuts them. */
  close(): Promise<void>
}

const graceMs = 3_000

/** Listens. Throws `conflict` when the port is taken. */
export async function serveHttp({ fetch, host, port, upgrade }: ServerOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    // It speaks HTTP/1 only.
    fetch: (request, bindings) => fetch(request, bindings as HttpBindings),
  })
  // The server forgets a connection once it is a WebSocket, and would wait for it all the same.
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    // From here on Node does not listen to the socket any more: an error that nobody hears would end the process,
    // and a client that keeps its side open would keep the connection.
    socket.on('error', () => socket.destroy())
    if (upgrade?.(request, socket, head) !== true)
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy())
  })
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await listening
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new AppError(
        'conflict',
        `Port ${port} is taken by another program. Stop that one, or choose another with PORT.`,
      )
    }
    throw error
  }
  return {
    port: (server.address() as AddressInfo).port, // a TCP server's address, once it listens
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      const cut = setTimeout(() => {
        for (const socket of upgraded) socket.destroy()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }, graceMs)
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await closed.promise
      clearTimeout(cut)
    },
  }
}
