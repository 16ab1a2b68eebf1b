import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { discordWorld } from '#test/local/discord-world.ts'

const askForUpgrade =
  'GET /anything HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** A server to which nobody can upgrade, with the sockets that were handed over for it. */
async function refusing() {
  const handedOver: Duplex[] = []
  const uncaught: unknown[] = []
  const hear = (error: unknown) => uncaught.push(error)
  process.on('uncaughtExceptionMonitor', hear)
  const server = await serveHttp({
    fetch: () => new Response('alive'),
    host: '127.0.0.1',
    port: 0,
    upgrade: (_request, socket) => {
      handedOver.push(socket)
      return false
    },
  })
  onTestFinished(() => {
    process.off('uncaughtExceptionMonitor', hear)
  })
  return { server, handedOver, uncaught }
}

/** Keeps its side open, as only a client that means harm does. */
async function askOf(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  socket.write(askForUpgrade)
  return socket
}

test('a connection that breaks while its upgrade is refused takes nobody with it', async () => {
  const { server, uncaught } = await refusing()

  for (let i = 0; i < 20; i++) {
    const socket = await askOf(server.port)
    socket.resetAndDestroy()
    await once(socket, 'close')
  }

  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe('alive')
  expect(uncaught).toEqual([])
  await server.close()
})

test('a refused upgrade leaves no connection behind, and a stop does not wait for it', async () => {
  const { server, handedOver } = await refusing()
  const socket = await askOf(server.port)
  const [answer] = await once(socket, 'data')

  expect(String(answer)).toContain('404 Not Found')
  await server.close()
  expect(handedOver.map(({ destroyed }) => destroyed)).toEqual([true])
  socket.destroy()
})

test('an upgrade at an address that is none is refused by the local Discord', async () => {
  const { discord, url } = await discordWorld()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())

  for (const address of ['//', 'http://[', 'http://'])
    expect(
      // Only the address of the request is looked at.
      discord.upgrade({ url: address } as Parameters<typeof discord.upgrade>[0], socket, Buffer.alloc(0)),
      address,
    ).toBe(false)
})
