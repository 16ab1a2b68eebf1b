import { expect, test } from 'vitest'
import { CreatedApiKey } from '#shared/identity/schema.ts'
import type { Scope } from '#shared/identity/schema.ts'
import { problem } from '#test/problems.ts'
import { secondProcess } from '#test/second-process.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const keys = '/api/v1/account/api-keys'
const home = '/api/v1/workspaces/home'
const day = 24 * 60 * 60_000

async function keyOf(robin: Person, ...scopes: Scope[]): Promise<CreatedApiKey> {
  const { status, body } = await robin.api.post(keys, { name: 'Robot', scopes })
  expect(status).toBe(201)
  return CreatedApiKey.parse(body)
}

/** Calls the API with a key. */
function using({ anonymous }: World, secret: string) {
  const headers = { authorization: `Bearer ${secret}` }
  return {
    get: (path: string) => anonymous.get(path, headers),
    send: (method: string, path: string, body?: unknown) => anonymous.send(method, path, body, headers),
  }
}

test('somebody who has signed in makes a key, whose secret is shown once, and which acts as them', async () => {
  const here = await world()
  const robin = await here.personWith('member', 'Robin')

  const { body, status } = await robin.api.post(keys, {
    name: ' Nightly robot ',
    scopes: ['issues:write'],
    expiresInDays: 30,
  })
  const { secret, ...key } = CreatedApiKey.parse(body)

  expect(status).toBe(201)
  expect(key).toMatchObject({ name: 'Nightly robot', scopes: ['issues:write'], lastUsedAt: null })
  expect(Date.parse(String(key.expiresAt)) - Date.now()).toBeGreaterThan(29.9 * day)
  expect(Date.parse(String(key.expiresAt)) - Date.now()).toBeLessThan(30.1 * day)
  const listed = await robin.api.get(keys)
  expect(listed.body).toEqual({ data: [key] })
  expect(JSON.stringify(listed.body)).not.toContain(secret)
  expect(await using(here, secret).send('POST', `${home}/issues`, { title: 'By a robot' })).toMatchObject({
    status: 201,
    body: { author: { id: robin.userId } },
  })
})

test('what happens to keys is recorded, without the secret', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const key = await keyOf(robin, 'issues:read', 'issues:write', 'issues:read')
  await robin.api.delete(`${keys}/${key.id}`)

  const events = await here.db.prisma.event.findMany({
    where: { actorId: robin.userId },
    orderBy: { id: 'asc' },
    select: { type: true, workspaceId: true, changes: true },
  })
  expect(events).toEqual([
    {
      type: 'account.api-key-created',
      workspaceId: null,
      changes: {
        id: { before: null, after: key.id },
        name: { before: null, after: 'Robot' },
        scopes: { before: null, after: ['issues:read', 'issues:write'] },
      },
    },
    {
      type: 'account.api-key-revoked',
      workspaceId: null,
      changes: { id: { before: key.id, after: null } },
    },
  ])
})

/** One thing to do for each scope, with what it needs to be there. */
const deeds: Record<Scope, readonly [method: string, path: string, body?: object]> = {
  'issues:read': ['GET', `${home}/issues/1`],
  'issues:write': ['POST', `${home}/issues`, { title: 'Another one' }],
  admin: ['PATCH', home, { name: 'Our home' }],
}

test.each([
  { given: [], may: [] },
  { given: ['issues:read'], may: ['issues:read'] },
  { given: ['issues:write'], may: ['issues:read', 'issues:write'] },
  { given: ['admin'], may: ['issues:read', 'issues:write', 'admin'] },
] satisfies { given: Scope[]; may: Scope[] }[])(
  'a key of an admin with $given may do what needs $may, and is told what it lacks',
  async ({ given, may }) => {
    const here = await world()
    const robin = await here.personWith('admin', 'Robin')
    await robin.api.post(`${home}/issues`, { title: 'As it was' })
    const secret = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: [...given, 'unheard:of'] })

    for (const [scope, [method, path, body]] of Object.entries(deeds)) {
      const answer = await using(here, secret).send(method, path, body)
      if ((may as string[]).includes(scope)) expect(answer.status, scope).toBeLessThan(300)
      else expect(answer, scope).toEqual(problem('forbidden', new RegExp(`scope “${scope}”`)))
    }
  },
)

test('a key can do no more than the person it belongs to', async () => {
  const here = await world()
  const robin = await here.personWith('member', 'Robin')
  const { secret } = await keyOf(robin, 'admin')

  expect(await using(here, secret).send('PATCH', home, { name: 'Mine' })).toEqual(
    problem('forbidden', /^Only an admin may/),
  )
})

test('whoever may not do something at all is told so, and not to make a mightier key', async () => {
  const here = await world()
  const robin = await here.personWith('member', 'Robin')
  const { secret } = await keyOf(robin, 'issues:write')

  expect(
    await using(here, secret).send('POST', `${home}/labels`, { name: 'mine', color: '#d73a4a' }),
  ).toEqual(problem('forbidden', /^Only a triager or an admin may/))
})

test('a key that lacks every scope learns nothing of a workspace that its owner cannot see', async () => {
  const here = await world()
  const founder = await here.person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const robin = await here.person('Robin')
  const secret = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: [] })

  const there = await using(here, secret).get('/api/v1/workspaces/crew/issues')
  const nowhere = await using(here, secret).get('/api/v1/workspaces/nowhere/issues')

  expect(there).toEqual(problem('not_found'))
  expect(nowhere).toMatchObject({ body: { detail: (there.body as { detail: string }).detail } })
})

test('a key makes, lists and revokes no keys, and does not erase accounts', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const { id, secret } = await keyOf(robin, 'admin')
  const { get, send } = using(here, secret)

  expect(await send('POST', keys, { name: 'Twin', scopes: ['admin'] })).toEqual(
    problem('forbidden', /signed in/),
  )
  expect(await get(keys)).toEqual(problem('forbidden', /signed in/))
  expect(await send('DELETE', `${keys}/${id}`)).toEqual(problem('forbidden', /signed in/))
  expect(await send('DELETE', '/api/v1/account', { confirm: 'erase my account' })).toEqual(
    problem('forbidden', /signed in/),
  )
  expect((await robin.api.get(keys)).body).toMatchObject({ data: [{ id }] })
})

test('a revoked key is refused at once, by processes that have just believed it as well', async () => {
  const here = await world()
  const other = secondProcess(here)
  const robin = await here.person('Robin')
  const { id, secret } = await keyOf(robin, 'issues:read')
  const bearer = { authorization: `Bearer ${secret}` }
  expect(await other.api.get(`${home}/issues`, bearer)).toMatchObject({ status: 200 })
  expect(await using(here, secret).get(`${home}/issues`)).toMatchObject({ status: 200 })

  expect(await robin.api.delete(`${keys}/${id}`)).toMatchObject({ status: 204 })

  expect(await using(here, secret).get(`${home}/issues`)).toEqual(problem('unauthenticated', /revoked/))
  expect(await other.api.get(`${home}/issues`, bearer)).toEqual(problem('unauthenticated', /revoked/))
  here.advance(60_000)
  expect(await other.api.get(`${home}/issues`, bearer)).toEqual(problem('unauthenticated', /revoked/))
  expect((await robin.api.get(keys)).body).toEqual({ data: [] })
  expect(await robin.api.delete(`${keys}/${id}`)).toEqual(problem('not_found'))
})

test('another one’s key is neither seen nor revoked', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  const { id, secret } = await keyOf(robin, 'issues:read')

  expect((await sam.api.get(keys)).body).toEqual({ data: [] })
  expect(await sam.api.delete(`${keys}/${id}`)).toEqual(problem('not_found'))
  expect(await using(here, secret).get(`${home}/issues`)).toMatchObject({ status: 200 })
})

test('an id that would lead elsewhere at Clerk is not passed on', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  for (const id of ['..%2Fusers%2Fuser_1', 'a%2Fb', '%00', 'x'.repeat(101)])
    expect(await robin.api.delete(`${keys}/${id}`), id).toEqual(problem('invalid'))
})

test('keys that are over, of an organization, or made up are refused, and say why', async () => {
  const here = await world()
  const { clerkId } = await here.person('Robin')
  const scopes = ['issues:read']
  const refused: [key: string, why: RegExp][] = [
    [await here.clerk.addApiKey({ subject: clerkId, scopes, revoked: true }), /revoked/],
    [await here.clerk.addApiKey({ subject: clerkId, scopes, expiration: Date.now() - 1000 }), /expired/],
    [await here.clerk.addApiKey({ subject: 'org_2fXq0v8Rk3', scopes }), /organization/],
    [`ak_${'x'.repeat(43)}`, /no such API key/],
    ['ak_short', /no such API key/],
    [`ak_${'x'.repeat(10_000)}`, /no such API key/],
    ['ak_../../v1/users/user_somebody', /no such API key/],
  ]

  for (const [key, why] of refused)
    expect(await using(here, key).get('/api/v1/me'), key.slice(0, 30)).toEqual(
      problem('unauthenticated', why),
    )
})

test('a key of somebody who is not known to Clerk any more is refused', async () => {
  const here = await world()
  const secret = await here.clerk.addApiKey({ subject: 'user_gone', scopes: ['issues:read'] })

  expect(await using(here, secret).get('/api/v1/me')).toEqual(problem('unauthenticated'))
})

test('a key ends when its time is over, though it has just been believed', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const expiration = Date.now() + 10_000
  const secret = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['issues:read'], expiration })
  expect(await using(here, secret).get('/api/v1/me')).toMatchObject({ status: 200 })
  await here.clerk.disappear()

  here.advance(11_000)

  expect(await using(here, secret).get('/api/v1/me'), 'Clerk has to be asked again').toEqual(
    problem('unavailable'),
  )
})

test('Clerk is asked about a key once in a while, however many requests there are, a made-up one too', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const good = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['issues:read'] })
  const nonsense = `ak_${'x'.repeat(43)}`
  const eightTimes = (secret: string) =>
    Promise.all(Array.from({ length: 8 }, () => using(here, secret).get('/api/v1/me')))
  const before = here.clerk.keyRequests()

  const statuses = [await eightTimes(good), await eightTimes(good), await eightTimes(nonsense)]
    .flat()
    .map(({ status }) => status)

  expect(statuses).toEqual([
    ...Array.from({ length: 16 }, () => 200),
    ...Array.from({ length: 8 }, () => 401),
  ])
  expect(here.clerk.keyRequests() - before).toBe(2)
  here.advance(31_000)
  await eightTimes(good)
  expect(here.clerk.keyRequests() - before).toBe(3)
})

test('whoever makes up keys is stopped before Clerk is, and holds up nobody whose key is known', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const key = () => here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['issues:read'] })
  const [known, fresh] = [await key(), await key()]
  await using(here, known).get('/api/v1/me')
  const before = here.clerk.keyRequests()
  const madeUp = Array.from({ length: 130 }, (_, at) => `ak_${String(at).padStart(43, 'x')}`)

  const answers = await Promise.all(madeUp.map((secret) => using(here, secret).get('/api/v1/me')))

  expect(answers.filter(({ status }) => status === 401)).toHaveLength(100)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(30)
  expect(here.clerk.keyRequests() - before).toBe(100)
  here.advance(31_000)
  expect(await using(here, known).get('/api/v1/me')).toMatchObject({ status: 200 })
  const held = await using(here, fresh).get('/api/v1/me')
  expect(held).toEqual(problem('too_many'))
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('while Clerk is away a known key works for a moment, and others are asked to come back', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const [known, unknown] = [await keyOf(robin, 'issues:read'), await keyOf(robin, 'issues:read')]
  await using(here, known.secret).get('/api/v1/me')
  await here.clerk.disappear()

  expect(await using(here, known.secret).get('/api/v1/me')).toMatchObject({ status: 200 })
  expect(await using(here, unknown.secret).get('/api/v1/me')).toEqual(problem('unavailable'))
  expect(await robin.api.post(keys, { name: 'Robot', scopes: ['admin'] })).toEqual(problem('unavailable'))
  here.advance(31_000)
  expect(await using(here, known.secret).get('/api/v1/me')).toEqual(problem('unavailable'))
  await here.clerk.comeBack()
  expect(
    await using(here, unknown.secret).get('/api/v1/me'),
    'nothing of the outage is remembered',
  ).toMatchObject({ status: 200 })
})

test('a key is made with scopes that there are, for a time that ends, and not without end', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const refused = [
    { name: 'Robot', scopes: [] },
    { name: 'Robot', scopes: ['everything'] },
    { name: 'Robot' },
    { name: '  ', scopes: ['admin'] },
    { name: 'Robot', scopes: ['admin'], expiresInDays: 0 },
    { name: 'Robot', scopes: ['admin'], expiresInDays: 366 },
    { name: 'Robot', scopes: ['admin'], expiresInDays: null },
    { name: 'Robot', scopes: ['admin'], subject: 'user_somebody' },
  ]

  for (const body of refused)
    expect(await robin.api.post(keys, body), JSON.stringify(body)).toEqual(problem('invalid'))
  const said = await robin.api.post(keys, { name: '', scopes: [], expiresInDays: 366 })
  expect(said.body).toMatchObject({
    errors: [
      { path: 'name', message: 'This has to have at least 1 character.' },
      { path: 'scopes', message: 'This has to have at least 1 entry.' },
      { path: 'expiresInDays', message: 'This has to be at most 365.' },
    ],
  })
  expect((await robin.api.get(keys)).body).toEqual({ data: [] })
})

test('nobody has more than 20 keys', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  for (let made = 0; made < 20; made++)
    await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['issues:read'] })

  expect(await robin.api.post(keys, { name: 'One more', scopes: ['issues:read'] })).toEqual(
    problem('conflict', /Revoke one/),
  )
})

test('the article’s routes take a key too, within its scopes', async () => {
  const here = await world()
  const robin = await here.personWith('member', 'Robin')
  const { secret } = await keyOf(robin, 'issues:read')
  const { get, send } = using(here, secret)

  expect(await get('/api/issues')).toMatchObject({ status: 200 })
  expect(await send('POST', '/api/issue', { title: 'By a robot' })).toMatchObject({
    status: 403,
    body: { status: 'FAILED', message: expect.stringContaining('issues:write') },
  })
})
