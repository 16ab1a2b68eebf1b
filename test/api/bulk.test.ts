import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

/** Three issues: the first by Sam, a member, the others by Tia, who triages. */
async function scene() {
  const here = await world()
  const tia = await here.personWith('triager', 'Tia')
  const sam = await here.personWith('member', 'Sam')
  await sam.api.post(list, { title: 'First', labels: ['bug'] })
  await tia.api.post(list, { title: 'Second', labels: ['feature'] })
  await tia.api.post(list, { title: 'Third', status: 'done' })
  return { ...here, tia, sam }
}

test('many issues are changed at once, each with an event of its own', async () => {
  const { tia } = await scene()
  const change = { status: 'done', priority: 'low', addLabels: ['documentation'], removeLabels: ['bug'] }

  expect(await tia.api.patch(list, { numbers: [3, 1, 2], change })).toMatchObject({
    status: 200,
    body: {
      data: [
        { number: 3, status: 'changed', problem: null },
        { number: 1, status: 'changed' },
        { number: 2, status: 'changed' },
      ],
    },
  })

  const { body } = await tia.api.get(list)
  expect(body).toMatchObject({
    data: [
      { number: 3, status: 'done', priority: 'low', labels: ['documentation'], version: 2 },
      { number: 2, status: 'done', priority: 'low', labels: ['documentation', 'feature'] },
      { number: 1, status: 'done', priority: 'low', labels: ['documentation'] },
    ],
  })
  expect(await tia.api.get(`${list}/1/history`)).toMatchObject({
    body: {
      data: [
        { type: 'issue.created' },
        { type: 'issue.changed', changes: { labels: { before: ['bug'], after: ['documentation'] } } },
      ],
    },
  })
})

test('what is refused for one issue is done for the others, and what changes nothing is told', async () => {
  const { sam, tia } = await scene()
  await tia.api.delete(`${list}/3`)
  await tia.api.post(list, { title: 'Spam' })
  await tia.api.patch(`${list}/4`, { hidden: true })
  await sam.api.post(list, { title: 'Done already', status: 'done' })

  expect(
    await sam.api.patch(list, { numbers: [1, 2, 3, 4, 5, 99], change: { status: 'done' } }),
  ).toMatchObject({
    status: 200,
    body: {
      data: [
        { number: 1, status: 'changed', problem: null },
        {
          number: 2,
          status: 'refused',
          problem: {
            code: 'forbidden',
            detail: 'Only its author, a triager, or an admin may change its status.',
          },
        },
        ...[3, 4].map((number) => ({ number, status: 'refused', problem: { code: 'not_found' } })),
        { number: 5, status: 'unchanged', problem: null },
        { number: 99, status: 'refused', problem: { code: 'not_found' } },
      ],
    },
  })
  expect(await tia.api.get(`${list}/1`)).toMatchObject({ body: { status: 'done' } })
  expect(await tia.api.get(`${list}/2`)).toMatchObject({ body: { status: 'backlog' } })
})

test('a label too many, or one that is not there, is refused for its issue alone', async () => {
  const { tia, db } = await scene()
  const names = Array.from({ length: 20 }, (_, n) => `label-${String(n).padStart(2, '0')}`)
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.label.createMany({
    data: names.map((name, n) => ({
      workspaceId,
      name,
      color: '#000000',
      id: `0193f2a0-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`,
    })),
  })
  await tia.api.patch(`${list}/2`, { labels: names })

  expect(
    await tia.api.patch(list, { numbers: [1, 2], change: { addLabels: ['bug', 'feature'] } }),
  ).toMatchObject({
    body: {
      data: [
        { status: 'changed' },
        { status: 'refused', problem: { code: 'invalid', detail: expect.stringMatching(/at most 20/) } },
      ],
    },
  })
  expect(await tia.api.patch(list, { numbers: [1], change: { addLabels: ['nowhere'] } })).toMatchObject({
    body: { data: [{ status: 'refused', problem: { code: 'invalid' } }] },
  })
})

test('what would be wrong for every issue is refused as a whole', async () => {
  const { sam, person } = await scene()
  const change = { status: 'done' }

  for (const [why, body] of [
    ['no issue', { numbers: [], change }],
    ['one twice', { numbers: [1, 1], change }],
    ['too many', { numbers: Array.from({ length: 101 }, (_, n) => n + 1), change }],
    ['no change', { numbers: [1], change: {} }],
    ['a title for all', { numbers: [1], change: { title: 'The same' } }],
    ['labels and more labels', { numbers: [1], change: { labels: [], addLabels: ['bug'] } }],
    ['one label both ways', { numbers: [1], change: { addLabels: ['bug'], removeLabels: ['bug'] } }],
    ['an author', { numbers: [1], change, author: 'me' }],
  ] as const)
    expect(await sam.api.patch(list, body), why).toEqual(problem('invalid'))
  expect(await sam.api.get(`${list}/1`)).toMatchObject({ body: { status: 'backlog', version: 1 } })

  await sam.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  await sam.api.post('/api/v1/workspaces/crew/issues', { title: 'Secret' })
  const eve = await person('Eve')
  expect(await eve.api.patch('/api/v1/workspaces/crew/issues', { numbers: [1], change })).toEqual(
    problem('not_found'),
  )
})

test('a hundred issues are changed in one request', async () => {
  const { tia } = await scene()
  for (let n = 4; n <= 100; n += 1) await tia.api.post(list, { title: `Issue ${n}` })
  const numbers = Array.from({ length: 100 }, (_, n) => n + 1)

  const { body } = await tia.api.patch(list, { numbers, change: { locked: true } })

  expect(body).toEqual({ data: numbers.map((number) => ({ number, status: 'changed', problem: null })) })
})
