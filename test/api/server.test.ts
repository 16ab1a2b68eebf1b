import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { origin, world } from '#test/world.ts'

async function served() {
  const here = await world()
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return { ...here, url: `http://127.0.0.1:${server.port}` }
}

test('a body that is sent in pieces, without its length, is taken as any other', async () => {
  const { url, person } = await served()
  const { token } = await person('Robin')

  const response = await fetch(`${url}/api/v1/workspaces/home/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token({ azp: origin })}`, 'content-type': 'application/json' },
    body: new Blob(['{"title":', '"In pieces"}']).stream(),
    duplex: 'half',
  })

  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ title: 'In pieces' })
})

test('a body in pieces may not be larger either', async () => {
  const { url, person } = await served()
  const { token } = await person('Robin')

  const response = await fetch(`${url}/api/v1/workspaces/home/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token({ azp: origin })}`, 'content-type': 'application/json' },
    body: new Blob(['{"title":"', 'a'.repeat(2_000_000), '"}']).stream(),
    duplex: 'half',
  })

  expect(response.status).toBe(413)
})

test('a port that is taken is named, with what to do', async () => {
  const { url, fetch: answer } = await served()
  const port = Number(new URL(url).port)

  await expect(serveHttp({ fetch: answer, host: '127.0.0.1', port })).rejects.toThrow(
    `Port ${port} is taken by another program. Stop that one, or choose another with PORT.`,
  )
})
