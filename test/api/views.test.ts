import { expect, test } from 'vitest'
import { History } from '#shared/events/schema.ts'
import { IssuePage } from '#shared/issues/schema.ts'
import { SavedView, SavedViews } from '#shared/views/schema.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const list = `${home}/views`
const missing = '01900000-0000-7000-8000-000000000000'

async function save({ api }: Person, view: object): Promise<SavedView> {
  const { status, body } = await api.post(list, { name: 'Mine', query: 'is:open', ...view })
  expect(status).toBe(201)
  return SavedView.parse(body)
}

async function namesFor({ api }: Person): Promise<string[]> {
  const { body } = await api.get(list)
  return SavedViews.parse(body).data.map(({ name }) => name)
}

test('a view is kept as it was saved, and changed by its owner', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  const saved = await robin.api.post(list, {
    name: ' My  bugs ',
    query: 'is:open label:bug author:@me sort:votes',
  })
  const { id } = SavedView.parse(saved.body)
  const changed = await robin.api.patch(`${list}/${id}`, { layout: 'board', groupBy: 'status' })

  expect(saved).toMatchObject({
    body: {
      name: 'My bugs',
      query: 'is:open label:bug author:@me sort:votes',
      shared: false,
      layout: 'list',
      groupBy: null,
    },
  })
  expect(saved.headers.get('location')).toBe(`${list}/${id}`)
  expect(changed).toMatchObject({ body: { name: 'My bugs', layout: 'board', groupBy: 'status' } })
  expect((await robin.api.get(`${list}/${id}`)).body).toEqual(changed.body)
  expect(await robin.api.delete(`${list}/${id}`)).toMatchObject({ status: 204 })
  expect(await robin.api.get(`${list}/${id}`)).toEqual(problem('not_found', /view/))
})

test('the issues of a view are those of its query, and @me is whoever looks', async () => {
  const { person, personWith } = await world()
  const [robin, tracy] = [await person('Robin'), await personWith('triager')]
  await robin.api.post(`${home}/issues`, { title: 'Of Robin' })
  await tracy.api.post(`${home}/issues`, { title: 'Of Tracy' })
  await tracy.api.post(`${home}/issues`, { title: 'Done by Tracy', status: 'done' })
  const { id } = await save(tracy, { query: 'author:@me sort:created-asc', shared: true })
  const titles = async ({ api }: Person, more = '') => {
    const { body } = await api.get(`${list}/${id}/issues${more}`)
    return IssuePage.parse(body).data.map(({ title }) => title)
  }

  expect(await titles(robin)).toEqual(['Of Robin'])
  expect(await titles(tracy)).toEqual(['Of Tracy', 'Done by Tracy'])
  const { body } = await tracy.api.get(`${list}/${id}/issues?limit=1`)
  expect(await titles(tracy, `?limit=1&cursor=${IssuePage.parse(body).nextCursor}`)).toEqual([
    'Done by Tracy',
  ])
})

test('a view of one’s own is there for nobody else, not even for an admin', async () => {
  const { person, personWith } = await world()
  const [robin, admin] = [await person('Robin'), await personWith('admin')]
  const { id } = await save(robin, { name: 'Secret plan' })

  expect(await namesFor(robin)).toEqual(['Secret plan'])
  expect(await namesFor(admin)).toEqual([])
  for (const answer of [
    admin.api.get(`${list}/${id}`),
    admin.api.get(`${list}/${id}/issues`),
    admin.api.patch(`${list}/${id}`, { name: 'Mine' }),
    admin.api.delete(`${list}/${id}`),
    admin.api.get(`${list}/${missing}`),
  ])
    expect(await answer).toEqual(problem('not_found', /view/))
})

test('what is recorded of a view tells nothing of it until it is shared', async () => {
  const { db, personWith } = await world()
  const tracy = await personWith('triager')
  const { id } = await save(tracy, { name: 'Secret plan' })
  await tracy.api.patch(`${list}/${id}`, { query: 'label:bug' })
  await tracy.api.patch(`${list}/${id}`, { shared: true })
  await tracy.api.patch(`${list}/${id}`, { name: 'Open plan' })
  await tracy.api.patch(`${list}/${id}`, { name: 'Closed plan', shared: false })

  const events = await db.prisma.event.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })

  const changes = History.shape.data.element.shape.changes.array().parse(events.map((event) => event.changes))
  expect(events.map(({ type }) => type)).toEqual([
    'view.created',
    ...Array.from({ length: 4 }, () => 'view.changed'),
  ])
  expect(changes.slice(0, 2)).toEqual([{}, {}])
  expect(changes[2]).toMatchObject({
    name: { before: null, after: 'Secret plan' },
    shared: { before: null, after: true },
  })
  expect(changes[3]).toEqual({ name: { before: 'Secret plan', after: 'Open plan' } })
  expect(changes[4]).toEqual({ shared: { before: true, after: false } })
})

test('who may not share any more cannot change what they shared, but delete it', async () => {
  const { db, personWith } = await world()
  const tracy = await personWith('triager')
  const { id } = await save(tracy, { shared: true })
  await db.prisma.membership.updateMany({ where: { userId: tracy.userId }, data: { role: 'member' } })

  expect(await tracy.api.patch(`${list}/${id}`, { query: 'is:closed' })).toEqual(
    problem('forbidden', /share/),
  )
  expect(await tracy.api.delete(`${list}/${id}`)).toMatchObject({ status: 204 })
})

test('a query that is not understood is not saved', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const { id } = await save(robin, {})

  const refusal = problem('invalid', /^“lable:”: .*label:/)
  expect(await robin.api.post(list, { name: 'Bugs', query: 'lable:bug' })).toEqual(refusal)
  expect(await robin.api.patch(`${list}/${id}`, { query: 'lable:bug' })).toEqual(refusal)
  expect(await robin.api.post(list, { name: '', query: '' })).toEqual(problem('invalid', /name/))
})

test('nobody has more views than they can choose among', async () => {
  const { db, person, tracker } = await world()
  const robin = await person('Robin')
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow()
  await db.prisma.savedView.createMany({
    data: Array.from({ length: 100 }, () => ({
      workspaceId,
      id: tracker.newId(),
      ownerId: robin.userId,
      name: 'Mine',
      query: '',
      shared: false,
      layout: 'list',
      createdAt: new Date(),
      updatedAt: new Date(),
    })),
  })

  expect(await robin.api.post(list, { name: 'One more', query: '' })).toEqual(problem('conflict', /100/))
})

test('views of another workspace are not reached', async () => {
  const { person } = await world()
  const [ada, bob] = [await person('Ada'), await person('Bob')]
  await ada.api.post('/api/v1/workspaces', { name: 'Of Ada', slug: 'ada', key: 'ADA' })
  const { body } = await ada.api.post('/api/v1/workspaces/ada/views', {
    name: 'Shared',
    query: '',
    shared: true,
  })
  const { id } = SavedView.parse(body)

  for (const slug of ['ada', 'home']) {
    const at = `/api/v1/workspaces/${slug}/views/${id}`
    expect(await bob.api.get(at)).toEqual(problem('not_found', /^There is no (such workspace|view)/))
    expect(await bob.api.delete(at)).toEqual(problem('not_found', /^There is no (such workspace|view)/))
  }
  expect(await namesFor(bob)).toEqual([])
})
