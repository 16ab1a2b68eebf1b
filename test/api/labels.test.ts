import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const path = `${home}/labels`

interface Shown {
  id: string
  name: string
}

/** A triager, and an issue of Robin's with the label `bug`. */
async function scene() {
  const here = await world()
  const triager = await here.personWith('triager')
  const robin = await here.person('Robin')
  await robin.api.post(`${home}/issues`, { title: 'Login loops on Safari', labels: ['bug', 'feature'] })
  const listed = async () => ((await robin.api.get(path)).body as { data: Shown[] }).data // Labels: the client checks
  const idOf = async (name: string) => String((await listed()).find((label) => label.name === name)?.id)
  return { ...here, triager, robin, listed, idOf }
}

test('a label is made with a colour and what it is for', async () => {
  const { triager, listed } = await scene()
  const label = { name: 'needs design', color: '#5319e7', description: 'Somebody has to draw it' }

  const made = await triager.api.post(path, label)

  expect(made).toMatchObject({ status: 201, body: { id: expect.any(String), ...label } })
  expect(await listed()).toContainEqual(made.body)
})

test('a renamed label stays on its issues, and nothing they went through is changed', async () => {
  const { triager, robin, idOf } = await scene()
  const id = await idOf('bug')
  const { body: before } = await robin.api.get(`${home}/issues/1/history`)
  const { headers } = await robin.api.get(`${home}/issues/1`)

  expect(await triager.api.patch(`${path}/${id}`, { name: 'defect' })).toMatchObject({
    status: 200,
    body: { id, name: 'defect', color: '#d73a4a', description: '' },
  })

  const after = await robin.api.get(`${home}/issues/1`)
  expect(after).toMatchObject({ body: { labels: ['defect', 'feature'], version: 1 } })
  expect(after.headers.get('etag'), 'it looks different').not.toBe(headers.get('etag'))
  expect((await robin.api.get(`${home}/issues/1/history`)).body).toEqual(before)
  expect(await robin.api.get(`${home}/issues?label=defect`)).toMatchObject({
    body: { data: [{ number: 1 }] },
  })
  expect(await robin.api.get(`${home}/issues?label=bug`)).toMatchObject({ body: { data: [] } })
})

test('a label is changed in part, and an echo changes nothing', async () => {
  const { triager, idOf, db } = await scene()
  const id = await idOf('bug')
  await triager.api.patch(`${path}/${id}`, { color: '#000000', description: 'It is broken' })
  await triager.api.patch(`${path}/${id}`, { name: 'bug', color: '#000000', description: 'It is broken' })
  await triager.api.patch(`${path}/${id}`, {})
  await triager.api.patch(`${path}/${id}`, { description: '' })

  const events = await db.prisma.event.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })
  expect(events.map(({ type, issueNumber, changes }) => [type, issueNumber, changes])).toEqual([
    [
      'label.changed',
      null,
      {
        color: { before: '#d73a4a', after: '#000000' },
        description: { before: '', after: 'It is broken' },
      },
    ],
    ['label.changed', null, { description: { before: 'It is broken', after: '' } }],
  ])
})

test('a deleted label is taken off issues and templates, and one event tells so', async () => {
  const { triager, robin, idOf, listed, db } = await scene()
  await robin.api.post(`${home}/issues`, { title: 'Another one', labels: ['bug'] })
  const id = await idOf('bug')
  const { body: before } = await robin.api.get(`${home}/issues/1/history`)

  expect(await triager.api.delete(`${path}/${id}`)).toMatchObject({ status: 204 })

  expect(await triager.api.delete(`${path}/${id}`)).toEqual(problem('not_found', /no label/))
  expect((await listed()).map(({ name }) => name)).toEqual(['documentation', 'feature'])
  expect(await robin.api.get(`${home}/issues`)).toMatchObject({
    body: { data: [{ labels: [] }, { labels: ['feature'] }] },
  })
  expect(await robin.api.get(`${home}/templates`)).toMatchObject({ body: { data: [{ labels: [] }, {}] } })
  expect((await robin.api.get(`${home}/issues/1/history`)).body).toEqual(before)
  expect(await db.prisma.event.findMany({ where: { type: 'label.deleted' } })).toMatchObject([
    { subjectId: id, changes: { name: { before: 'bug', after: null }, issues: { before: 2, after: 0 } } },
  ])
  expect(await robin.api.post(`${home}/issues`, { title: 'A third one', labels: ['bug'] })).toEqual(
    problem('invalid', /“bug”/),
  )
})

test('two labels have two names, whatever their case', async () => {
  const { triager, idOf } = await scene()

  expect(await triager.api.post(path, { name: 'BUG', color: '#000000' })).toEqual(
    problem('conflict', /“BUG”/),
  )
  expect(await triager.api.patch(`${path}/${await idOf('feature')}`, { name: 'Bug' })).toEqual(
    problem('conflict', /“Bug”/),
  )
  expect(await triager.api.patch(`${path}/${await idOf('bug')}`, { name: 'Bug' })).toMatchObject({
    status: 200,
    body: { name: 'Bug' },
  })
  expect(await triager.api.post(path, { name: 'größe', color: '#000000' })).toMatchObject({ status: 201 })
  expect(await triager.api.post(path, { name: 'GRÖSSE', color: '#000000' })).toMatchObject({ status: 201 })
  expect(await triager.api.post(path, { name: 'GRÖßE', color: '#000000' })).toEqual(problem('conflict'))
})

test('what no label can be is refused, and nothing is changed', async () => {
  const { triager, idOf, listed } = await scene()
  const id = await idOf('bug')
  const before = await listed()
  const refused = {
    'no name': { name: ' ' },
    'two names': { name: 'one,two' },
    'two lines': { name: 'one\ntwo' },
    'a long name': { name: 'x'.repeat(41) },
    'a colour by name': { color: 'red' },
    'a long description': { description: 'x'.repeat(101) },
    'a description of two lines': { description: 'one\ntwo' },
    'something else': { priority: 'high' },
    'another id': { id: await idOf('feature') },
  }
  for (const [what, change] of Object.entries(refused))
    expect(await triager.api.patch(`${path}/${id}`, change), what).toEqual(problem('invalid'))
  expect(await triager.api.patch(`${path}/bug`, { color: '#000000' })).toEqual(problem('invalid'))
  expect(await listed()).toEqual(before)
})

test('a workspace has at most 200 labels', async () => {
  const { triager, listed, db } = await scene()
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow()
  const more = Array.from({ length: 196 }, (_, at) => ({
    workspaceId,
    id: crypto.randomUUID(),
    name: `label ${at}`,
    color: '#000000',
  }))
  await db.prisma.label.createMany({ data: more })

  const answers = await Promise.all(
    ['one', 'two', 'three'].map((name) => triager.api.post(path, { name, color: '#000000' })),
  )

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
  expect(await listed()).toHaveLength(200)
})
