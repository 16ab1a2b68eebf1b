import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Receiver {
  url: string
  received: Received[]
  /** What it answers from now on. */
  answer: (respond: (response: ServerResponse, request: Received) => void) => void
}

/** Somebody who is sent something: a real server on this machine, which takes everything until it is told otherwise. */
export async function receiver(): Promise<Receiver> {
  const received: Received[] = []
  let respond = (response: ServerResponse, _request: Received): void => void response.end('Thank you')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url: path = '', headers } = request
      const whole = { path, headers, body: Buffer.concat(chunks).toString('utf8') }
      received.push(whole)
      respond(response, whole)
    })
  })
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await listening
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // a TCP server's address, once it listens
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer(next) {
      respond = next
    },
  }
}

/** Answers with a status and nothing else. */
export function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => void response.writeHead(code, headers).end(`status ${code}`)
}
