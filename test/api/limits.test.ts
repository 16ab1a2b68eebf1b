import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'
import type { World } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

/** Asks from an address; gives the status. */
async function statusFrom(
  { fetch }: World,
  remoteAddress: string,
  headers: Record<string, string> = {},
  path = '/api/v1/config',
): Promise<number> {
  const request = new Request(`http://localhost:3000${path}`, { headers })
  return (await fetch(request, { incoming: { socket: { remoteAddress } } })).status
}

test('whoever reads too much is told to wait, and for how long', async () => {
  const { person } = await world({ api: { rateLimits: { reads: 3, writes: 0 } } })
  const robin = await person('Robin')
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(await robin.api.get(list))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  for (const [i, { headers }] of answers.entries()) {
    expect(headers.get('ratelimit-policy')).toBe('"reads";q=3;w=60')
    expect(headers.get('ratelimit')).toMatch(new RegExp(`^"reads";r=${Math.max(0, 2 - i)};t=(60|59|58)$`))
  }
  const refusal = answers[3]
  expect(refusal).toEqual(problem('too_many', /Wait \d+ seconds/))
  expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThan(50)
})

test('reads and writes are counted apart, and so are people', async () => {
  const { person } = await world({ api: { rateLimits: { reads: 2, writes: 1 } } })
  const robin = await person('Robin')
  const sam = await person('Sam')

  expect((await robin.api.post(list, { title: 'Login loops' })).status).toBe(201)
  expect(await robin.api.patch(`${list}/1`, { title: 'Changed' })).toEqual(problem('too_many', /writes/))
  expect((await robin.api.get(`${list}/1`)).body).toMatchObject({ title: 'Login loops' })
  expect((await robin.api.get(list)).status).toBe(200)
  expect((await robin.api.get(list)).status).toBe(429)
  expect((await sam.api.get(list)).status).toBe(200)
  expect((await sam.api.post(list, { title: 'Another' })).status).toBe(201)
})

test('every door of the API is counted, in its own words', async () => {
  const { person, anonymous } = await world({ api: { rateLimits: { reads: 1, writes: 1 } } })
  const robin = await person('Robin')
  const cookie = `__session=${robin.token({ azp: origin })}`

  expect((await anonymous.get('/api/issues', { cookie })).status).toBe(200)
  expect(await anonymous.get('/api/issues', { cookie })).toMatchObject({
    status: 429,
    body: { status: 'FAILED', message: expect.stringMatching(/too many reads/) },
  })
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const accept = { accept: 'application/json, text/event-stream' }
  expect((await robin.api.post('/mcp', call, accept)).status).toBe(200)
  expect((await robin.api.post('/mcp', call, accept)).status).toBe(429)
})

test('without limits nothing is said of them', async () => {
  const { person } = await world()
  const { headers } = await (await person('Robin')).api.get(list)

  expect(headers.get('ratelimit')).toBeNull()
  expect(headers.get('ratelimit-policy')).toBeNull()
})

test('strangers are counted by address, whatever address they claim', async () => {
  const here = await world({ api: { rateLimits: { reads: 2, writes: 0 } } })
  const ask = async (address: string, forwarded?: string) =>
    statusFrom(here, address, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded })

  expect(await ask('203.0.113.7')).toBe(200)
  expect(await ask('::ffff:203.0.113.7', '198.51.100.1')).toBe(200)
  expect(await ask('203.0.113.7', '198.51.100.2')).toBe(429)
  expect(await ask('203.0.113.8')).toBe(200)
  // Addresses of one IPv6 network belong together.
  expect(await ask('2001:db8:1:2::1')).toBe(200)
  expect(await ask('2001:db8:1:2:ffff::2')).toBe(200)
  expect(await ask('2001:db8:1:2::3')).toBe(429)
  expect(await ask('2001:db8:1:3::1')).toBe(200)
})

test('behind proxies of ours, the address is the one that they heard', async () => {
  const here = await world({
    api: { rateLimits: { reads: 1, writes: 0 }, proxies: ['10.0.0.0/8', '::1'] },
  })
  const ask = async (address: string, forwarded: string) =>
    statusFrom(here, address, { 'x-forwarded-for': forwarded })

  expect(await ask('10.1.2.3', '198.51.100.1')).toBe(200)
  expect(await ask('10.1.2.4', '198.51.100.2')).toBe(200)
  // What a client writes itself stands before what our proxies add.
  expect(await ask('::1', '192.0.2.99, 198.51.100.1, 10.9.9.9')).toBe(429)
  expect(await ask('::1', '192.0.2.98, 198.51.100.2')).toBe(429)
  // Somebody who is no proxy of ours is not believed.
  expect(await ask('203.0.113.1', '198.51.100.3')).toBe(200)
  expect(await ask('203.0.113.1', '198.51.100.4')).toBe(429)
  expect(await ask('10.1.2.3', 'nonsense')).toBe(200)
  expect(await ask('10.1.2.3', '')).toBe(429)
})

test('tokens that are tried out are counted by address, and lock nobody out', async () => {
  const here = await world({ api: { rateLimits: { reads: 2, writes: 0 } } })
  const robin = await here.person('Robin')
  const ask = (authorization: string) => statusFrom(here, '203.0.113.7', { authorization }, list)

  expect(await ask('Bearer wrong')).toBe(401)
  expect(await ask('Bearer wrong again')).toBe(401)
  expect(await ask('Bearer wrong')).toBe(429)
  expect(await statusFrom(here, '203.0.113.7', {}, list)).toBe(429)
  expect(await ask(`Bearer ${robin.token({ azp: origin })}`)).toBe(200)
})

test('whoever watches over the process is never refused', async () => {
  const here = await world({ api: { rateLimits: { reads: 1, writes: 1 } } })

  for (const path of ['/healthz', '/readyz', '/healthz', '/readyz'])
    expect(await statusFrom(here, '203.0.113.7', {}, path)).toBe(200)
})

test('an API key is counted by itself, and has Idempotency-Keys of its own', async () => {
  const here = await world({ api: { rateLimits: { reads: 1, writes: 0 } } })
  const robin = await here.person('Robin')
  const scopes = ['issues:read', 'issues:write']
  const secret = await here.clerk.addApiKey({ subject: robin.clerkId, scopes })
  const withKey = { authorization: `Bearer ${secret}` }
  const once = { 'idempotency-key': 'a-key' }

  expect((await robin.api.get(list)).status).toBe(200)
  expect((await robin.api.get(list, withKey)).status).toBe(200)
  expect((await robin.api.get(list, withKey)).status).toBe(429)
  expect((await robin.api.post(list, { title: 'By Robin' }, once)).status).toBe(201)
  expect((await robin.api.post(list, { title: 'By a robot' }, { ...once, ...withKey })).status).toBe(201)
})
