import { expect, test } from 'vitest'
import type { Answer } from '#test/api-client.ts'
import { failed } from '#test/problems.ts'
import { stateOf } from '#test/state.ts'
import { origin, world } from '#test/world.ts'

const words = { title: 'Login loops', description: 'On Safari.', status: 'todo', label: 'feature' }

test('the author is never taken from the body', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')

  expect(await robin.api.post('/api/issue', { ...words, author: sam.clerkId })).toEqual(failed(403))
  expect(await db.prisma.issue.count()).toBe(0)
  expect(await robin.api.post('/api/issue', { ...words, author: robin.clerkId })).toMatchObject({
    status: 201,
  })
  expect(await robin.api.patch('/api/issue/1', { author: sam.clerkId })).toEqual(failed(403))
  expect(await robin.api.patch('/api/issue/1', { id: 2 })).toEqual(failed(400))
  expect(await robin.api.get('/api/issue/1')).toMatchObject({ body: { data: { author: robin.clerkId } } })
})

test('401 is for who is not signed in, 403 for who may not', async () => {
  const { person, anonymous, db } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/issue', words)
  const before = await stateOf(db)
  const theirs = { id: 1, ...words, title: 'Mine now', author: robin.clerkId }

  expect(await anonymous.get('/api/issues')).toEqual(failed(401))
  expect(await anonymous.post('/api/issue', words)).toEqual(failed(401))
  expect(await anonymous.patch('/api/issue/1', words)).toEqual(failed(401))
  expect(await anonymous.delete('/api/issue/1')).toEqual(failed(401))
  expect(await anonymous.get('/api/user/me')).toEqual(failed(401))
  expect(await sam.api.patch('/api/issue/1', theirs)).toEqual(failed(403))
  expect(await sam.api.patch('/api/issue/1', { status: 'done' })).toEqual(failed(403))
  expect(await sam.api.delete('/api/issue/1')).toEqual(failed(403))
  expect(await stateOf(db)).toEqual(before)
})

test('limits are checked, and nothing of the database is shown', async () => {
  const { person, db } = await world()
  const { api } = await person('Robin')
  await api.post('/api/issue', words)
  const before = await stateOf(db)
  const wrong = [
    { title: 'ab' },
    { title: 'x'.repeat(101) },
    { title: `x'); drop table issues; --`, label: 'nonsense' },
    { title: 'NUL\0' },
    { description: 'x'.repeat(20_001) },
    { status: 'canceled' },
    { status: 'closed' },
    { label: 'nonsense' },
    { label: null },
    { authorId: 'x' },
  ]

  for (const fields of wrong) {
    expect(await api.post('/api/issue', { ...words, ...fields }), JSON.stringify(fields)).toEqual(failed(400))
    expect(await api.patch('/api/issue/1', fields), JSON.stringify(fields)).toEqual(failed(400))
  }
  for (const id of ['0', '-1', 'abc', '2147483648', '1e0', '%00'])
    expect(await api.get(`/api/issue/${id}`), id).toEqual(failed(400))
  for (const body of ['', '{', 'null', '[]', '7'])
    expect(await api.send('POST', '/api/issue', body, { 'content-type': 'application/json' }), body).toEqual(
      failed(400),
    )
  expect(await api.send('POST', '/api/issue', 'title=abc', { 'content-type': 'text/plain' })).toEqual(
    failed(400),
  )
  expect(await api.patch('/api/issue/1')).toEqual(failed(400))
  expect(await api.post('/api/issue', { ...words, description: 'x'.repeat(300_000) })).toEqual(failed(413))
  expect(await api.put('/api/issue/1', words)).toEqual(failed(404))
  expect(await stateOf(db)).toEqual(before)
})

test('“documentation”, and every label and status of the article, fits', async () => {
  const { person } = await world()
  const { api } = await person('Robin')

  for (const label of ['bug', 'feature', 'documentation'])
    expect(await api.post('/api/issue', { ...words, label })).toMatchObject({
      status: 201,
      body: { data: { label } },
    })
  for (const status of ['backlog', 'todo', 'inprogress', 'done'])
    expect(await api.post('/api/issue', { ...words, status })).toMatchObject({
      status: 201,
      body: { data: { status } },
    })
})

test('what the article has no word for survives its clients', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const one = '/api/v1/workspaces/home/issues/1'
  await robin.api.post('/api/v1/workspaces/home/issues', {
    title: 'Three labels',
    status: 'canceled',
    labels: ['bug', 'documentation', 'feature'],
  })
  const { body } = await robin.api.get('/api/issue/1')
  const shown = (body as { data: object }).data // proven above
  expect(shown).toMatchObject({ status: 'done', label: 'bug' })

  await robin.api.patch('/api/issue/1', { ...shown, title: 'Still three labels' })
  expect(await robin.api.get(one)).toMatchObject({
    body: { title: 'Still three labels', status: 'canceled', labels: ['bug', 'documentation', 'feature'] },
  })
})

test('the list has pages of 100, and leads through all of them', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  const now = new Date()
  await db.prisma.issue.createMany({
    data: Array.from({ length: 201 }, (_, i) => ({
      workspaceId,
      number: i + 1,
      title: `Issue ${i + 1}`,
      description: '',
      status: 'backlog' as const,
      authorId: robin.userId,
      createdAt: now,
      updatedAt: now,
    })),
  })
  const pages: number[][] = []
  let path: string | undefined = '/api/issues'
  while (path !== undefined) {
    const answer: Answer = await robin.api.get(path)
    pages.push((answer.body as { id: number }[]).map(({ id }) => id)) // proven above
    path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
  }

  expect(pages.map(({ length }) => length)).toEqual([100, 100, 1])
  expect(pages.flat()).toEqual(Array.from({ length: 201 }, (_, i) => 201 - i))
  expect(await robin.api.get('/api/issues?cursor=nonsense')).toEqual(failed(400))
})

test('a list of many authors makes no call to Clerk', async () => {
  const { person, clerk } = await world()
  for (const name of ['Robin', 'Sam', 'Kim']) await (await person(name)).api.post('/api/issue', words)
  const reader = await person('Reader')
  const before = clerk.profileRequests()

  expect(await reader.api.get('/api/issues')).toMatchObject({ status: 200, body: [{}, {}, {}] })
  expect(clerk.profileRequests()).toBe(before)
})

test('a change that races with the deletion is made before it or not at all', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  for (let round = 1; round <= 5; round++) {
    await robin.api.post('/api/issue', words)
    const [changed] = await Promise.all([
      robin.api.patch(`/api/issue/${round}`, { title: 'Changed meanwhile' }),
      robin.api.delete(`/api/issue/${round}`),
    ])

    expect([200, 404]).toContain(changed.status)
    expect(await robin.api.get(`/api/issue/${round}`)).toEqual(failed(404))
    const { title, deletedAt } = await db.prisma.issue.findFirstOrThrow({ where: { number: round } })
    expect(title).toBe(changed.status === 200 ? 'Changed meanwhile' : words.title)
    expect(deletedAt).not.toBeNull()
  }
})

test('two changes of the label at once do not undo each other unseen', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post('/api/issue', words)

  const answers = await Promise.all(
    ['bug', 'documentation'].map((label) => api.patch('/api/issue/1', { label })),
  )

  const made = answers.filter(({ status }) => status === 200)
  expect(answers.filter(({ status }) => status === 412).length + made.length).toBe(2)
  expect(made.length).toBeGreaterThan(0)
})

test('this door alone takes Clerk’s cookie, and changes only from our own pages', async () => {
  const { person, anonymous } = await world()
  const robin = await person('Robin')
  const cookie = () => `__session=${robin.token({ azp: origin })}`

  expect(await anonymous.get('/api/issues', { cookie: cookie() })).toMatchObject({ status: 200 })
  expect(await anonymous.post('/api/issue', words, { cookie: cookie(), origin })).toMatchObject({
    status: 201,
  })
  expect(await anonymous.post('/api/issue', words, { cookie: cookie() })).toEqual(failed(403))
  for (const foreign of ['https://evil.example', 'null', `${origin}.evil.example`, '']) {
    expect(await anonymous.post('/api/issue', words, { cookie: cookie(), origin: foreign })).toEqual(
      failed(403),
    )
    expect(await anonymous.patch('/api/issue/1', words, { cookie: cookie(), origin: foreign })).toEqual(
      failed(403),
    )
    expect(await anonymous.delete('/api/issue/1', { cookie: cookie(), origin: foreign })).toEqual(failed(403))
  }
  expect(await anonymous.get('/api/issues', { cookie: '__session=garbage' })).toEqual(failed(401))
  expect(await anonymous.get('/api/v1/me', { cookie: cookie(), origin })).toMatchObject({ status: 401 })
})

test('an issue of another workspace is not among the article’s', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post('/api/v1/workspaces', { name: 'Elsewhere', slug: 'elsewhere', key: 'ELSE' })
  await robin.api.post('/api/v1/workspaces/elsewhere/issues', { title: 'Not here' })

  expect(await robin.api.get('/api/issue/1')).toEqual(failed(404))
  expect(await robin.api.get('/api/issues')).toMatchObject({ status: 200, body: [] })
})
