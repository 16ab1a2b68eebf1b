import { expect, test } from 'vitest'
import { deleteAtClerkJob, followAccounts } from '#shared/identity/erasing.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { problem } from '#test/problems.ts'
import { secondProcess } from '#test/second-process.ts'
import { stateOf } from '#test/state.ts'
import { origin, world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const account = '/api/v1/account'
const confirmed = { confirm: 'erase my account' }

function erase({ api }: Person, body: unknown = confirmed) {
  return api.send('DELETE', account, body)
}

test('an erased account leaves its words, under no name, and nothing else', async () => {
  const here = await world()
  const { prisma } = here.db
  const robin = await here.personWith('triager', 'Robin')
  const sam = await here.person('Sam')
  const discordId = '100000000000000001'
  await here.clerk.connectDiscord(robin.clerkId, {
    id: discordId,
    username: 'robin',
    globalName: 'Robin',
    avatarUrl: '',
    email: 'robin@example.com',
  })
  const guestId = await ensureDiscordUser(here.tracker, {
    discordId,
    name: 'Rob',
    imageUrl: 'https://x.example',
  })
  await robin.api.post('/api/v1/account/discord')
  await robin.api.post(`${home}/issues`, { title: 'Login loops', description: 'Since Monday.' })
  await robin.api.put(`${home}/issues/1/vote`)
  expect(await prisma.subscription.count()).toBe(1)

  expect(await erase(robin)).toMatchObject({ status: 204, body: null })

  const deleted = { id: robin.userId, name: 'deleted user', imageUrl: null, account: 'nobody', guest: false }
  expect(await sam.api.get(`${home}/issues/1`)).toMatchObject({
    body: { title: 'Login loops', description: 'Since Monday.', author: deleted },
  })
  expect(await sam.api.get(`/api/v1/users/${guestId}`)).toMatchObject({ body: deleted })
  expect(await prisma.vote.count(), 'a vote was counted, and stays so').toBe(1)
  expect(await prisma.membership.count({ where: { userId: robin.userId } })).toBe(0)
  expect(await prisma.subscription.count()).toBe(0)
  const rows = await prisma.user.findMany({ where: { id: { in: [robin.userId, guestId] } } })
  for (const row of rows)
    expect(row).toMatchObject({
      name: 'deleted user',
      firstName: null,
      lastName: null,
      imageUrl: null,
      discordId: null,
    })
  const events = await prisma.event.findMany({ where: { workspaceId: null } })
  expect(
    JSON.stringify(events.map(({ changes }) => changes)),
    'nor do events tell which Discord account it was',
  ).not.toContain(discordId)
  expect(events.map(({ type }) => type)).toContain('account.erased')
})

test('an erased account is refused at once, by every process, however it comes', async () => {
  const here = await world()
  const other = secondProcess(here)
  const robin = await here.person('Robin')
  const key = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['admin'] })
  const ways = [`Bearer ${robin.token({ azp: origin })}`, `Bearer ${key}`].map((authorization) => ({
    authorization,
  }))
  for (const way of ways) expect(await other.api.get('/api/v1/me', way)).toMatchObject({ status: 200 })

  await erase(robin)

  for (const way of ways)
    expect(await other.api.get('/api/v1/me', way)).toEqual(problem('unauthenticated', /closed/))
  expect(await erase(robin)).toEqual(problem('unauthenticated', /closed/))
})

test('the account is erased at Clerk too, with its keys, by a job that may run twice', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['admin'] })
  await erase(robin)
  const [request] = await requestsOf(here)

  const job = deleteAtClerkJob(here.tracker)
  await here.clerk.disappear()
  await expect(job.run(request?.payload), 'it is tried again').rejects.toMatchObject({ code: 'unavailable' })
  await here.clerk.comeBack()
  await job.run(request?.payload)
  await job.run(request?.payload)

  expect(request?.name).toBe(job.name)
  expect(await here.tracker.clerk.findProfile(robin.clerkId)).toBeNull()
  expect(await here.tracker.clerk.listApiKeys(robin.clerkId)).toEqual([])
})

test('the job deletes nobody at Clerk whose account is still there', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await robin.api.post(`${home}/issues`, { title: 'Login loops' })
  const { id: eventId } = await here.db.prisma.event.findFirstOrThrow()

  await deleteAtClerkJob(here.tracker).run({ eventId })

  expect(await here.tracker.clerk.findProfile(robin.clerkId)).not.toBeNull()
})

test('the last admin of workspaces cannot be erased, is told of which, and can when others are', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  for (const [name, slug] of [
    ['The crew', 'crew'],
    ['Another', 'another'],
    ['Shared', 'shared'],
  ])
    await robin.api.post('/api/v1/workspaces', { name, slug, key: 'KEY' })
  const makeAdmin = (slug: string) =>
    robin.api.put(`/api/v1/workspaces/${slug}/members/${sam.userId}`, { role: 'admin' })
  await makeAdmin('shared')
  const before = await stateOf(here.db)

  expect(await erase(robin)).toEqual(problem('conflict', /last admin of “Another” and “The crew”\./))
  expect(await stateOf(here.db)).toEqual(before)

  await makeAdmin('crew')
  await makeAdmin('another')
  expect(await erase(robin)).toMatchObject({ status: 204 })
  expect(await erase(sam)).toEqual(problem('conflict', /last admin/))
})

test('two admins who erase themselves at once do not leave their workspace to nobody', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  await robin.api.put(`/api/v1/workspaces/crew/members/${sam.userId}`, { role: 'admin' })

  const statuses = (await Promise.all([erase(robin), erase(sam)])).map(({ status }) => status)

  expect(new Set(statuses)).toEqual(new Set([204, 409]))
})

test('nobody erases their account by mistake', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  expect(await robin.api.delete(account)).toEqual(problem('invalid'))
  for (const body of [{}, { confirm: true }, { confirm: 'yes' }, { ...confirmed, userId: 'x' }])
    expect(await erase(robin, body), JSON.stringify(body)).toEqual(problem('invalid'))
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200, body: { name: 'Robin Tester' } })
})

test('whoever filed something at the same moment has it under no name as well', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const filing = () => robin.api.post(`${home}/issues`, { title: 'At the last moment' })

  await Promise.all([filing(), filing(), erase(robin), filing(), filing()])

  const users = await here.db.prisma.issue.findMany({ select: { author: { select: { name: true } } } })
  for (const { author } of users) expect(author.name).toBe('deleted user')
  expect(await filing()).toEqual(problem('unauthenticated', /closed/))
})

/** The jobs that follow from what happened to accounts. */
async function requestsOf({ db }: World) {
  const events = await db.prisma.event.findMany({ where: { workspaceId: null } })
  return events.flatMap((event) =>
    followAccounts({ ...event, type: 'account.erased', position: 1, changes: {} }),
  )
}
