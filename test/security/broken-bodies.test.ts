import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

test('a body that breaks off is nobody’s mistake but the sender’s', async () => {
  const { fetch, loggedErrors } = await world()
  const server = await serveHttp({ fetch, host: '127.0.0.1', port: 0 })
  const start =
    'Host: localhost\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"title":'

  for (const request of ['POST /api/issue', `POST ${list}`, `PATCH ${list}/1`]) {
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`${request} HTTP/1.1\r\n${start}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.resetAndDestroy()
    await once(socket, 'close')
  }
  await new Promise((resolve) => setTimeout(resolve, 200))

  expect(loggedErrors).toEqual([])
  await server.close()
})
