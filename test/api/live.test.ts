import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createApi } from '#api/app.ts'
import { serveHttp } from '#api/server.ts'
import { openDatabase } from '#shared/db/database.ts'
import { changeIssue, createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { createFeed } from '#shared/live/feed.ts'
import { removeMember, setMemberRole } from '#shared/members/operations.ts'
import { changeWorkspace, createWorkspace } from '#shared/workspaces/operations.ts'
import { follow, followed, relay } from '#test/live-stream.ts'
import type { Followed } from '#test/live-stream.ts'
import { problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { openReaders } from '../../bench/live-readers.ts'

const live = '/api/v1/workspaces/home/live'

/** A workspace for members with an admin and a member. */
async function crew(here: World) {
  const admin = await here.person('Ada')
  const member = await here.person('Mel')
  await createWorkspace({ ...admin.home, place: null }, { name: 'Crew', slug: 'crew', key: 'CREW' })
  await setMemberRole(admin.in('crew'), { userId: member.userId, role: 'member' })
  return { admin, member }
}

const fileMany = async (person: Person, count: number, title = 'Issue') => {
  for (let n = 1; n <= count; n += 1) await createIssue(person.home, { title: `${title} ${n}` })
}

test('what happens comes at once, as the pages have it', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const stream = await followed(here, robin)

  const { number } = await createIssue(robin.home, { title: 'Login loops' })
  await changeIssue(robin.home, { number, status: 'done' })
  const events = await stream.has(2)

  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  expect(stream.messages[0]).toMatchObject({ event: 'ready', data: '{"position":0}' })
  expect(stream.messages.slice(1).map(({ id }) => id)).toEqual(['1', '2'])
  const { body } = await robin.api.get('/api/v1/workspaces/home/events?order=oldest')
  expect(body).toEqual({ data: events, nextCursor: null })
})

test('a stream is taken up again without a gap or a double, whatever is written meanwhile', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const writing = Promise.all(['a', 'b', 'c'].map((who) => fileMany(robin, 40, who.repeat(3))))

  const seen: number[] = []
  let lastEventId = '0'
  while (seen.length < 120) {
    const stream = await followed(here, robin, { headers: { 'last-event-id': lastEventId } })
    await stream.has(1)
    await stream.leave()
    seen.push(...stream.events().map(({ position }) => position))
    lastEventId = stream.lastEventId()
  }
  await writing

  expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => n + 1))
})

test('many who begin at different moments each see everything from there on, in order', async () => {
  const here = await world()
  relay(here)
  const people = await Promise.all(['A', 'B', 'C', 'D'].map((name) => here.person(name)))
  const writing = Promise.all(people.map((person) => fileMany(person, 25)))
  const streams: Followed[] = []
  for (const person of people) {
    for (let n = 0; n < 3; n += 1) streams.push(await followed(here, person))
  }
  await writing

  await vi.waitUntil(() => streams.every((stream) => stream.lastEventId() === '100'), { timeout: 10_000 })
  for (const stream of streams) {
    const { position } = z.object({ position: z.int() }).parse(JSON.parse(String(stream.messages[0]?.data)))
    const expected = Array.from({ length: 100 - position }, (_, n) => position + n + 1)
    expect(stream.events().map((event) => event.position)).toEqual(expected)
  }
})

test('who had nothing yet is told where to begin again, and misses nothing', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const stream = await followed(here, robin)
  await stream.leave()
  await createIssue(robin.home, { title: 'Meanwhile' })

  const again = await followed(here, robin, { headers: { 'last-event-id': stream.lastEventId() } })

  expect(await again.has(1)).toMatchObject([{ type: 'issue.created', issueNumber: 1 }])
})

test('a client that cannot set the header says in the address where to begin; the header counts more', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  await fileMany(robin, 3)
  const first = await followed(here, robin)
  await vi.waitUntil(async () => (await position(here)) === 3)
  await first.leave()
  const open = async (headers: Record<string, string>) => {
    const authorization = `Bearer ${robin.token({ azp: origin })}`
    const url = `${origin}${live}?lastEventId=1`
    return follow(await here.fetch(new Request(url, { headers: { authorization, ...headers } })))
  }

  const byAddress = await open({})
  const byHeader = await open({ 'last-event-id': '2' })

  expect((await byAddress.has(2)).map((event) => event.position)).toEqual([2, 3])
  expect((await byHeader.has(1)).map((event) => event.position)).toEqual([3])
  await byAddress.leave()
  await byHeader.leave()
})

async function position({ db }: World): Promise<number> {
  const { rows } = await db.pool.query('select coalesce(max(position), 0)::int as last from events')
  return z.tuple([z.object({ last: z.int() })]).parse(rows)[0].last
}

test('a reader at one process sees what is written through another', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const db = openDatabase({
    url: String(here.db.pool.options.connectionString),
    maxConnections: 8,
    onIdleError: () => {},
  })
  onTestFinished(() => db.close())
  const tracker = { ...here.tracker, db }
  const feed = createFeed({ tracker, limits: { perProcess: 5, perUser: 5 } })
  onTestFinished(() => feed.stop())
  const other = createApi({
    tracker,
    live: feed,
    origins: [origin],
    page: {
      clerkPublishableKey: here.clerk.publishableKey,
      clerkProxyUrl: null,
      local: true,
      linking: true,
      playgroundUrl: null,
      localAccounts: [],
    },
    assertReady: async () => {},
  })
  const here1 = await followed(here, robin)
  const there = await followed({ fetch: (request) => other.fetch(request) }, robin)

  await createIssue(robin.home, { title: 'Written here' })
  await createIssue({ ...robin.home, tracker }, { title: 'Written there' })

  expect(await there.has(2)).toEqual(await here1.has(2))
})

test('when the connection that listens breaks, it is taken up again and nothing is lost', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const stream = await followed(here, robin)
  await fileMany(robin, 2)
  await stream.has(2)

  const broken = await here.db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'select coalesce(max(position)%' and state = 'idle'`)
  await fileMany(robin, 3)

  expect(broken.rowCount).toBe(1)
  expect((await stream.has(5)).map((event) => event.position)).toEqual([1, 2, 3, 4, 5])
})

test('who is taken out of a workspace is told so, and of nothing that happened afterwards', async () => {
  const here = await world()
  relay(here)
  const { admin, member } = await crew(here)
  const stream = await followed(here, member, { slug: 'crew' })

  await createIssue(admin.in('crew'), { title: 'Before' })
  await stream.has(1)
  await removeMember(admin.in('crew'), { userId: member.userId })
  await createIssue(admin.in('crew'), { title: 'After' })

  expect(await stream.over()).toMatchObject({ reason: 'revoked' })
  expect(stream.events()).toMatchObject([{ type: 'issue.created', issueNumber: 1 }])
})

test('a workspace that is closed to strangers lets its strangers go', async () => {
  const here = await world()
  relay(here)
  const admin = await here.personWith('admin')
  const stranger = await here.person('Stranger')
  const stream = await followed(here, stranger)

  await changeWorkspace(admin.home, { visibility: 'members' })

  expect(await stream.over()).toMatchObject({ reason: 'revoked', detail: expect.stringMatching(/may not/) })
})

test('what nobody tells us of is found within half a minute', async () => {
  const here = await world()
  const { member } = await crew(here)
  const stream = await followed(here, member, { slug: 'crew' })

  await here.db.pool.query('update users set refused_at = now() where id = $1', [member.userId])
  here.advance(26_000)

  expect(await stream.over()).toMatchObject({ reason: 'revoked', detail: expect.stringMatching(/closed/) })
})

test('who changes members and settings is told to admins, who are told as soon as they are', async () => {
  const here = await world()
  relay(here)
  const { admin, member } = await crew(here)
  const byAdmin = await followed(here, admin, { slug: 'crew' })
  const byMember = await followed(here, member, { slug: 'crew' })

  await changeWorkspace(admin.in('crew'), { name: 'The crew' })
  await createIssue(admin.in('crew'), { title: 'Still a member' })
  // Whoever has become an admin before they were given it may read it.
  await vi.waitUntil(() => byMember.events().some(({ type }) => type === 'issue.created'), 10_000)
  await setMemberRole(admin.in('crew'), { userId: member.userId, role: 'admin' })
  await changeWorkspace(admin.in('crew'), { name: 'Our crew' })
  await createIssue(admin.in('crew'), { title: 'For all' })

  const told = (await byAdmin.has(5)).map(({ type }) => type)
  expect(told.slice(-5)).toEqual([
    'workspace.changed',
    'issue.created',
    'member.role-granted',
    'workspace.changed',
    'issue.created',
  ])
  await byMember.has(4)
  expect(byMember.events().map(({ changes }) => changes)).not.toContainEqual(
    expect.objectContaining({ name: expect.objectContaining({ after: 'The crew' }) }),
  )
})

test('events of a hidden issue come to triagers only, and of a deleted one only that it was', async () => {
  const here = await world()
  const triager = await here.personWith('triager')
  const reader = await here.person('Robin')
  await createIssue(reader.home, { title: 'Buy cheap things' })
  await here.db.pool.query('update issues set hidden_at = now() where number = 1')
  await createIssue(reader.home, { title: 'By mistake' })
  await deleteIssue(reader.home, { number: 2 })
  await createIssue(reader.home, { title: 'To be seen' })
  relay(here)
  const from0 = { headers: { 'last-event-id': '0' } }

  const byTriager = await followed(here, triager, from0)
  const byReader = await followed(here, reader, from0)

  expect((await byTriager.has(3)).map(({ type, issueNumber }) => [type, issueNumber])).toEqual([
    ['issue.created', 1],
    ['issue.deleted', 2],
    ['issue.created', 3],
  ])
  expect((await byReader.has(2)).map(({ issueNumber }) => issueNumber)).toEqual([2, 3])
})

test('when nothing happens a comment comes every 15 seconds', async () => {
  const here = await world()
  const stream = await followed(here, await here.person('Robin'))

  here.advance(16_000)
  await vi.waitUntil(() => stream.comments.length === 1, { timeout: 5_000 })

  expect(stream.messages).toHaveLength(1)
})

test('a stream ends with the token it was opened with', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const stream = await followed(here, robin)

  here.advance(61_000)

  expect(await stream.over()).toMatchObject({
    reason: 'expired',
    detail: expect.stringMatching(/fresh token/),
  })
})

test('a stream is over after five minutes, however long the token lives', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const token: Person['token'] = (changes) =>
    robin.token({ ...changes, exp: Math.floor(Date.now() / 1000) + 86_400 })
  const stream = await followed(here, { token })
  here.advance(4 * 60_000)
  await vi.waitUntil(() => stream.comments.length > 0, { timeout: 5_000 })

  here.advance(61_000)

  expect(await stream.over()).toMatchObject({ reason: 'expired' })
})

test('a reader who does not keep up is let go, with little kept for them, and can come back', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const order = { expiresAt: new Date(Date.now() + 60_000) }
  const slow = await here.live.open(robin.home, { ...order, after: null })
  const cut = vi.fn()
  slow.onCut(cut)
  expect(await slow.next()).toEqual({ kind: 'ready', position: 0 })
  const waiting = slow.next()
  await createIssue(robin.home, { title: 'The first one' })
  expect(await waiting).toMatchObject({ kind: 'events', events: [{ position: 1 }] })

  for (let n = 0; n < 20; n += 1) {
    await createIssue(robin.home, { title: `Large ${n}`, description: 'x'.repeat(20_000) })
  }
  await vi.waitUntil(() => cut.mock.calls.length > 0, { timeout: 10_000 })

  expect(await slow.next()).toMatchObject({ kind: 'end', end: { reason: 'slow' } })
  const again = await followed(here, robin, { headers: { 'last-event-id': '1' } })
  expect((await again.has(20)).map((event) => event.position)).toEqual(
    Array.from({ length: 20 }, (_, n) => n + 2),
  )
})

test('a connection whose reader takes nothing is cut', async () => {
  const here = await world()
  relay(here)
  const robin = await here.person('Robin')
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const response = await fetch(`http://127.0.0.1:${server.port}${live}`, {
    headers: { authorization: `Bearer ${robin.token({ azp: origin })}` },
  })
  expect(here.live.readers).toBe(1)
  const description = 'x'.repeat(20_000)
  const { number } = await createIssue(robin.home, { title: 'Large', description })

  // The system takes some megabytes on the way before anything waits here.
  for (let n = 0; here.live.readers > 0 && n < 2_000; n += 1) {
    await changeIssue(robin.home, { number, description: `${n} ${description.slice(10)}` })
  }

  await vi.waitUntil(() => here.live.readers === 0, { timeout: 5_000 })
  await expect(response.text()).rejects.toThrow()
})

test('one person has so many streams and no more, until one of them is closed', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const streams = [await followed(here, robin), await followed(here, robin), await followed(here, robin)]

  expect(await robin.api.get(live)).toEqual(problem('too_many', /3 live streams/))
  await streams[0]?.leave()
  await followed(here, robin)

  expect(here.live.readers).toBe(3)
})

test('when the server stops, streams end and are told so, and no more begin', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const stream = await followed(here, robin)

  await here.live.stop()

  expect(await stream.over()).toMatchObject({ reason: 'stopping' })
  expect(await robin.api.get(live)).toEqual(problem('unavailable'))
})

test.each(['abc', '-1', '1.5', '99999999999999999999', '4000'])(
  'no event has the position %s, and nothing begins there',
  async (lastEventId) => {
    const { person } = await world()
    const robin = await person('Robin')

    expect(await robin.api.get(live, { 'last-event-id': lastEventId })).toEqual(problem('invalid'))
  },
)

test('nobody reads along without a token, or where they may not read', async () => {
  const here = await world()
  await crew(here)
  const outsider = await here.person('Outsider')

  expect(await here.anonymous.get(live)).toEqual(problem('unauthenticated'))
  expect(await here.anonymous.get(`${live}?token=x`, { cookie: '__session=x' })).toEqual(
    problem('unauthenticated'),
  )
  expect(await outsider.api.get('/api/v1/workspaces/crew/live')).toEqual(problem('not_found'))
  expect(await outsider.api.get('/api/v1/workspaces/nowhere/live')).toEqual(problem('not_found'))
  expect(here.live.readers).toBe(0)
})

test('many have what was written, and it was read once for all of them', async () => {
  const here = await world()
  relay(here)
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const url = `http://127.0.0.1:${server.port}${live}`
  const people = await Promise.all(Array.from({ length: 7 }, (_, n) => here.person(`Reader ${n}`)))
  const tokens = people.flatMap(({ token }) => [token({ azp: origin }), token({ azp: origin })])
  await using readers = await openReaders({ url, tokens })
  const query = vi.spyOn(here.db.reads, 'query')

  const times = await readers.timesOf(async () => {
    await createIssue((await here.person('Robin')).home, { title: 'For all' })
  })

  expect(times).toHaveLength(14)
  const texts = query.mock.calls.map(([{ name }]) => name)
  expect(texts.filter((name) => name === 'live-batches')).toHaveLength(1)
})
