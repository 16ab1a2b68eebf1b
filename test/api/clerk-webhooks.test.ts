import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { forgetMessagesJob } from '#shared/identity/clerk-messages.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { senderOf, userData } from '#test/clerk-sender.ts'
import { problem } from '#test/problems.ts'
import { secondProcess } from '#test/second-process.ts'
import { origin, world } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const done = expect.objectContaining({ status: 204, body: null })

test('a new name and picture at Clerk are shown at once', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')

  expect(await send('user.updated', userData(robin.clerkId))).toEqual(done)

  expect(await robin.api.get('/api/v1/me')).toMatchObject({
    status: 200,
    body: { name: 'Robyn Tester', imageUrl: 'https://img.clerk.com/robyn' },
  })
})

test('somebody who has never been here is not made by what Clerk tells, but at first sight', async () => {
  const here = await world()
  const send = senderOf(here)

  expect(await send('user.created', userData('user_new'))).toEqual(done)
  expect(await send('user.deleted', { object: 'user', id: 'user_other', deleted: true })).toEqual(done)
  expect(await send('session.ended', { id: 'sess_1', user_id: 'user_new' })).toEqual(done)

  expect(await here.db.prisma.user.count()).toBe(0)
})

test.each([
  ['user.updated', (id: string) => userData(id, { banned: true })],
  ['user.deleted', (id: string) => ({ object: 'user', id, deleted: true })],
] as const)('whom a %s refuses is refused at once, by every process', async (type, data) => {
  const here = await world()
  const other = secondProcess(here)
  const robin = await here.person('Robin')
  const bearer = { authorization: `Bearer ${robin.token({ azp: origin })}` }
  const key = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: ['admin'] })
  const byKey = { authorization: `Bearer ${key}` }
  expect(await other.api.get('/api/v1/me', bearer)).toMatchObject({ status: 200 })
  expect(await other.api.get('/api/v1/me', byKey)).toMatchObject({ status: 200 })

  expect(await senderOf(here)(type, data(robin.clerkId))).toEqual(done)

  for (const headers of [bearer, byKey]) {
    expect(await other.api.get('/api/v1/me', headers)).toEqual(problem('unauthenticated', /closed/))
    expect(await here.anonymous.get(`${home}/issues`, headers)).toEqual(problem('unauthenticated', /closed/))
    expect(await other.api.post(`${home}/issues`, { title: 'After that' }, headers)).toEqual(
      problem('unauthenticated', /closed/),
    )
  }
})

test.each(['session.ended', 'session.removed', 'session.revoked'])(
  'a token of a session that is over (%s) is refused at once by every process, and no other',
  async (type) => {
    const here = await world()
    const other = secondProcess(here)
    const robin = await here.person('Robin')
    const bearer = (sid: string) => ({ authorization: `Bearer ${robin.token({ azp: origin, sid })}` })
    const [one, two] = [bearer('sess_one'), bearer('sess_two')]
    for (const headers of [one, two])
      expect(await other.api.get('/api/v1/me', headers)).toMatchObject({ status: 200 })

    expect(await senderOf(here)(type, { id: 'sess_one', user_id: robin.clerkId })).toEqual(done)

    for (const api of [other.api, here.anonymous]) {
      expect(await api.get('/api/v1/me', one)).toEqual(problem('unauthenticated', /session has ended/))
      expect(await api.post(`${home}/issues`, { title: 'After that' }, one)).toEqual(
        problem('unauthenticated', /session has ended/),
      )
      expect(await api.get('/api/v1/me', two)).toMatchObject({ status: 200 })
    }
  },
)

test('ended sessions are forgotten when no token of theirs can be good', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  await send('session.ended', { id: 'sess_one', user_id: robin.clerkId })
  await send('session.ended', { id: 'sess_two', user_id: robin.clerkId })
  here.advance(2 * 60 * 60_000)
  await send('session.ended', { id: 'sess_three', user_id: robin.clerkId })

  const { ended } = await here.db.prisma.user.findUniqueOrThrow({ where: { id: robin.userId } })
  expect(Object.keys(ended as object)).toEqual(['sess_three'])
})

test('nobody ends a session in the name of another user', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  await senderOf(here)('session.ended', { id: 'sess_one', user_id: sam.clerkId })

  expect(
    await here.anonymous.get('/api/v1/me', {
      authorization: `Bearer ${robin.token({ azp: origin, sid: 'sess_one' })}`,
    }),
  ).toMatchObject({ status: 200 })
})

test('what is not signed by Clerk, or too long ago, or for something else, changes nothing', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  const gone = { object: 'user', id: robin.clerkId, deleted: true }
  const minutes = (count: number) => new Date(Date.now() + count * 60_000)
  const another = `whsec_${Buffer.from('another secret altogether').toString('base64')}`
  const attempts = {
    'another secret': await send('user.deleted', gone, { secret: another }),
    'an hour ago': await send('user.deleted', gone, { at: minutes(-60) }),
    'in an hour': await send('user.deleted', gone, { at: minutes(60) }),
    'another body': await send(
      'user.updated',
      {},
      { body: JSON.stringify({ type: 'user.deleted', data: gone }) },
    ),
    'another id': await send('user.deleted', gone, { headers: { 'svix-id': 'msg_other' } }),
    'another time': await send('user.deleted', gone, {
      at: minutes(-60),
      headers: { 'svix-timestamp': String(Math.floor(Date.now() / 1000)) },
    }),
    'no signature': await send('user.deleted', gone, { headers: { 'svix-signature': '' } }),
    'half a signature': await send('user.deleted', gone, { headers: { 'svix-signature': 'v1,AAAA' } }),
    'no id': await send('user.deleted', gone, { headers: { 'svix-id': '' } }),
    'a time that is none': await send('user.deleted', gone, { headers: { 'svix-timestamp': 'now' } }),
    'nothing at all': await here.anonymous.post('/api/clerk/webhook', { type: 'user.deleted', data: gone }),
    'the token of an admin': await here.anonymous.post(
      '/api/clerk/webhook',
      { type: 'user.deleted', data: gone },
      { authorization: `Bearer ${robin.token({ azp: origin })}` },
    ),
  }

  for (const [name, answer] of Object.entries(attempts))
    expect(answer, name).toEqual(problem('unauthenticated', /not signed by Clerk/))
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200, body: { name: 'Robin Tester' } })
  expect(await here.db.prisma.clerkMessage.count()).toBe(0)
})

test('a message that comes again does nothing the second time', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  const at = Date.now() + 600_000
  const first = userData(robin.clerkId, { first_name: 'First', updated_at: at })

  const twins = await Promise.all([1, 2, 3].map(() => send('user.updated', first, { id: 'msg_first' })))
  await here.db.prisma.user.update({
    where: { id: robin.userId },
    data: { name: 'Seen', clerkUpdatedAt: null },
  })
  const again = await send('user.updated', first, { id: 'msg_first' })

  expect([...twins, again]).toEqual([done, done, done, done])
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ body: { name: 'Seen' } })
})

test('what is told in another order than it happened ends the same', async () => {
  const here = await world()
  const send = senderOf(here)
  const at = Date.now() + 600_000
  const story = (id: string) => [
    () => send('user.updated', userData(id, { first_name: 'Old', updated_at: at })),
    () => send('user.updated', userData(id, { first_name: 'Mid', banned: true, updated_at: at + 1 })),
    () => send('user.updated', userData(id, { first_name: 'New', updated_at: at + 2 })),
  ]

  for (const [name, order] of Object.entries({ A: [2, 1, 0], B: [1, 2, 0], C: [0, 2, 1] })) {
    const someone = await here.person(name)
    for (const step of order) await story(someone.clerkId)[step]?.()
    expect(await someone.api.get('/api/v1/me'), name).toMatchObject({
      status: 200,
      body: { name: 'New Tester' },
    })
  }
})

test('of two profiles of the same moment the one with a ban counts', async () => {
  const here = await world()
  const send = senderOf(here)
  const updated_at = Date.now() + 600_000
  for (const [name, order] of Object.entries({ Robin: [true, false], Sam: [false, true] })) {
    const someone = await here.person(name)
    for (const banned of order) await send('user.updated', userData(someone.clerkId, { banned, updated_at }))
    expect(await someone.api.get('/api/v1/me'), name).toEqual(problem('unauthenticated'))
  }
})

test('an answer of Clerk that is older than what it told meanwhile is not taken over', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await senderOf(here)(
    'user.updated',
    userData(robin.clerkId, { banned: true, updated_at: Date.now() + 600_000 }),
  )
  here.advance(5 * 60_000 + 1000)

  expect(await robin.api.get('/api/v1/me'), 'Clerk answers with the profile before').toEqual(
    problem('unauthenticated', /closed/),
  )
})

test('a ban that is lifted lets in again, with the same Discord account', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  const discordId = '100000000000000001'
  await here.db.prisma.user.update({ where: { id: robin.userId }, data: { discordId } })
  const at = Date.now() + 600_000
  await send('user.updated', userData(robin.clerkId, { banned: true, updated_at: at }))
  expect(await robin.api.get('/api/v1/me')).toEqual(problem('unauthenticated'))

  await send('user.updated', userData(robin.clerkId, { updated_at: at + 1 }))

  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200, body: { discordId } })
})

test('a delete is final: what comes after it, and was before it, brings nobody back', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  await send('user.deleted', { object: 'user', id: robin.clerkId, deleted: true })
  await send('user.updated', userData(robin.clerkId, { updated_at: Date.now() + 5000 }))
  await send('user.created', userData(robin.clerkId, { updated_at: Date.now() + 6000 }))
  here.advance(5 * 60_000 + 1000)

  expect(await robin.api.get('/api/v1/me')).toEqual(problem('unauthenticated', /closed/))
  expect(await here.db.prisma.user.count()).toBe(1)
})

test('who was deleted at Clerk has their words under “deleted user”, and a free Discord account', async () => {
  const here = await world()
  const robin = await here.personWith('triager', 'Robin')
  const sam = await here.person('Sam')
  const discordId = '100000000000000001'
  await here.db.prisma.user.update({ where: { id: robin.userId }, data: { discordId } })
  await robin.api.post(`${home}/issues`, { title: 'Login loops', description: 'Since Monday.' })

  await senderOf(here)('user.deleted', { object: 'user', id: robin.clerkId, deleted: true })

  const deleted = { id: robin.userId, name: 'deleted user', imageUrl: null, account: 'nobody', guest: false }
  expect(await sam.api.get(`${home}/issues/1`)).toMatchObject({
    body: { title: 'Login loops', description: 'Since Monday.', author: deleted },
  })
  expect(await sam.api.get(`${home}/issues`)).toMatchObject({ body: { data: [{ author: deleted }] } })
  expect(await sam.api.get(`${home}/issues/1/history`)).toMatchObject({
    body: { data: [{ actor: deleted }] },
  })
  expect(await sam.api.get(`/api/v1/users/${robin.userId}`)).toMatchObject({ body: deleted })
  expect(await sam.api.get(`/api/user/${robin.clerkId}`)).toMatchObject({ status: 404 })
  expect((await sam.api.get(`${home}/members`)).body).toEqual({ data: [] })
  const guestId = await ensureDiscordUser(here.tracker, { discordId, name: 'Rob', imageUrl: null })
  expect(guestId).not.toBe(robin.userId)
  const events = await here.db.prisma.event.findMany({ where: { type: 'account.erased' } })
  expect(events).toMatchObject([{ actorId: robin.userId, door: 'job', workspaceId: null }])
})

test('who was deleted is given no role any more', async () => {
  const here = await world()
  const [admin, robin] = [await here.personWith('admin'), await here.person('Robin')]
  await senderOf(here)('user.deleted', { object: 'user', id: robin.clerkId, deleted: true })

  expect(await admin.api.put(`${home}/members/${robin.userId}`, { role: 'admin' })).toEqual(
    problem('not_found'),
  )
})

test('other things that Clerk tells are taken, and come to nothing', async () => {
  const here = await world()
  const send = senderOf(here)

  expect(await send('session.created', { id: 'sess_1', user_id: 'user_1' })).toEqual(done)
  expect(await send('organization.created', { anything: [1, 2, 3] })).toEqual(done)
  expect(await here.db.prisma.clerkMessage.count()).toBe(0)
})

test('a message that is not understood is an error of ours, told again by Clerk, and not taken as done', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')

  expect(await send('user.updated', { id: robin.clerkId }, { id: 'msg_1' })).toMatchObject({ status: 500 })
  expect(here.loggedErrors.splice(0)).toHaveLength(1)
  expect(await send('user.updated', userData(robin.clerkId), { id: 'msg_1' })).toEqual(done)
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ body: { name: 'Robyn Tester' } })
})

test('what Clerk told is forgotten after days', async () => {
  const here = await world()
  const send = senderOf(here)
  const robin = await here.person('Robin')
  await send('user.updated', userData(robin.clerkId), { id: 'msg_old' })
  here.advance(4 * 24 * 60 * 60_000)
  await send('user.updated', userData(robin.clerkId), { id: 'msg_new' })

  await forgetMessagesJob(here.tracker).run({})

  expect(await here.db.prisma.clerkMessage.findMany({ select: { id: true } })).toEqual([{ id: 'msg_new' }])
})

test('the local Clerk tells the product what happens to users', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  here.clerk.tells(`http://127.0.0.1:${server.port}/api/clerk/webhook`)

  await here.clerk.updateUser(robin.clerkId, { firstName: 'Robyn' })
  await expect.poll(() => robin.api.get('/api/v1/me')).toMatchObject({ body: { name: 'Robyn Tester' } })
  await here.clerk.banUser(robin.clerkId)
  await expect.poll(() => robin.api.get('/api/v1/me')).toEqual(problem('unauthenticated', /closed/))
  await here.clerk.unbanUser(robin.clerkId)
  // Their sessions ended with the ban.
  await expect
    .poll(() => robin.api.get('/api/v1/me'))
    .toEqual(problem('unauthenticated', /session has ended/))
  await here.clerk.deleteUser(sam.clerkId)
  await expect.poll(() => sam.api.get('/api/v1/me')).toEqual(problem('unauthenticated', /closed/))
})

test('without a signing secret there is no such address, and the operator is told once what to do', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const warnings: string[] = []
  const log = pino({ level: 'warn' }, { write: (line) => warnings.push(line) })
  const { api: to } = secondProcess(here, { log, webhookSigningSecret: undefined })
  const send = () =>
    senderOf(here)('user.deleted', { object: 'user', id: robin.clerkId, deleted: true }, { to })

  expect(await send()).toEqual(problem('not_found'))
  expect(await send()).toEqual(problem('not_found'))
  expect(warnings).toEqual([expect.stringContaining('CLERK_WEBHOOK_SIGNING_SECRET')])
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200 })
})
