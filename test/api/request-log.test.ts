import { expect, test } from 'vitest'
import { origin, world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

test('each request is one line, by which it can be found and judged', async () => {
  const { person, logged } = await world({ logLevel: 'info' })
  const robin = await person('Robin')
  logged.length = 0

  const { headers } = await robin.api.get(`${list}/7?q=words`)

  expect(logged).toHaveLength(1)
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({
    msg: 'Answered',
    method: 'GET',
    route: '/api/v1/workspaces/:slug/issues/:number',
    status: 404,
    ms: expect.any(Number),
    requestId: headers.get('x-request-id'),
    userId: robin.userId,
  })
})

test('health checks are of interest only to whoever looks closely, or when they fail', async () => {
  const { anonymous, logged } = await world({ logLevel: 'info' })
  logged.length = 0

  await anonymous.get('/healthz')
  await anonymous.get('/readyz')

  expect(logged).toEqual([])
})

test('a request’s number is made here, whatever somebody sends', async () => {
  const { anonymous } = await world()

  const { headers } = await anonymous.get('/healthz', { 'x-request-id': 'forged', 'request-id': 'forged' })

  expect(headers.get('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/)
})

test('no token, cookie, word or query comes into the log, however closely it is kept', async () => {
  const { person, anonymous, clerk, db, logged, loggedErrors } = await world({ logLevel: 'trace' })
  const robin = await person('Robin')
  const token = robin.token({ azp: origin })
  const cookie = `__session=${token}`
  const secret = 'S3cret-of-the-moon'

  await robin.api.post(list, { title: `Title ${secret}`, description: secret }, { 'idempotency-key': secret })
  await robin.api.patch(`${list}/1`, { description: `More ${secret}` })
  await robin.api.get(`${list}?status=todo&signature=${secret}`)
  await robin.api.get(`/api/v1/workspaces/${secret}/issues`)
  await robin.api.get(`/${secret}`)
  await robin.api.post(list, `{"title": ${secret}`)
  await anonymous.get('/api/issues', { cookie, 'x-request-id': secret, 'user-agent': secret })
  await anonymous.get('/api/v1/me', { authorization: `Bearer ${secret}` })
  await anonymous.get('/metrics', { authorization: `Bearer ${secret}` })
  await db.pool.query('alter table issue_labels rename to mislaid')
  try {
    await robin.api.post('/api/issue', { title: `Broken ${secret}` })
    await robin.api.get(`/api/issues?secret=${secret}`)
  } finally {
    await db.pool.query('alter table mislaid rename to issue_labels')
  }

  expect(logged.length).toBe(11)
  const log = logged.join('')
  for (const private_ of [secret, token, token.split('.')[2] ?? '', clerk.secretKey, 'Bearer', '__session'])
    expect(log).not.toContain(private_)
  expect(loggedErrors.splice(0).length).toBeGreaterThan(0)
})
