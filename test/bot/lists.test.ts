import { expect, test } from 'vitest'
import { botWorld } from './setup.ts'
import type { BotWorld } from './setup.ts'

async function file({ db, tracker }: BotWorld, titles: string[]): Promise<void> {
  const workspace = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  const author = await db.prisma.user.findFirstOrThrow({ where: { name: 'Ada' } })
  const first = workspace.lastIssueNumber + 1
  await db.prisma.issue.createMany({
    data: titles.map((title, index) => ({
      workspaceId: workspace.id,
      number: first + index,
      title,
      description: '',
      status: title.startsWith('Old') ? ('done' as const) : ('backlog' as const),
      authorId: author.id,
      createdAt: tracker.clock(),
      updatedAt: tracker.clock(),
    })),
  })
  await db.prisma.workspace.update({
    where: { id: workspace.id },
    data: { lastIssueNumber: { increment: titles.length } },
  })
}

const numbersIn = (text: string) =>
  [...text.matchAll(/\*\*MOON-(\d+)\*\*/g)].map(([, number]) => Number(number))

test('a list turns its pages both ways, and says where it ends', async () => {
  const world = await botWorld()
  await world.connect()
  await file(
    world,
    Array.from({ length: 17 }, (_, index) => `Number ${index + 1}`),
  )
  const { carol } = world

  const first = await carol.uses('issue list')
  const second = await carol.presses(first, 'Next')
  const third = await carol.presses(second, 'Next')
  const back = await carol.presses(third, 'Previous')
  const beginning = await carol.presses(back, 'Previous')

  expect(first).toMatchObject({ ephemeral: true, buttons: ['Next'] })
  expect(numbersIn(first.text)).toEqual([17, 16, 15, 14, 13, 12, 11, 10])
  expect(second).toMatchObject({ kind: 'updated', buttons: ['Previous', 'Next'] })
  expect(numbersIn(second.text)).toEqual([9, 8, 7, 6, 5, 4, 3, 2])
  expect(numbersIn(third.text)).toEqual([1])
  expect(third.buttons).toEqual(['Previous'])
  expect(numbersIn(back.text)).toEqual(numbersIn(second.text))
  expect(beginning).toMatchObject({ text: first.text, buttons: ['Next'] })
})

test('a page that has become empty says so, and leads back', async () => {
  const world = await botWorld()
  await world.connect()
  await file(
    world,
    Array.from({ length: 9 }, (_, index) => `Number ${index + 1}`),
  )
  const { carol, db } = world
  const first = await carol.uses('issue list')
  const deletedAt = world.tracker.clock()
  await db.prisma.issue.updateMany({ where: { number: 1 }, data: { deletedAt } })

  const second = await carol.presses(first, 'Next')
  const back = await carol.presses(second, 'Previous')
  await db.prisma.issue.updateMany({ data: { deletedAt } })

  expect(second).toMatchObject({ text: 'Nothing older is in this list any more.', buttons: ['Previous'] })
  expect(numbersIn(back.text)).toEqual([9, 8, 7, 6, 5, 4, 3, 2])
  expect((await carol.uses('issue list')).text).toBe(
    'There are no issues here yet. Use /issue create to file one.',
  )
})

test('a list keeps to its filters on every page', async () => {
  const world = await botWorld()
  await world.connect()
  await file(
    world,
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? `Old ${index}` : `New ${index}`)),
  )
  const { carol, ada } = world
  await carol.uses('issue create', { title: 'By Carol', label: 'bug' })

  const closed = await carol.uses('issue list', { status: 'done', author: ada.id })
  const rest = await carol.presses(closed, 'Next')

  expect(numbersIn(closed.text)).toEqual([19, 17, 15, 13, 11, 9, 7, 5])
  expect(numbersIn(rest.text)).toEqual([3, 1])
  expect(numbersIn((await carol.uses('issue list', { mine: true })).text)).toEqual([21])
  expect(numbersIn((await ada.uses('issue list', { label: 'bug', author: carol.id })).text)).toEqual([21])
  expect((await carol.uses('issue list', { author: world.dave.id })).text).toBe(
    'There is no such issue here.',
  )
  expect((await carol.uses('issue list', { label: 'a,b' })).text).toContain(
    'A label is one line, without commas.',
  )
})

test('the longest list there can be fits into a message', async () => {
  const world = await botWorld()
  await world.connect()
  await file(
    world,
    Array.from({ length: 10 }, () => '*'.repeat(100)),
  )
  const { db, carol } = world
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  await db.prisma.user.updateMany({ data: { name: '_'.repeat(100) } })
  const labels = Array.from({ length: 4 }, (_, index) => ({
    workspaceId,
    id: world.tracker.newId(),
    name: `${'*'.repeat(39)}${index}`,
    color: '#000000',
  }))
  await db.prisma.label.createMany({ data: labels })
  for (const { id: labelId } of labels) {
    await db.prisma.issueLabel.createMany({
      data: Array.from({ length: 10 }, (_, index) => ({ workspaceId, issueNumber: index + 1, labelId })),
    })
  }

  expect(await carol.uses('issue list', { label: labels[0]?.name ?? '' })).toMatchObject({
    kind: 'message',
    buttons: ['Next'],
  })
})

test('numbers are suggested by number and by title, open issues first', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol } = world
  await file(world, [
    'Login loops',
    'Old login bug',
    '100% of % signs',
    'Under_score',
    ...Array.from({ length: 26 }, () => 'Filler'),
  ])

  const suggest = async (number: string, command = 'issue view') =>
    (await carol.types(command, { number }, 'number')).map(({ value }) => Number(value))

  expect(await suggest('login')).toEqual([1, 2])
  expect(await suggest('login', 'issue close')).toEqual([1])
  expect(await suggest('login', 'issue reopen')).toEqual([2])
  expect(await suggest('2')).toEqual([2, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20])
  expect(await suggest('MOON-3')).toEqual([3, 30])
  expect(await suggest('%')).toEqual([3])
  expect(await suggest('_')).toEqual([4])
  expect(await suggest('')).toHaveLength(25)
  expect(await suggest('\0\ud800')).toEqual([])
  expect(await carol.types('issue view', { number: '2' }, 'number')).toContainEqual({
    name: 'MOON-2 · Old login bug (Done)',
    value: '2',
  })
})

test('labels are suggested by what they contain', async () => {
  const { carol, connect } = await botWorld()
  await connect()

  expect(await carol.types('issue create', { label: 'DOC' }, 'label')).toEqual([
    { name: 'documentation', value: 'documentation' },
  ])
})
