import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { createIssue } from '#shared/issues/operations.ts'
import type { Context } from '#shared/context.ts'
import { origin, world } from '#test/world.ts'
import type { Answer } from '#test/api-client.ts'
import { ApiClient } from '#test/api-client.ts'
import type { World } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const list = `${home}/issues`

const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort((a, b) => a - b)

test('50 issues filed at once have 50 consecutive numbers, and each its one event', async () => {
  const { person, db } = await world()
  const [robin, sam] = [await person('Robin'), await person('Sam')]

  const filed = await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? robin : sam).api.post(list, { title: `Issue ${i}` })),
  )

  const numbers = filed.map(({ body }) => (body as { number: number }).number) // each is an Issue: the client checks
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
  const events = await db.prisma.event.findMany({ where: { type: 'issue.created' } })
  expect(new Set(events.map(({ issueNumber }) => issueNumber)).size).toBe(50)
  expect(events).toHaveLength(50)
})

test('a refused filing leaves no gap in the numbers', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => robin.api.post(list, { title: 'Good' })),
    ...Array.from({ length: 5 }, () => robin.api.post(list, { title: 'Bad', labels: ['nonsense'] })),
  ])

  expect(statuses(answers)).toEqual([201, 201, 201, 201, 201, 400, 400, 400, 400, 400])
  expect(await robin.api.post(list, { title: 'The next' })).toMatchObject({ body: { number: 6 } })
})

test('of two changes of one version, one is made and the other is stale', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })

  const answers = await Promise.all(
    ['One', 'Two'].map((word) =>
      robin.api.patch(`${list}/1`, { title: `Login ${word}` }, { 'if-match': '"1"' }),
    ),
  )

  expect(statuses(answers)).toEqual([200, 412])
  const made = answers.find(({ status }) => status === 200)
  expect((await robin.api.get(`${list}/1`)).body).toEqual(made?.body)
  expect(made?.body).toMatchObject({ version: 2 })
})

test('changes of different fields at once are all kept', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })

  await Promise.all([
    robin.api.patch(`${list}/1`, { title: 'Login loops on Safari' }),
    robin.api.patch(`${list}/1`, { status: 'todo' }),
    robin.api.patch(`${list}/1`, { labels: ['bug'] }),
    robin.api.patch(`${list}/1`, { description: 'Twice.' }),
  ])

  expect(await robin.api.get(`${list}/1`)).toMatchObject({
    body: {
      title: 'Login loops on Safari',
      status: 'todo',
      labels: ['bug'],
      description: 'Twice.',
      version: 5,
    },
  })
})

test('an issue is deleted once, restored once, and never changed while it is deleted', async () => {
  const { person, db } = await world()
  const robin = await person('Robin')
  await robin.api.post(list, { title: 'Login loops' })
  const one = `${list}/1`

  const deleting = await Promise.all([
    robin.api.delete(one),
    robin.api.delete(one),
    robin.api.patch(one, { title: 'Meanwhile' }),
    robin.api.patch(one, { status: 'done' }),
  ])
  const events = await db.prisma.event.findMany({ where: { issueNumber: 1 }, orderBy: { id: 'asc' } })
  expect(deleting.filter(({ status }) => status === 204)).toHaveLength(1)
  expect(events.filter(({ type }) => type === 'issue.deleted')).toHaveLength(1)
  expect(events.filter(({ type }) => type === 'issue.changed')).toHaveLength(
    deleting.filter(({ status }) => status === 200).length,
  )

  const restoring = await Promise.all([robin.api.post(`${one}/restore`), robin.api.post(`${one}/restore`)])
  expect(statuses(restoring)).toEqual([200, 404])
})

test('two last admins who demote each other, or leave, at once: one remains', async () => {
  const { personWith, db } = await world()
  const ada = await personWith('admin', 'Ada')
  const bob = await personWith('admin', 'Bob')
  const admins = () => db.prisma.membership.count({ where: { role: 'admin' } })

  for (let round = 0; round < 4; round++) {
    await db.prisma.membership.updateMany({ data: { role: 'admin' } })
    const demotions = await Promise.all([
      ada.api.put(`${home}/members/${bob.userId}`, { role: 'member' }),
      bob.api.put(`${home}/members/${ada.userId}`, { role: 'member' }),
    ])
    expect(demotions.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await admins()).toBe(1)
  }

  await db.prisma.membership.updateMany({ data: { role: 'admin' } })
  const leavings = await Promise.all(
    [ada, bob].map(({ api, userId }) => api.delete(`${home}/members/${userId}`)),
  )
  expect(statuses(leavings)).toEqual([204, 409])
  expect(await admins()).toBe(1)
})

test('a label, and a workspace, of one name made at once is made once', async () => {
  const { personWith, db } = await world()
  const { api } = await personWith('admin')
  const label = { name: 'urgent', color: '#d73a4a' }
  const workspace = { name: 'Moon base', slug: 'moon-base', key: 'MOON' }

  const labels = await Promise.all(Array.from({ length: 5 }, () => api.post(`${home}/labels`, label)))
  const workspaces = await Promise.all(
    Array.from({ length: 5 }, () => api.post('/api/v1/workspaces', workspace)),
  )

  expect(statuses(labels)).toEqual([201, 409, 409, 409, 409])
  expect(statuses(workspaces)).toEqual([201, 409, 409, 409, 409])
  expect(await db.prisma.label.count({ where: { name: 'urgent' } })).toBe(1)
})

test('the limit of labels holds when several are made at once', async () => {
  const { personWith, db } = await world()
  const { api } = await personWith('admin')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.label.createMany({
    data: Array.from({ length: 196 }, (_, i) => ({
      workspaceId,
      id: crypto.randomUUID(),
      name: `label ${i}`,
      color: '#000000',
    })),
  })

  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, i) => api.post(`${home}/labels`, { name: `new ${i}`, color: '#000000' })),
  )

  expect(statuses(answers)).toEqual([201, 409, 409, 409, 409])
})

test('a new user whose first requests come at once is one user', async () => {
  const { clerk, db, fetch } = await world()
  const email = 'new@example.com'
  await clerk.addUser({ email, password: 'correct horse', firstName: 'New', lastName: 'User' })
  const { token, userId } = await clerk.signIn(email)
  const headers = () => ({ authorization: `Bearer ${token({ azp: origin })}` })
  const api = new ApiClient({ fetch, headers, check: () => {} })

  const answers = await Promise.all(Array.from({ length: 6 }, () => api.get('/api/v1/me')))

  expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 200])
  expect(await db.prisma.user.count({ where: { clerkId: userId } })).toBe(1)
})

test('what a guest files while being merged into an account belongs to the account', async () => {
  const here = await world()
  const { person, clerk, db } = here
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.create({ data: { id: '200000000000000001', name: 'Guild', workspaceId } })

  for (let round = 0; round < 6; round++) {
    const discordId = `10000000000000000${round}`
    const guestId = await ensureDiscordUser(here.tracker, { discordId, name: 'Guest', imageUrl: null })
    const robin = await person('Robin')
    await clerk.connectDiscord(robin.clerkId, {
      id: discordId,
      username: `guest${round}`,
      globalName: null,
      avatarUrl: '',
      email: `guest${round}@example.com`,
    })
    const guest = asGuest(here, guestId)
    const [linked, ...filed] = await Promise.all([
      robin.api.post('/api/v1/account/discord'),
      ...Array.from({ length: 4 }, (_, i) => createIssue(guest, { title: `While linking ${i}` })),
    ])

    expect(linked).toMatchObject({ status: 200, body: { discordId } })
    const mine = await robin.api.get(`${list}?author=me`)
    expect(mine.body).toMatchObject({ data: filed.map(() => ({ author: { id: robin.userId } })) })
    expect(await db.prisma.issue.count({ where: { authorId: guestId } })).toBe(0)
  }
})

function asGuest({ tracker }: World, userId: string): Context {
  const guildId = '200000000000000001'
  return {
    tracker,
    caller: { userId, door: 'discord', guild: { id: guildId, managed: false } },
    place: { guildId },
  }
}
