import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const moon = { name: 'Moon base', slug: 'moon-base', key: 'MOON' }
const path = '/api/v1/workspaces/moon-base'

test('whoever creates a workspace is its admin, and its issues carry its key', async () => {
  const { person } = await world()
  const { api, userId } = await person('Robin')

  const created = await api.post('/api/v1/workspaces', moon)
  expect(created).toMatchObject({ status: 201, body: { ...moon, visibility: 'members', role: 'admin' } })
  expect((await api.get(path)).body).toEqual(created.body)
  expect(await api.get(`${path}/members`)).toMatchObject({
    body: { data: [{ user: { id: userId }, role: 'admin' }] },
  })
  expect(await api.get(`${path}/labels`)).toMatchObject({
    body: { data: [{ name: 'bug' }, { name: 'documentation' }, { name: 'feature' }] },
  })
  expect(await api.post(`${path}/issues`, { title: 'Airlock' })).toMatchObject({
    body: { reference: 'MOON-1' },
  })
})

test('an address is taken once', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/v1/workspaces', moon)

  expect(await sam.api.post('/api/v1/workspaces', { ...moon, name: 'Other', key: 'OTHER' })).toEqual(
    problem('conflict', /“moon-base” is taken/),
  )
  expect(await sam.api.post('/api/v1/workspaces', { ...moon, slug: 'home' })).toEqual(problem('conflict'))
  expect(await sam.api.post('/api/v1/workspaces', { ...moon, slug: 'moon' })).toMatchObject({ status: 201 })
})

test('a workspace is renamed, opened and closed', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/v1/workspaces', moon)
  await robin.api.post(`${path}/issues`, { title: 'Airlock' })
  expect(await sam.api.get(path)).toEqual(problem('not_found'))

  expect(await robin.api.patch(path, { name: 'Moon base 2' })).toMatchObject({
    status: 200,
    body: { name: 'Moon base 2', visibility: 'members', role: 'admin' },
  })
  await robin.api.patch(path, { visibility: 'public' })
  expect(await sam.api.get(path)).toMatchObject({
    status: 200,
    body: { name: 'Moon base 2', role: 'member' },
  })
  expect(await sam.api.post(`${path}/issues`, { title: 'Dust' })).toMatchObject({ status: 201 })

  await robin.api.patch(path, { visibility: 'members' })
  expect(await sam.api.get(`${path}/issues/1`)).toEqual(problem('not_found'))
  expect(
    await sam.api.patch(`${path}/issues/2`, { title: 'My own dust' }),
    'an author has to be let in',
  ).toEqual(problem('not_found'))
})

test('everybody finds home among their workspaces, and others only their own', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/v1/workspaces', moon)

  expect(await robin.api.get('/api/v1/workspaces')).toMatchObject({
    body: {
      data: [
        { slug: 'home', role: 'member' },
        { slug: 'moon-base', role: 'admin' },
      ],
    },
  })
  expect((await sam.api.get('/api/v1/workspaces')).body).toMatchObject({ data: [{ slug: 'home' }] })
})

test('a label is made once, and can then be given', async () => {
  const { personWith } = await world()
  const { api } = await personWith('triager')
  const label = { name: 'needs design', color: '#5319e7' }

  expect(await api.post(`${home}/labels`, { ...label, name: ' needs design ' })).toMatchObject({
    status: 201,
    body: label,
  })
  expect(await api.post(`${home}/labels`, label)).toEqual(problem('conflict', /“needs design”/))
  expect(await api.post(`${home}/issues`, { title: 'Airlock', labels: ['needs design'] })).toMatchObject({
    status: 201,
    body: { labels: ['needs design'] },
  })
  expect(await api.get(`${home}/labels`)).toMatchObject({
    body: { data: expect.arrayContaining([expect.objectContaining(label)]) },
  })
})

test('a label of one workspace cannot be given in another', async () => {
  const { person } = await world()
  const { api } = await person('Robin')
  await api.post('/api/v1/workspaces', moon)
  await api.post(`${path}/labels`, { name: 'airless', color: '#000000' })

  expect(await api.post(`${home}/issues`, { title: 'Airlock', labels: ['airless'] })).toEqual(
    problem('invalid', /“airless”/),
  )
})

test('an admin gives roles and takes them back, and they count at once', async () => {
  const { person, personWith } = await world()
  const admin = await personWith('admin')
  const sam = await person('Sam')
  const label = (name: string) => sam.api.post(`${home}/labels`, { name, color: '#000000' })
  expect(await label('one')).toEqual(problem('forbidden'))

  const given = await admin.api.put(`${home}/members/${sam.userId}`, { role: 'triager' })
  expect(given).toMatchObject({ status: 200, body: { user: { id: sam.userId }, role: 'triager' } })
  expect(await label('one')).toMatchObject({ status: 201 })

  expect(await admin.api.delete(`${home}/members/${sam.userId}`)).toMatchObject({ status: 204 })
  expect(await label('two')).toEqual(problem('forbidden'))
  expect(await admin.api.delete(`${home}/members/${sam.userId}`)).toEqual(problem('not_found'))
  expect(await sam.api.get(home), 'home stays open to everybody').toMatchObject({ body: { role: 'member' } })
})

test('nobody raises themselves', async () => {
  const { personWith } = await world()
  for (const role of ['member', 'triager'] as const) {
    const { api, userId } = await personWith(role)
    expect(await api.put(`${home}/members/${userId}`, { role: 'admin' })).toEqual(problem('forbidden'))
  }
})

test('an admin whose account is closed does not count as another one', async () => {
  const { db, personWith } = await world()
  const admin = await personWith('admin')
  const closed = await personWith('admin', 'Closed')
  await db.prisma.user.update({ where: { id: closed.userId }, data: { refusedAt: new Date() } })

  const left = await admin.api.delete(`/api/v1/workspaces/home/members/${admin.userId}`)

  expect(left).toEqual(problem('conflict', /last admin/))
})

test('the last admin can neither leave nor be demoted', async () => {
  const { person, personWith } = await world()
  const admin = await personWith('admin')
  const sam = await person('Sam')
  const self = `${home}/members/${admin.userId}`

  expect(await admin.api.put(self, { role: 'triager' })).toEqual(problem('conflict', /last admin/))
  expect(await admin.api.delete(self)).toEqual(problem('conflict', /last admin/))
  expect(await admin.api.put(self, { role: 'admin' }), 'no change').toMatchObject({ status: 200 })

  await admin.api.put(`${home}/members/${sam.userId}`, { role: 'admin' })
  expect(await admin.api.delete(self)).toMatchObject({ status: 204 })
  expect(await sam.api.delete(`${home}/members/${sam.userId}`)).toEqual(problem('conflict'))
})

test('what changes in a workspace is recorded, and what does not is not', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/v1/workspaces', moon)
  await robin.api.patch(path, { name: 'Moon base 2' })
  await robin.api.patch(path, { name: 'Moon base 2' })
  await robin.api.put(`${path}/members/${sam.userId}`, { role: 'member' })
  await robin.api.put(`${path}/members/${sam.userId}`, { role: 'member' })
  await robin.api.post(`${path}/labels`, { name: 'airless', color: '#000000' })
  await sam.api.delete(`${path}/members/${sam.userId}`)

  const events = await db.prisma.event.findMany({
    orderBy: { id: 'asc' },
    select: { type: true, actorId: true },
  })
  expect(events).toEqual([
    { type: 'workspace.created', actorId: robin.userId },
    { type: 'workspace.changed', actorId: robin.userId },
    { type: 'member.role-granted', actorId: robin.userId },
    { type: 'label.created', actorId: robin.userId },
    { type: 'member.removed', actorId: sam.userId },
  ])
})
