import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { origin, world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

interface Raw {
  status: number | undefined
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** The API behind a server, asked for bytes as they are: `fetch` would ask for compression, and undo it. */
async function served() {
  const here = await world()
  const robin = await here.person('Robin')
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> => {
    const { promise, resolve, reject } = Promise.withResolvers<Raw>()
    const authorization = `Bearer ${robin.token({ azp: origin })}`
    const asked = request(
      `http://127.0.0.1:${server.port}${path}`,
      { method, headers: { authorization, ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        )
      },
    )
    asked.once('error', reject)
    asked.end()
    return promise
  }
  return { ...here, robin, get }
}

const long = `größe ${'and so on, '.repeat(200)}`

test('a large answer is compressed as the client likes, and is the same', async () => {
  const { robin, get } = await served()
  await robin.api.post(list, { title: 'Login loops', description: long })
  const plain = await get(list)

  const br = await get(list, { 'accept-encoding': 'gzip, deflate, br, zstd' })
  const gzip = await get(list, { 'accept-encoding': 'gzip;q=1, br;q=0.1' })

  expect(plain.headers).not.toHaveProperty('content-encoding')
  expect(br.headers['content-encoding']).toBe('br')
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(brotliDecompressSync(br.body)).toEqual(plain.body)
  expect(gunzipSync(gzip.body)).toEqual(plain.body)
  for (const { headers, body } of [plain, br, gzip]) {
    expect(headers['content-type']).toBe('application/json')
    expect(headers['content-length']).toBe(String(body.length))
    expect(headers['vary']).toBe('accept-encoding')
  }
  expect(br.body.length).toBeLessThan(plain.body.length / 2)
})

test('what the client cannot read, or what is small, stays as it is', async () => {
  const { robin, get } = await served()
  await robin.api.post(list, { title: 'Login loops' })
  await robin.api.post(list, { title: 'Login loops', description: long })

  for (const [path, encoding] of [
    [`${list}/1`, 'br, gzip'],
    [`${list}/2`, 'identity'],
    [`${list}/2`, 'br;q=0, gzip;q=0'],
    [`${list}/2`, 'zstd, deflate'],
    [`${list}/2`, ''],
  ] as const) {
    const { headers, body } = await get(path, { 'accept-encoding': encoding })
    expect(headers, encoding).not.toHaveProperty('content-encoding')
    expect(JSON.parse(body.toString()), encoding).toMatchObject({ title: 'Login loops' })
  }
})

test('the tag of what was compressed is a weak one, by which it is known again', async () => {
  const { robin, get } = await served()
  await robin.api.post(list, { title: 'Login loops', description: long })
  const one = `${list}/1`
  const plain = await get(one)
  const br = await get(one, { 'accept-encoding': 'br' })
  const weak = String(br.headers['etag'])

  expect(weak).toBe(`W/${String(plain.headers['etag'])}`)
  for (const tag of [weak, String(plain.headers['etag'])]) {
    const again = await get(one, { 'accept-encoding': 'br', 'if-none-match': `"other", ${tag}` })
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag: tag } })
    expect(again.headers['vary']).toBe('accept-encoding')
  }
  const changed = await robin.api.patch(one, { title: 'Changed' }, { 'if-match': weak })
  expect(changed.status).toBe(200)
})

test('a page of ours in a browser is told of both, the origin and the encoding', async () => {
  const { robin, get } = await served()
  await robin.api.post(list, { title: 'Login loops', description: long })

  const { headers, body } = await get(list, { 'accept-encoding': 'br', origin })

  expect(headers['access-control-allow-origin']).toBe(origin)
  expect(String(headers['vary']).toLowerCase().split(/, */).sort()).toEqual(['accept-encoding', 'origin'])
  expect(JSON.parse(brotliDecompressSync(body).toString())).toMatchObject({
    data: [{ title: 'Login loops' }],
  })
})

test('a refusal is compressed like any other answer, and a look at the headers has no body', async () => {
  const { get } = await served()
  const many = Array.from({ length: 40 }, (_, i) => `unknown${i}=1`).join('&')

  const refusal = await get(`${list}?${many}`, { 'accept-encoding': 'gzip' })
  const head = await get('/api/openapi.json', { 'accept-encoding': 'gzip' }, 'HEAD')

  expect(refusal.headers['content-type']).toBe('application/problem+json')
  expect(JSON.parse(gunzipSync(refusal.body).toString())).toMatchObject({ code: 'invalid' })
  expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) })
})
