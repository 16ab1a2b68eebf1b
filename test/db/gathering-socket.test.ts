import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { GatheringSocket } from '#shared/db/gathering-socket.ts'

/** A connection, and all that the other side hears until it is ended. */
async function connection() {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const heard = once(server, 'connection').then(([socket]) => text(socket))
  const socket = new GatheringSocket()
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1') // a TCP server's address, once it listens
  await once(socket, 'connect')
  const say = (...parts: string[]) => {
    socket.cork()
    for (const part of parts) socket.write(part)
    socket.uncork()
  }
  return { socket, heard, say }
}

test('what is said in one turn is held back until it is over, and then sent in order', async () => {
  const { socket, heard, say } = await connection()

  say('a', 'b')
  say('c')
  expect(socket.writableLength).toBe(3)
  await Promise.resolve()
  say('d')
  expect(socket.writableLength, 'what goes on because of it belongs to it').toBe(4)
  await new Promise((resolve) => setImmediate(resolve))
  expect(socket.writableLength).toBe(0)
  say('e')
  socket.end()

  expect(await heard).toBe('abcde')
})
