import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { OutgoingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import { dataFolder, failToStart, startProduct } from './product.ts'
import type { Product } from './product.ts'

let folder: Awaited<ReturnType<typeof dataFolder>>
let product: Product

beforeAll(async () => {
  folder = await dataFolder()
  product = await startProduct(folder.path)
})

afterAll(async () => {
  await product.stop()
  await folder.remove()
})

/** A request whose headers are all the caller's, as no browser's or library's are. */
async function statusOf(path: string, headers: OutgoingHttpHeaders): Promise<number | undefined> {
  const asked = request({ host: '127.0.0.1', port: product.port, path, headers })
  asked.end()
  const [response] = await once(asked, 'response')
  response.resume()
  return response.statusCode
}

const everyDoor = [
  '/',
  '/api/v1/config',
  '/healthz',
  '/__clerk/v1/environment',
  '/__discord/client/accounts',
  '/playground',
]

test('the whole product is there, and says who one can be', async () => {
  const answers = await Promise.all(
    everyDoor.map((path) => statusOf(path, { host: `localhost:${product.port}` })),
  )

  expect(answers).toEqual([200, 200, 200, 200, 200, 200])
  expect(product.output()).toContain('maintainer@snag.local')
  expect(product.output()).toContain(`${product.url}/playground`)
})

test.each([
  ['another host', { host: 'snag.example.com' }],
  ['a host that only begins like ours', { host: 'localhost.example.com' }],
  ['a proxy’s X-Forwarded-For', { host: 'localhost', 'x-forwarded-for': '203.0.113.7' }],
  ['a proxy’s X-Forwarded-Host', { host: 'localhost', 'x-forwarded-host': 'snag.example.com' }],
  ['a proxy’s Forwarded', { host: 'localhost', forwarded: 'for=203.0.113.7' }],
  ['a page of another site', { host: 'localhost', origin: 'https://evil.example' }],
  ['a page without an origin', { host: 'localhost', origin: 'null' }],
])('with stand-ins, a request with %s is refused at every door', async (_what, headers) => {
  const answers = await Promise.all(everyDoor.map((path) => statusOf(path, headers)))

  expect(answers).toEqual(everyDoor.map(() => 403))
})

test('with stand-ins, a page of another site gets no WebSocket', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${product.port}/__discord/gateway`, {
    origin: 'https://evil.example',
  })

  const [error] = await once(socket, 'error')

  expect(String(error)).toContain('404')
})

test('the local Clerk tells of a ban, and the product refuses at once', async () => {
  const copy = join(folder.path, 'clerk-copy.json')
  await copyFile(join(folder.path, 'clerk.json'), copy)
  // Whoever knows the keys of an instance makes its tokens.
  const twin = await createLocalClerk({
    url: `${product.url}/__clerk`,
    file: copy,
    origins: () => [],
    discordAccounts: () => [],
    seedUsers: [],
  })
  onTestFinished(() => twin.close())
  const { userId, token } = await twin.signIn('stranger@snag.local')
  const ask = () => fetch(`${product.url}/api/v1/me`, { headers: { authorization: `Bearer ${token()}` } })
  expect((await ask()).status).toBe(200)

  const banned = await fetch(`${product.url}/__clerk/v1/users/${userId}/ban`, {
    method: 'POST',
    headers: { authorization: `Bearer ${twin.secretKey}` },
  })

  expect(banned.status).toBe(200)
  await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(401)
})

test('a second start on the same data says so and stops, and the first goes on', async () => {
  const { code, output } = await failToStart({ SNAG_DATA_DIR: folder.path })

  expect(code).toBe(1)
  expect(output).toContain('Snag is already running')
  expect(await statusOf('/readyz', { host: 'localhost' })).toBe(200)
})

test('with stand-ins, a database elsewhere, a public address and an open port are refused together', async () => {
  const { code, output } = await failToStart({
    DATABASE_URL: 'postgresql://snag@db.example.com/snag',
    PUBLIC_URL: 'https://snag.example.com',
    HOST: '0.0.0.0',
  })

  expect(code).toBe(1)
  expect(output).toContain('DATABASE_URL must be a server on this machine')
  expect(output).toContain('PUBLIC_URL must be a loopback address')
  expect(output).toContain('HOST must be a loopback address')
})

test('in production what is missing is listed, and no stand-in steps in', async () => {
  const { code, output } = await failToStart({ NODE_ENV: 'production' })

  expect(code).toBe(1)
  expect(output).toMatch(/DATABASE_URL is missing[^]*CLERK_SECRET_KEY[^]*DISCORD_TOKEN is missing/)
})
