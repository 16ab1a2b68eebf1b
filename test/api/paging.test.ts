import { expect, test } from 'vitest'
import { IssuePage } from '#shared/issues/schema.ts'
import type { Answer } from '#test/api-client.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

const numbersOf = ({ body }: Answer) => IssuePage.parse(body).data.map(({ number }) => number)
const nextOf = ({ headers }: Answer) => /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]

/** Follows the links from page to page, as a client would; `meanwhile` happens after each page. */
async function follow({ api }: Person, first: string, meanwhile = async () => {}): Promise<number[][]> {
  const pages: number[][] = []
  let path: string | undefined = first
  while (path !== undefined) {
    const answer = await api.get(path)
    pages.push(numbersOf(answer))
    path = nextOf(answer)
    await meanwhile()
  }
  return pages
}

async function file({ api }: Person, count: number, fields: object = {}): Promise<void> {
  for (let i = 0; i < count; i++) await api.post(list, { title: `Issue ${i}`, ...fields })
}

test('an empty list is one empty page', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const answer = await robin.api.get(list)

  expect(answer.body).toEqual({ data: [], nextCursor: null })
  expect(nextOf(answer)).toBeUndefined()
})

test('pages are newest first, and the last one names no next', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await file(robin, 6)

  expect(await follow(robin, `${list}?limit=4`)).toEqual([
    [6, 5, 4, 3],
    [2, 1],
  ])
  expect(await follow(robin, `${list}?limit=3`), 'a full last page is the last').toEqual([
    [6, 5, 4],
    [3, 2, 1],
  ])
})

test('a page has 25 issues, when nothing else is said', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await file(robin, 26)

  expect((await follow(robin, list)).map(({ length }) => length)).toEqual([25, 1])
})

test('the link and the cursor of a page lead to the same next one', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await file(robin, 3, { status: 'todo' })
  const first = await robin.api.get(`${list}?limit=1&status=todo`)
  const { nextCursor } = IssuePage.parse(first.body)

  expect(nextOf(first)).toBe(`${list}?limit=1&status=todo&cursor=${nextCursor}`)
})

test('no issue is missed or seen twice while others are filed and deleted', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await file(robin, 7)
  let deleted = 7
  const pages = await follow(robin, `${list}?limit=2`, async () => {
    await file(robin, 1)
    await robin.api.delete(`${list}/${deleted}`)
    deleted -= 1
  })

  expect(pages.flat()).toEqual([7, 6, 5, 4, 3, 2, 1])
})

test('filters take what fits all of them', async () => {
  const { person, personWith } = await world()
  const robin = await person('Robin')
  const sam = await personWith('triager', 'Sam')
  await robin.api.post(list, { title: 'One', status: 'todo', labels: ['bug'] })
  await sam.api.post(list, { title: 'Two', status: 'todo', labels: ['bug', 'feature'] })
  await robin.api.post(list, { title: 'Three', status: 'done', labels: ['feature'] })
  await robin.api.post(list, { title: 'Four' })
  const filtered = async (query: string) => numbersOf(await robin.api.get(`${list}?${query}`))

  expect(await filtered('status=todo')).toEqual([2, 1])
  expect(await filtered('label=feature')).toEqual([3, 2])
  expect(await filtered('author=me')).toEqual([4, 3, 1])
  expect(await filtered(`author=${sam.userId}`)).toEqual([2])
  expect(await filtered('status=todo&label=bug&author=me')).toEqual([1])
  expect(await filtered('status=done&label=bug')).toEqual([])
  expect(await filtered(`author=${crypto.randomUUID()}`)).toEqual([])
  await sam.api.patch(`${list}/1`, { labels: [] })
  expect(await filtered('label=bug')).toEqual([2])
})

test('each filter has pages of its own', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  for (let i = 0; i < 5; i++) {
    await file(robin, 1, { labels: ['bug'], status: 'todo' })
    await file(robin, 1)
  }

  for (const query of ['label=bug', 'status=todo', 'status=todo&label=bug&author=me'])
    expect(await follow(robin, `${list}?limit=2&${query}`), query).toEqual([[9, 7], [5, 3], [1]])
})

test('a page that has not changed is not sent again', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await file(robin, 2)
  const etag = (await robin.api.get(list)).headers.get('etag') ?? ''

  expect(await robin.api.get(list, { 'if-none-match': etag })).toMatchObject({ status: 304, body: null })
  await robin.api.patch(`${list}/1`, { status: 'done' })
  expect(await robin.api.get(list, { 'if-none-match': etag })).toMatchObject({ status: 200 })
})
