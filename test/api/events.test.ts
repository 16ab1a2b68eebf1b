import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { EventPage } from '#shared/events/schema.ts'
import { changeIssue, createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { setMemberRole } from '#shared/members/operations.ts'
import { relay } from '#test/live-stream.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const events = '/api/v1/workspaces/home/events'

async function page({ api }: Person, query = ''): Promise<z.infer<typeof EventPage>> {
  const { body } = await api.get(`${events}?${query}`)
  return EventPage.parse(body)
}

/** All pages, one after another, as the positions on each. */
async function pages(person: Person, query: string): Promise<number[][]> {
  const found: number[][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { data, nextCursor } = await page(person, cursor === '' ? query : `${query}&cursor=${cursor}`)
    found.push(data.map(({ position }) => position))
    cursor = nextCursor
  }
  return found
}

/** Waits until the relay has given so many events their position. */
async function relayed({ db }: World, count: number): Promise<void> {
  await vi.waitUntil(
    async () => (await db.prisma.event.count({ where: { position: { not: null } } })) === count,
    {
      timeout: 10_000,
    },
  )
}

test('events come in pages, the newest or the oldest first, each of them once', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  for (let n = 1; n <= 7; n += 1) await createIssue(robin.home, { title: `Issue ${n}` })
  await relayed(here, 7)

  expect(await pages(robin, 'limit=3')).toEqual([[7, 6, 5], [4, 3, 2], [1]])
  expect(await pages(robin, 'limit=3&order=oldest')).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  expect((await page(robin, 'limit=1')).data).toMatchObject([
    {
      type: 'issue.created',
      issueNumber: 7,
      subjectId: null,
      actor: { id: robin.userId },
      door: 'api',
      changes: { title: { before: null, after: 'Issue 7' } },
    },
  ])
})

test('an event is shown when it has its position, not before', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'Login loops' })
  expect((await page(robin)).data).toEqual([])

  relay(here)
  await relayed(here, 1)

  expect((await page(robin)).data).toHaveLength(1)
})

test('events are filtered by issue, by type and by who did it', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const admin = await here.personWith('admin')
  await createIssue(robin.home, { title: 'The first' })
  await createIssue(robin.home, { title: 'The second' })
  await changeIssue(admin.home, { number: 1, status: 'done' })
  await changeIssue(robin.home, { number: 2, status: 'todo' })
  await relayed(here, 4)

  expect(await pages(robin, 'issue=1&limit=1')).toEqual([[3], [1]])
  expect(await pages(robin, 'issue=1&order=oldest')).toEqual([[1, 3]])
  expect(await pages(robin, 'type=issue.changed')).toEqual([[4, 3]])
  expect(await pages(robin, 'actor=me&limit=2')).toEqual([[4, 2], [1]])
  expect(await pages(robin, `actor=${admin.userId}`)).toEqual([[3]])
  expect(await pages(robin, `actor=${admin.userId}&issue=2`)).toEqual([[]])
})

test('what a guest did is found by whom they became', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const guest = await here.person('Guest')
  await createIssue(guest.home, { title: 'Login loops' })
  await relayed(here, 1)
  await here.db.pool.query('update users set merged_into_id = $2, clerk_id = null where id = $1', [
    guest.userId,
    robin.userId,
  ])

  expect((await page(robin, 'actor=me')).data).toMatchObject([{ actor: { id: robin.userId } }])
})

test('what fits is found however far back it is, in pages that may be short', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'Login loops' })
  await here.db.pool.query(
    `insert into events (id, workspace_id, issue_number, type, actor_id, door, changes, created_at)
    select gen_random_uuid(), (select id from workspaces), 1, 'issue.changed', $1, 'api', '{}', now()
    from generate_series(1, 10500)`,
    [robin.userId],
  )
  await here.db.pool.query(`update events set position = numbered.rank from (
      select id, row_number() over (order by type = 'issue.changed', id) as rank from events) numbered
    where numbered.id = events.id`)

  expect(await pages(robin, 'type=issue.created')).toEqual([[], [], [1]])
})

test('who changed members and settings is for admins to read', async () => {
  const here = await world()
  relay(here)
  const admin = await here.personWith('admin')
  const triager = await here.personWith('triager')
  const robin = await here.person('Robin')
  await setMemberRole(admin.home, { userId: robin.userId, role: 'member' })
  await createIssue(robin.home, { title: 'Login loops' })
  await relayed(here, 2)

  expect(await pages(admin, '')).toEqual([[2, 1]])
  expect(await pages(triager, '')).toEqual([[2]])
  expect(await pages(robin, '')).toEqual([[2]])
  expect(await pages(robin, 'type=member.role-granted')).toEqual([[]])
})

test('of a deleted issue it is told that it was deleted, and no more', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'By mistake' })
  await deleteIssue(robin.home, { number: 1 })
  await relayed(here, 2)

  expect((await page(robin)).data).toMatchObject([{ type: 'issue.deleted', position: 2, changes: {} }])
})

test('what is hidden is for triagers', async () => {
  const here = await world()
  relay(here)
  const triager = await here.personWith('triager')
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'Buy cheap things' })
  await createIssue(robin.home, { title: 'Login loops' })
  await relayed(here, 2)
  await here.db.pool.query('update issues set hidden_at = now() where number = 1')

  expect(await pages(triager, '')).toEqual([[2, 1]])
  expect(await pages(robin, '')).toEqual([[2]])
})

test('a cursor is good for its own list only', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'The first' })
  await createIssue(robin.home, { title: 'The second' })
  await relayed(here, 2)
  const { nextCursor } = await page(robin, 'limit=1')
  expect(nextCursor).not.toBeNull()

  for (const query of ['order=oldest', 'issue=1', 'type=issue.created', 'actor=me'])
    expect(await robin.api.get(`${events}?${query}&cursor=${nextCursor}`)).toEqual(
      problem('invalid', /cursor/),
    )
  expect(await robin.api.get(`${events}?cursor=abc`)).toEqual(problem('invalid', /cursor/))
})

test('nobody reads the events of a workspace that they cannot see', async () => {
  const here = await world()
  const admin = await here.person('Ada')
  await admin.api.post('/api/v1/workspaces', { name: 'Crew', slug: 'crew', key: 'CREW' })
  const outsider = await here.person('Outsider')

  expect(await outsider.api.get('/api/v1/workspaces/crew/events')).toEqual(problem('not_found'))
  expect(await here.anonymous.get('/api/v1/workspaces/crew/events')).toEqual(problem('unauthenticated'))
})
