import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

test('no cache keeps what only the caller may see, nor that they may not see it', async () => {
  const { person, anonymous } = await world()
  const robin = await person('Robin')
  const cookie = `__session=${robin.token({ azp: origin })}`
  const made = await robin.api.post(list, { title: 'Login loops' })

  const answers = [
    made,
    await robin.api.get('/api/v1/me'),
    await robin.api.get(`${list}/1`),
    await robin.api.get(`${list}/2`),
    await robin.api.get('/api/v1/nowhere'),
    await anonymous.get('/api/v1/me'),
    await anonymous.get('/api/issues'),
    await anonymous.get('/api/issues', { cookie }),
    await anonymous.get('/api/issue/1', { cookie }),
    await anonymous.get('/api/issue/2', { cookie }),
    await anonymous.get('/api/user/me', { cookie }),
    await anonymous.get(`/api/user/${robin.clerkId}`, { cookie }),
  ]

  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toMatch(/^(no-store|private, no-cache)$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('the page that describes the API runs its own scripts only, and in no frame', async () => {
  const { anonymous } = await world()

  for (const path of ['/api/docs', '/api/docs/swagger-ui-bundle.js']) {
    const policy = (await anonymous.get(path)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
  }
})

test('a body with thousands of faults is refused in few words', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  const answer = await robin.api.post(list, {
    title: 'Too many labels',
    labels: Array.from({ length: 50_000 }, () => ''),
  })

  expect(answer).toEqual(problem('invalid'))
  expect(JSON.stringify(answer.body).length).toBeLessThan(10_000)
})

test('names that mean something to JavaScript are unknown like others', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  for (const body of [
    '{"title":"Polluted","__proto__":{"status":"done"}}',
    '{"title":"Polluted","constructor":{"prototype":{"status":"done"}}}',
    '{"title":"Polluted","prototype":1}',
  ])
    expect(await robin.api.post(list, body), body).toEqual(problem('invalid'))
  for (const query of ['__proto__=1', 'constructor[prototype][x]=1', '__proto__[status]=done'])
    expect((await robin.api.get(`${list}?${query}`)).status, query).toBeLessThan(500)
  for (const name of ['__proto__', 'constructor', 'toString'])
    expect(await robin.api.get(`/api/docs/${name}`), name).toEqual(problem('not_found'))
  expect({}).not.toHaveProperty('status')
})

test('without signing in, the cookie of a visitor changes nothing from another site’s page', async () => {
  const { person, anonymous } = await world()
  const robin = await person('Robin')
  const cookie = `__session=${robin.token({ azp: origin })}`
  await robin.api.post(list, { title: 'Login loops' })
  const json = { cookie, 'content-type': 'application/json' }
  const forms = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']

  for (const from of [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: `${origin}.evil` },
  ])
    for (const [method, path] of [
      ['POST', '/api/issue'],
      ['PATCH', '/api/issue/1'],
      ['DELETE', '/api/issue/1'],
    ] as const) {
      const headers: Record<string, string> = { ...json, ...from, referer: `${origin}/` }
      expect((await anonymous.send(method, path, '{"title":"Hijacked"}', headers)).status).toBe(403)
    }
  for (const type of forms) {
    const answer = await anonymous.send('POST', '/api/issue', '{"title":"Hijacked"}', {
      cookie,
      origin,
      'content-type': type,
    })
    expect(answer.status, type).toBe(400)
  }
  for (const header of ['x-http-method-override', 'x-method-override', 'x-http-method'])
    await anonymous.get('/api/issue/1', { cookie, [header]: 'DELETE' })
  await anonymous.get('/api/issue/1?_method=DELETE', { cookie })

  expect((await robin.api.get(list)).body).toMatchObject({ data: [{ title: 'Login loops' }] })
})

test('another site’s page is told nothing, with or without a cookie', async () => {
  const { person, anonymous } = await world()
  const robin = await person('Robin')
  const cookie = `__session=${robin.token({ azp: origin })}`

  for (const path of ['/api/issues', '/api/user/me', '/api/v1/config'])
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const { headers } = await anonymous.send(method, path, undefined, {
        cookie,
        origin: 'https://evil.example',
        'access-control-request-method': 'DELETE',
      })
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
})
