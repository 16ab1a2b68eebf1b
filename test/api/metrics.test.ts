import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { migrateJobs } from '#shared/jobs/worker.ts'
import { problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'
import type { WorldOptions } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const metricsToken = 'a-token-for-prometheus'
const fromHere = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }

/** The API with a way to read its metrics, as a program on this machine would. */
async function measured(options: WorldOptions = {}) {
  const here = await world(options)
  await migrateJobs(here.db.pool)
  const read = async () => {
    const response = await here.fetch(new Request('http://localhost:3000/metrics'), fromHere)
    expect(response.status).toBe(200)
    return response.text()
  }
  return { ...here, read }
}

/** The value of a metric with these labels, in whatever order they are written. */
function valueOf(page: string, name: string, labels: Record<string, string> = {}): number | null {
  for (const line of page.split('\n')) {
    const [, written, inside = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    const all = Object.entries(labels).every(([label, text]) => inside.includes(`${label}="${text}"`))
    if (written === name && all) return Number(value)
  }
  return null
}

test('requests are measured by the pattern of their route and their status, never by address', async () => {
  const { person, anonymous, read } = await measured()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })
  await robin.api.get(`${list}/1`)
  await robin.api.get(`${list}/1`)
  await robin.api.get(`${list}/77`)
  await anonymous.get(`${list}/1`)
  await robin.api.get('/api/v1/nowhere/secret-words')

  const page = await read()
  const count = (labels: Record<string, string>) => valueOf(page, 'snag_http_request_seconds_count', labels)
  const one = '/api/v1/workspaces/:slug/issues/:number'
  expect(count({ method: 'GET', route: one, status: '200' })).toBe(2)
  expect(count({ method: 'GET', route: one, status: '404' })).toBe(1)
  expect(count({ method: 'GET', route: one, status: '401' })).toBe(1)
  expect(count({ method: 'POST', route: '/api/v1/workspaces/:slug/issues', status: '201' })).toBe(1)
  expect(count({ method: 'GET', route: 'none', status: '404' })).toBe(1)
  expect(page).not.toMatch(/secret-words|home|issues\/1/)
})

test('connections, the relay, who reads along and Node itself are measured', async () => {
  const { person, fetch: answer, read } = await measured()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })
  const stream = await answer(
    new Request('http://localhost:3000/api/v1/workspaces/home/live', {
      headers: { authorization: `Bearer ${robin.token({ azp: origin })}` },
    }),
  )

  const page = await read()
  expect(valueOf(page, 'snag_database_up')).toBe(1)
  expect(valueOf(page, 'snag_relay_waiting_events')).toBe(1)
  expect(valueOf(page, 'snag_relay_position')).toBe(0)
  expect(valueOf(page, 'snag_live_readers')).toBe(1)
  await stream.body?.cancel()
  expect(valueOf(await read(), 'snag_live_readers')).toBe(0)
  expect(valueOf(page, 'snag_database_connections', { pool: 'reads', state: 'idle' })).not.toBeNull()
  expect(valueOf(page, 'snag_database_waiting', { pool: 'others' })).not.toBeNull()
  expect(valueOf(page, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(0)
})

test('jobs are counted by name: those that wait, and those that were given up', async () => {
  const { db, read } = await measured()
  for (const [name, attempts] of [
    ['cards.update', 1],
    ['cards.update', 25],
    ['issues.purge', 25],
  ] as const)
    await db.pool.query(`select graphile_worker.add_job($1, max_attempts := $2)`, [name, attempts])
  // One was tried as often as it may be.
  await db.pool.query('update graphile_worker._private_jobs set attempts = 1')

  const page = await read()
  expect(valueOf(page, 'snag_jobs', { job: 'cards.update', state: 'waiting' })).toBe(1)
  expect(valueOf(page, 'snag_jobs', { job: 'cards.update', state: 'failed' })).toBe(1)
  expect(valueOf(page, 'snag_jobs', { job: 'issues.purge', state: 'waiting' })).toBe(1)
})

test('without a database the page is still there, and says so', async () => {
  const { db, read } = await measured()
  await db.pool.query('alter table events rename to mislaid')
  try {
    const page = await read()
    expect(valueOf(page, 'snag_database_up')).toBe(0)
    expect(valueOf(page, 'snag_relay_waiting_events')).toBeNull()
    expect(valueOf(page, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(0)
  } finally {
    await db.pool.query('alter table mislaid rename to events')
  }
})

test('a program on this machine reads it without a token', async () => {
  const { fetch: answer } = await world()
  const server = await serveHttp({ fetch: answer, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())

  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`)

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
})

test('from elsewhere, or through a proxy, it is not there without the token', async () => {
  const { fetch: answer, anonymous } = await world({ api: { metricsToken } })
  const ask = async (headers: Record<string, string>, remoteAddress: string, host = 'localhost:3000') =>
    (
      await answer(new Request(`http://${host}/metrics`, { headers }), {
        incoming: { socket: { remoteAddress } },
      })
    ).status
  const bearer = { authorization: `Bearer ${metricsToken}` }

  expect(await ask({}, '203.0.113.7')).toBe(404)
  expect(await ask({}, '::ffff:10.0.0.2')).toBe(404)
  expect(await ask({ 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1')).toBe(404)
  expect(await ask({ forwarded: 'for=127.0.0.1' }, '::1')).toBe(404)
  expect(await ask({}, '127.0.0.1', 'snag.example.com')).toBe(404)
  for (const token of [`${metricsToken}x`, metricsToken.slice(1), '', 'null'])
    expect(await ask({ authorization: `Bearer ${token}` }, '203.0.113.7'), token).toBe(404)
  expect(await anonymous.get('/metrics')).toEqual(problem('not_found', /no such address/))

  expect(await ask(bearer, '203.0.113.7')).toBe(200)
  expect(await ask({ ...bearer, 'x-forwarded-for': '198.51.100.1' }, '127.0.0.1')).toBe(200)
  expect(await ask({}, '::ffff:127.0.0.1')).toBe(200)
})

test('without a token of the operator’s, none opens it', async () => {
  const { fetch: answer } = await world()

  for (const token of ['null', 'undefined', '0', 'x'])
    expect(
      await answer(
        new Request('http://localhost:3000/metrics', { headers: { authorization: `Bearer ${token}` } }),
      ),
    ).toMatchObject({ status: 404 })
})
