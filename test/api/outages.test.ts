import { expect, test } from 'vitest'
import { breakable } from '#test/breakable.ts'
import type { Breakable } from '#test/breakable.ts'
import { failed, problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

/** A world whose database can be taken away. */
async function fragileWorld() {
  const ways: Breakable[] = []
  const here = await world({
    wayToDatabase: async (url) => {
      const way = await breakable(url)
      ways.push(way)
      return way.url
    },
  })
  return { ...here, cutDatabase: async () => Promise.all(ways.map((way) => way.cut())) }
}

test('it says that it is alive, and ready', async () => {
  const { anonymous } = await world()

  expect(await anonymous.get('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } })
  expect(await anonymous.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
})

test('without its database it is alive, not ready, and asks everybody to come back', async () => {
  const here = await fragileWorld()
  const robin = await here.person('Robin')
  await robin.api.post(list, { title: 'Login loops' })
  await here.cutDatabase()

  expect(await here.anonymous.get('/healthz')).toMatchObject({ status: 200 })
  const answers = {
    'whether it is ready': here.anonymous.get('/readyz'),
    'a read': robin.api.get(`${list}/1`),
    'a list': robin.api.get(list),
    'a filing': robin.api.post(list, { title: 'Another' }),
    'a change': robin.api.patch(`${list}/1`, { title: 'Changed' }),
    'a deletion': robin.api.delete(`${list}/1`),
    'one’s own account': robin.api.get('/api/v1/me'),
    linking: robin.api.post('/api/v1/account/discord'),
    'a new workspace': robin.api.post('/api/v1/workspaces', { name: 'Moon', slug: 'moon', key: 'MOON' }),
  }
  for (const [what, answer] of Object.entries(answers)) {
    const { status, headers, body } = await answer
    expect({ status, body }, what).toEqual(problem('unavailable', /again in a few seconds/))
    expect(Number(headers.get('retry-after')), what).toBeGreaterThan(0)
    expect(JSON.stringify(body), what).not.toMatch(/prisma|postgres|127\.0\.0\.1|ECONN|socket/i)
  }
  expect(await robin.api.get('/api/issues')).toEqual(failed(503))
})

test('somebody seen for the first time without a database is asked to come back, not to sign in', async () => {
  const here = await fragileWorld()
  const email = 'new@example.com'
  await here.clerk.addUser({ email, password: 'correct horse', firstName: 'New', lastName: 'User' })
  const { token } = await here.clerk.signIn(email)
  await here.cutDatabase()

  const answer = await here.anonymous.get('/api/v1/me', { authorization: `Bearer ${token({ azp: origin })}` })

  expect(answer).toEqual(problem('unavailable'))
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('connections that PostgreSQL has ended are replaced', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  const answers = []
  for (let i = 0; i < 15; i++) answers.push((await robin.api.get(list)).status)

  expect(answers.slice(-5)).toEqual([200, 200, 200, 200, 200])
  expect(answers.filter((status) => status !== 200 && status !== 503)).toEqual([])
})

test('pages of ours may call from a browser, and read the headers they need', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  const answer = await api.post(list, { title: 'Login loops' }, { origin })

  expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  expect(answer.headers.get('access-control-expose-headers')).toMatch(/ETag.*Link.*Retry-After/)
  expect(answer.headers.get('vary')).toMatch(/Origin/i)

  const preflight = await api.send('OPTIONS', list, undefined, {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization, content-type, if-match',
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
  expect(preflight.headers.get('access-control-allow-methods')).toMatch(/PATCH/)
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization.*if-match/)
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
})

test('pages of others may not call from a browser, and do not learn what a refusal says', async () => {
  const { person, anonymous } = await world()
  const { api } = await person('Robin')

  for (const foreign of ['https://evil.example', 'null', 'http://localhost:3001', `${origin}.evil.example`]) {
    for (const client of [api, anonymous])
      expect(
        (await client.get(list, { origin: foreign })).headers.get('access-control-allow-origin'),
        foreign,
      ).toBeNull()
    const preflight = await api.send('OPTIONS', list, undefined, {
      origin: foreign,
      'access-control-request-method': 'POST',
    })
    expect(preflight.headers.get('access-control-allow-origin'), foreign).toBeNull()
  }
})

test('every answer carries a number by which to find it in the log', async () => {
  const { anonymous } = await world()
  const answer = await anonymous.get('/api/v1/me')

  expect(answer.headers.get('x-request-id')).toBe((answer.body as { requestId: string }).requestId) // a Problem
})

test('a mistake of ours is logged, and shown as one sentence with its number', async () => {
  const { person, db, loggedErrors } = await world()
  const { api } = await person('Robin')
  await db.pool.query('alter table issues rename to mislaid')
  try {
    const { status, body } = await api.get('/api/issue/1')
    expect(status).toBe(500)
    expect(body).toStrictEqual({
      status: 'FAILED',
      message: expect.stringMatching(/broke on our side.*[\da-f-]{36}/),
    })
    expect(loggedErrors).toHaveLength(1)
    expect(loggedErrors.pop()).toMatchObject({
      err: { message: expect.stringContaining('issues') },
      requestId: expect.any(String),
    })
  } finally {
    await db.pool.query('alter table mislaid rename to issues')
  }
})
