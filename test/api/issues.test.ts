import { expect, test } from 'vitest'
import { purgeJob } from '#shared/issues/purge.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`
const day = 86_400_000

test('an issue that was filed can be read, and belongs to who filed it', async () => {
  const { person } = await world()
  const reporter = await person('Robin')

  const filed = await reporter.api.post(list, { title: 'Login loops on Safari', labels: ['bug'] })
  const read = await reporter.api.get(one)

  expect(filed).toMatchObject({
    status: 201,
    body: { number: 1, reference: 'SNAG-1', status: 'backlog', labels: ['bug'], version: 1, closedAt: null },
  })
  expect(filed.headers.get('location')).toBe(one)
  expect(read.body).toEqual(filed.body)
  expect(read.body).toMatchObject({ author: { id: reporter.userId, name: 'Robin Tester', guest: false } })
  expect(read.headers.get('etag')).toBe(filed.headers.get('etag'))
})

test('an issue is closed when its status says so, and opened again', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Login loops' })

  const { body: closed } = await api.patch(one, { status: 'done' })
  expect(closed).toMatchObject({ status: 'done', closedAt: expect.any(String) })
  const { closedAt } = closed as { closedAt: string } // an Issue: the client checks
  expect(await api.patch(one, { status: 'canceled' })).toMatchObject({ body: { closedAt } })
  expect(await api.patch(one, { status: 'todo' })).toMatchObject({ body: { closedAt: null } })
  expect(await api.post(list, { title: 'Filed as done', status: 'done' })).toMatchObject({
    body: { closedAt: expect.any(String) },
  })
})

test('what is sent back as it was is no change', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Login loops', labels: ['bug', 'feature'] })

  const answer = await api.patch(one, {
    title: ' Login  loops',
    status: 'backlog',
    labels: ['feature', 'bug'],
  })

  expect(answer).toMatchObject({ status: 200, body: { version: 1 } })
  expect(await api.get(`${one}/history`)).toMatchObject({ body: { data: [{ type: 'issue.created' }] } })
})

test('a change with a label there is not changes nothing of the rest', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  const filed = await api.post(list, { title: 'Login loops', labels: ['bug'] })

  expect(await api.patch(one, { title: 'Changed', labels: ['nonsense'] })).toEqual(
    problem('invalid', /“nonsense”/),
  )
  expect((await api.get(one)).body).toEqual(filed.body)
})

test('what has not changed since is not sent again', async () => {
  const { person } = await world()
  const reporter = await person('Robin')
  const filed = await reporter.api.post(list, { title: 'Login loops on Safari' })
  const etag = filed.headers.get('etag') ?? ''
  const ask = (tag: string) => reporter.api.get(one, { 'if-none-match': tag })

  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, `${etag},"other"`, '*'])
    expect(await ask(tag), tag).toMatchObject({ status: 304, body: null })
  expect((await ask(etag)).headers.get('etag')).toBe(etag)
  for (const tag of ['"other"', etag.replaceAll('"', ''), '"1"'])
    expect(await ask(tag), tag).toMatchObject({ status: 200 })

  await reporter.api.patch(one, { title: 'Login loops in Safari' })
  expect(await ask(etag)).toMatchObject({ status: 200 })
})

test('an entity tag covers everything shown, a renamed author too', async () => {
  const { person, clerk, advance } = await world()
  const { api, clerkId } = await person('Robin')
  const filed = await api.post(list, { title: 'Login loops' })
  await clerk.updateUser(clerkId, { firstName: 'Robyn' })
  advance(5 * 60_000 + 1)

  const read = await api.get(one, { 'if-none-match': filed.headers.get('etag') ?? '' })

  expect(read).toMatchObject({ status: 200, body: { version: 1, author: { name: 'Robyn Tester' } } })
  const changed = await api.patch(one, { status: 'done' }, { 'if-match': filed.headers.get('etag') ?? '' })
  expect(changed, 'for a change, only the version counts').toMatchObject({ status: 200 })
})

test('a change is made only to the version it was meant for', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  const filed = await api.post(list, { title: 'Login loops' })
  const etag = filed.headers.get('etag') ?? ''
  const titled = (title: string, tag: string) => api.patch(one, { title }, { 'if-match': tag })

  expect(await titled('Second', etag)).toMatchObject({ status: 200, body: { version: 2 } })
  expect(await titled('Third', etag)).toEqual(problem('stale', /at version 2, you sent 1/))
  expect(await titled('Third', '"2"')).toMatchObject({ status: 200, body: { version: 3 } })
  expect(await titled('Fourth', 'W/"3"')).toMatchObject({ status: 200, body: { version: 4 } })
  expect(await titled('Fifth', '*')).toMatchObject({ status: 200, body: { version: 5 } })
  expect(await titled('Fifth', '"4"'), 'even when nothing would change').toEqual(problem('stale'))
  expect(await titled('Sixth', `${etag}, "4"`)).toEqual(problem('stale', /at version 5, you sent 1, 4/))
  expect(await titled('Fifth', `${etag},"5"`), 'any of several will do').toMatchObject({ status: 200 })
  expect(await api.delete(one, { 'if-match': '"4"' })).toEqual(problem('stale'))
  expect(await api.delete(one, { 'if-match': '"5"' })).toMatchObject({ status: 204 })
})

test('who may not change an issue is told that, not that they are late', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post(list, { title: 'Login loops' })

  expect(await sam.api.patch(one, { title: 'Mine' }, { 'if-match': '"7"' })).toEqual(problem('forbidden'))
})

test('a deleted issue is gone from everywhere, and comes back as it was', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  const filed = await api.post(list, { title: 'Login loops', labels: ['bug'] })

  expect(await api.delete(one)).toMatchObject({ status: 204, body: null })
  for (const path of [one, `${one}/history`, `${one}/permissions`])
    expect(await api.get(path), path).toEqual(problem('not_found'))
  expect(await api.patch(one, { title: 'Still there?' })).toEqual(problem('not_found'))
  expect(await api.delete(one)).toEqual(problem('not_found'))
  expect(await api.get(list)).toMatchObject({ body: { data: [] } })

  const restored = await api.post(`${one}/restore`)
  expect(restored.status).toBe(200)
  expect(restored.body).toEqual(filed.body)
  expect((await api.get(one)).body).toEqual(filed.body)
  expect(await api.post(`${one}/restore`), 'it is not deleted any more').toEqual(problem('not_found'))
})

test('the number of a deleted issue is not given again', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Login loops' })
  await api.delete(one)

  expect(await api.post(list, { title: 'Another' })).toMatchObject({ body: { number: 2 } })
})

test('a deleted issue can be restored for 30 days', async () => {
  const { person, advance } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Kept' })
  await api.post(list, { title: 'Forgotten' })
  await api.delete(one)
  await api.delete(`${list}/2`)

  advance(29 * day)
  expect(await api.post(`${one}/restore`)).toMatchObject({ status: 200 })
  advance(day + 1000)
  expect(await api.post(`${list}/2/restore`)).toEqual(problem('not_found', /30 days/))
})

test('what was deleted 30 days ago is removed for good, and its words with it', async () => {
  const { person, advance, tracker, db } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Kept', description: 'Not a secret.' })
  await api.post(list, { title: 'Gone', description: 'A secret.' })
  await api.delete(`${list}/2`)
  advance(29 * day)
  await api.delete(one)
  advance(day + 1000)

  await purgeJob(tracker).run({})

  expect(await db.prisma.issue.findMany({ select: { title: true } })).toEqual([{ title: 'Kept' }])
  const events = JSON.stringify(await db.prisma.event.findMany({ select: { changes: true } }))
  expect(events).not.toContain('A secret.')
  expect(events).toContain('Not a secret.')
})

test('the history tells who did what, through which door, and what it changed', async () => {
  const { person, personWith } = await world()
  const robin = await person('Robin')
  const admin = await personWith('admin', 'Ada')
  await robin.api.post(list, { title: 'Login loops', labels: ['bug'] })
  await admin.api.patch(one, { title: 'Login loops!', status: 'done' }, { 'x-snag-door': 'web' })
  await robin.api.delete(one, { 'x-snag-door': 'discord' })
  await admin.api.post(`${one}/restore`)

  const { body } = await robin.api.get(`${one}/history`)

  expect(body).toMatchObject({
    data: [
      {
        type: 'issue.created',
        actor: { id: robin.userId },
        door: 'api',
        changes: { title: { before: null, after: 'Login loops' }, labels: { before: null, after: ['bug'] } },
      },
      {
        type: 'issue.changed',
        actor: { id: admin.userId, name: 'Ada Tester' },
        door: 'web',
        changes: {
          title: { before: 'Login loops', after: 'Login loops!' },
          status: { before: 'backlog', after: 'done' },
        },
      },
      { type: 'issue.deleted', actor: { id: robin.userId }, door: 'api', changes: {} },
      { type: 'issue.restored', actor: { id: admin.userId }, door: 'api', changes: {} },
    ],
    nextCursor: null,
  })
})

test('a history has pages', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post(list, { title: 'Login loops' })
  for (const status of ['todo', 'inprogress', 'done', 'todo']) await api.patch(one, { status })
  const seen: unknown[] = []
  let path: string | undefined = `${one}/history?limit=2`
  while (path !== undefined) {
    const { headers, body }: { headers: Headers; body: unknown } = await api.get(path)
    seen.push(...(body as { data: unknown[] }).data) // a History: the client checks
    path = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
  }

  expect(seen).toEqual(((await api.get(`${one}/history`)).body as { data: unknown[] }).data)
  expect(seen).toHaveLength(5)
})

test('what changed an issue and what reads it agree on its entity tag, whatever is shown of it', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })
  await db.prisma.issue.updateMany({
    data: { assigneeId: robin.userId, priority: 'high', votes: 3, comments: 2 },
  })

  const changed = await robin.api.patch(one, { labels: ['bug', 'feature'] })
  const read = await robin.api.get(one)

  expect(read.body).toEqual(changed.body)
  expect(read.headers.get('etag')).toBe(changed.headers.get('etag'))
  expect(read.body).toMatchObject({
    priority: 'high',
    assignee: { id: robin.userId, name: 'Robin Tester' },
    duplicateOf: null,
    locked: false,
    hidden: false,
    votes: 3,
    comments: 2,
  })
  expect(await robin.api.get(list)).toMatchObject({ body: { data: [read.body] } })
})
