import { expect, test } from 'vitest'
import { IssuePage } from '#shared/issues/schema.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const dayMs = 86_400_000

interface Facts {
  status?: 'backlog' | 'todo' | 'inprogress' | 'done' | 'canceled'
  labels?: string[]
  priority?: 'none' | 'low' | 'medium' | 'high' | 'urgent'
  votes?: number
  comments?: number
  locked?: boolean
  duplicateOf?: number
  assigneeId?: string
  hiddenAt?: Date
  createdAt?: Date
  updatedAt?: Date
  closedAt?: Date
  description?: string
}

/** Issues of Robin's with these facts, numbered from 1, and what a query finds of them. */
async function issues(...all: Facts[]) {
  const here = await world()
  const robin = await here.person('Robin')
  const { id: workspaceId } = await here.db.prisma.workspace.findFirstOrThrow()
  for (const [index, { labels = [], description = '', ...facts }] of all.entries()) {
    await robin.api.post(list, { title: `Issue ${index + 1}`, labels, description })
    const key = { workspaceId_number: { workspaceId, number: index + 1 } }
    await here.db.prisma.issue.update({ where: key, data: facts })
  }
  const found = async (q: string, { api }: Pick<Person, 'api'> = robin) => {
    const { status, body } = await api.get(`${list}?q=${encodeURIComponent(q)}`)
    expect({ q, status, body }).toMatchObject({ status: 200 })
    return IssuePage.parse(body).data.map(({ number }) => number)
  }
  return { ...here, workspaceId, robin, found }
}

test('states and statuses', async () => {
  const { found } = await issues(
    { status: 'todo' },
    { status: 'done', locked: true },
    { status: 'canceled', duplicateOf: 1 },
  )

  expect(await found('')).toEqual([3, 2, 1])
  expect(await found('is:open')).toEqual([1])
  expect(await found('is:closed')).toEqual([3, 2])
  expect(await found('is:locked')).toEqual([2])
  expect(await found('is:duplicate,locked')).toEqual([3, 2])
  expect(await found('is:closed -is:duplicate')).toEqual([2])
  expect(await found('status:todo,done')).toEqual([2, 1])
  expect(await found('-status:todo is:issue')).toEqual([3, 2])
})

test('labels, whatever their case, and issues that have none', async () => {
  const { found } = await issues({ labels: ['bug', 'feature'] }, { labels: ['bug'] }, {})

  expect(await found('label:bug')).toEqual([2, 1])
  expect(await found('label:BUG label:feature')).toEqual([1])
  expect(await found('label:feature,documentation')).toEqual([1])
  expect(await found('-label:feature')).toEqual([3, 2])
  expect(await found('no:label')).toEqual([3])
  expect(await found('has:label -label:feature')).toEqual([2])
  expect(await found('label:nonsense')).toEqual([])
})

test('counts and priorities are compared', async () => {
  const { found } = await issues(
    { votes: 0, priority: 'urgent', comments: 2 },
    { votes: 3, priority: 'high' },
    { votes: 5, priority: 'none' },
  )

  expect(await found('votes:>3')).toEqual([3])
  expect(await found('votes:3..5')).toEqual([3, 2])
  expect(await found('votes:0,5')).toEqual([3, 1])
  expect(await found('-votes:3')).toEqual([3, 1])
  expect(await found('priority:>=high')).toEqual([2, 1])
  expect(await found('priority:low..high')).toEqual([2])
  expect(await found('has:comments')).toEqual([1])
  expect(await found('no:priority')).toEqual([3])
})

test('times are days in UTC, instants and ages', async () => {
  const ago = (days: number) => new Date(Date.now() - days * dayMs)
  const { found } = await issues(
    { createdAt: new Date('2026-11-01T00:00:00Z'), updatedAt: ago(10) },
    { createdAt: new Date('2026-11-01T23:59:59.999Z'), updatedAt: ago(3), closedAt: ago(1) },
    { createdAt: new Date('2026-11-02T00:00:00Z'), updatedAt: ago(0) },
  )

  expect(await found('created:2026-11-01')).toEqual([2, 1])
  expect(await found('created:>2026-11-01')).toEqual([3])
  expect(await found('created:>=2026-11-01 created:<=2026-11-01')).toEqual([2, 1])
  expect(await found('created:<2026-11-02')).toEqual([2, 1])
  expect(await found('created:2026-11-01..2026-11-02')).toEqual([3, 2, 1])
  expect(await found('created:>=2026-11-01T12:00Z')).toEqual([3, 2])
  expect(await found('updated:<7d')).toEqual([3, 2])
  expect(await found('updated:>7d')).toEqual([1])
  expect(await found('updated:2d..20d')).toEqual([2, 1])
  expect(await found('updated:<9999y')).toEqual([3, 2, 1])
  expect(await found('updated:>=today')).toEqual([3])
  expect(await found('closed:<7d')).toEqual([2])
  expect(await found('-closed:<7d')).toEqual([3, 1])
})

test('people are called by their names, user names and ids', async () => {
  const { found, robin, person, db, workspaceId, tracker } = await issues({}, {}, {})
  const sam = await person('Sam')
  await db.prisma.user.update({ where: { id: sam.userId }, data: { username: 'sammy' } })
  await db.prisma.issue.updateMany({ where: { number: 2 }, data: { assigneeId: sam.userId } })
  await sam.api.post(list, { title: 'Issue of Sam' })
  const of = { workspaceId, userId: sam.userId, issueNumber: 1 }
  await db.prisma.vote.create({ data: { ...of, createdAt: new Date() } })
  await db.prisma.subscription.create({ data: { ...of, createdAt: new Date() } })
  await db.prisma.subscription.create({ data: { ...of, issueNumber: 2, muted: true, createdAt: new Date() } })
  await db.prisma.mention.create({ data: { ...of, issueNumber: 3, sourceId: tracker.newId() } })
  await db.prisma.comment.create({
    data: {
      workspaceId,
      issueNumber: 2,
      id: tracker.newId(),
      authorId: sam.userId,
      body: 'Yes',
      createdAt: new Date(),
    },
  })

  expect(await found('author:@me')).toEqual([3, 2, 1])
  expect(await found('author:@me', sam)).toEqual([4])
  for (const name of ['"sam tester"', 'sammy', '@Sammy', sam.userId, sam.clerkId]) {
    expect(await found(`author:${name}`), name).toEqual([4])
    expect(await found(`assignee:${name}`), name).toEqual([2])
  }
  expect(await found('author:nobody')).toEqual([])
  expect(await found('author:sammy,@me')).toEqual([4, 3, 2, 1])
  expect(await found(`author:sammy,${robin.userId}`)).toEqual([4, 3, 2, 1])
  expect(await found('assignee:none')).toEqual([4, 3, 1])
  expect(await found('-assignee:sammy')).toEqual([4, 3, 1])
  expect(await found('voted:@me', sam)).toEqual([1])
  expect(await found('follows:sammy'), 'and who files follows').toEqual([4, 1])
  expect(await found('mentions:@me', sam)).toEqual([3])
  expect(await found('commenter:sammy')).toEqual([2])
  expect(await found('voted:@me')).toEqual([])
})

test('hidden issues are shown to triagers who ask for them, and to nobody else', async () => {
  const { found, robin, personWith } = await issues({}, { hiddenAt: new Date() })
  const tracy = await personWith('triager')

  expect(await found('')).toEqual([1])
  expect(await found('', tracy)).toEqual([1])
  expect(await found('is:hidden', tracy)).toEqual([2])
  expect(await found('is:hidden,open', tracy)).toEqual([2, 1])
  expect(await found('-is:hidden')).toEqual([1])
  for (const q of ['is:hidden', 'is:open,hidden', 'x is:hidden'])
    expect(await robin.api.get(`${list}?q=${encodeURIComponent(q)}`), q).toEqual(
      problem('forbidden', /hidden/),
    )
})

test('every order has pages that meet, also where many are alike', async () => {
  const { robin, db } = await issues(
    ...Array.from({ length: 6 }, (_, n): Facts => ({
      votes: n % 2,
      comments: n % 3,
      priority: n % 2 === 0 ? 'high' : 'low',
    })),
  )
  await db.prisma.issue.updateMany({ data: { updatedAt: new Date() } })
  const keys = ['created', 'updated', 'votes', 'comments', 'priority']
  for (const q of keys.flatMap((key) => [`sort:${key}`, `sort:${key}-asc`])) {
    const whole = IssuePage.parse((await robin.api.get(`${list}?q=${q}`)).body).data.map(
      ({ number }) => number,
    )
    expect(
      whole.toSorted((one, other) => one - other),
      q,
    ).toEqual([1, 2, 3, 4, 5, 6])
    const seen: number[] = []
    let next = `${list}?q=${q}&limit=4`
    while (next !== '') {
      const { body, headers } = await robin.api.get(next)
      seen.push(...IssuePage.parse(body).data.map(({ number }) => number))
      next = /^<(.+)>/.exec(headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(seen, q).toEqual(whole)
  }
  expect(
    IssuePage.parse((await robin.api.get(`${list}?q=sort:priority`)).body).data.map(({ number }) => number),
  ).toEqual([5, 3, 1, 6, 4, 2])
})

test('the filters beside a query count as well', async () => {
  const { robin } = await issues({ labels: ['bug'], votes: 3 }, { labels: ['bug'] }, { votes: 3 })

  const { body } = await robin.api.get(`${list}?q=votes:3&label=bug&author=me&status=backlog`)

  expect(IssuePage.parse(body).data.map(({ number }) => number)).toEqual([1])
})

test('a query that is not understood is refused with its places', async () => {
  const { robin } = await issues()

  const answer = await robin.api.get(`${list}?q=${encodeURIComponent('login is:opne votes:x')}`)

  expect(answer).toEqual(problem('invalid', /^“opne”: /))
  expect(answer.body).toMatchObject({
    errors: [
      { path: 'q', start: 9, end: 13, message: expect.stringMatching(/open, closed/) },
      { path: 'q', start: 20, end: 21 },
    ],
  })
  expect(await robin.api.get(`${list}?q=${'x'.repeat(1_001)}`)).toEqual(problem('invalid', /1,000/))
})

test('a cursor belongs to its query and its order', async () => {
  const { robin } = await issues({}, {})
  const { body } = await robin.api.get(`${list}?q=sort:votes&limit=1`)
  const { nextCursor } = IssuePage.parse(body)

  for (const q of ['sort:updated', 'sort:votes-asc', 'is:open sort:votes'])
    expect(await robin.api.get(`${list}?q=${encodeURIComponent(q)}&cursor=${nextCursor}`), q).toEqual(
      problem('invalid', /another list/),
    )
})
