import { expect, test } from 'vitest'
import { createComment } from '#shared/comments/operations.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { attachDiscord } from '#shared/identity/merging.ts'
import { setSubscription, vote } from '#shared/viewers/operations.ts'
import type { Context } from '#shared/context.ts'
import { problem } from '#test/problems.ts'
import { expectRefused } from '#test/refusals.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`

/** Two issues by Robin; Sam has nothing to do with them yet. */
async function scene() {
  const here = await world()
  const robin = await here.person('Robin')
  const sam = await here.person('Sam')
  await robin.api.post(list, { title: 'Login loops' })
  await robin.api.post(list, { title: 'Login loops again' })
  return { ...here, robin, sam }
}

const viewer = async ({ api }: Person, issue = one) => (await api.get(`${issue}/me`)).body

async function subscribed({ db }: World, issueNumber = 1): Promise<string[]> {
  const rows = await db.prisma.subscription.findMany({
    where: { issueNumber, muted: false },
    orderBy: { createdAt: 'asc' },
  })
  return rows.map(({ userId }) => userId)
}

/** A guest in a server that is connected to *home*, as they come from Discord. */
async function guest({ db, tracker }: World): Promise<Context & { userId: string; discordId: string }> {
  const [guildId, discordId] = ['1200000000000000077', '1200000000000000099']
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.create({ data: { id: guildId, name: 'Workshop', workspaceId } })
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Gus', imageUrl: null })
  const caller = { userId, door: 'discord' as const, guild: { id: guildId, managed: false } }
  return { tracker, caller, place: { guildId }, userId, discordId }
}

test('a vote counts once, however often it is given, and can be taken back', async () => {
  const { robin, sam } = await scene()

  expect(await viewer(sam)).toEqual({ voted: false, votes: 0, subscription: null })
  for (let n = 0; n < 2; n++)
    expect(await sam.api.put(`${one}/vote`)).toMatchObject({ status: 200, body: { voted: true, votes: 1 } })
  expect(await robin.api.put(`${one}/vote`)).toMatchObject({ body: { voted: true, votes: 2 } })
  expect(await robin.api.get(one)).toMatchObject({ body: { votes: 2, version: 1 } })
  for (let n = 0; n < 2; n++)
    expect(await sam.api.delete(`${one}/vote`)).toMatchObject({
      status: 200,
      body: { voted: false, votes: 1 },
    })
  expect(await viewer(sam)).toEqual({ voted: false, votes: 1, subscription: null })

  const { body } = await robin.api.get(`${one}/history`)
  expect(body).toMatchObject({
    data: [
      { type: 'issue.created' },
      { type: 'issue.voted', actor: { id: sam.userId }, changes: { votes: { before: 0, after: 1 } } },
      { type: 'issue.voted', actor: { id: robin.userId }, changes: { votes: { before: 1, after: 2 } } },
      { type: 'issue.unvoted', changes: { votes: { before: 2, after: 1 } } },
    ],
  })
})

test('closed issues can be voted for, deleted ones cannot', async () => {
  const here = await scene()
  const { robin, sam } = here
  await robin.api.patch(one, { status: 'done' })
  expect(await sam.api.put(`${one}/vote`)).toMatchObject({ status: 200 })

  await robin.api.delete(one)
  await expectRefused(here, 'not_found', {
    vote: () => sam.api.put(`${one}/vote`),
    unvote: () => sam.api.delete(`${one}/vote`),
    me: () => sam.api.get(`${one}/me`),
    subscription: () => sam.api.put(`${one}/subscription`, { state: 'muted' }),
    unsubscribe: () => sam.api.delete(`${one}/subscription`),
    references: () => sam.api.get(`${one}/references`),
  })
})

test('a hundred votes at once are a hundred, and a vote given twice at once is one', async () => {
  const here = await scene()
  const { db, tracker, robin } = here
  const ids = Array.from({ length: 100 }, () => tracker.newId())
  await db.prisma.user.createMany({
    data: ids.map((id) => ({ id, clerkId: `user_${id}`, name: 'Voter', clerkCheckedAt: tracker.clock() })),
  })
  const voters = ids.map((userId) => ({ ...robin.home, caller: { ...robin.caller, userId } }))

  await Promise.all([...voters, ...voters.slice(0, 20)].map((voter) => vote(voter, { number: 1 })))

  expect(await robin.api.get(one)).toMatchObject({ body: { votes: 100 } })
  expect(await db.prisma.vote.count({ where: { issueNumber: 1 } })).toBe(100)
  expect(await db.prisma.event.count({ where: { type: 'issue.voted' } })).toBe(100)
})

test('authors, assignees, commenters and whoever is mentioned follow an issue by themselves', async () => {
  const here = await scene()
  const { robin, sam, personWith, person } = here
  const triager = await personWith('triager')
  const kim = await personWith('member', 'Kim')
  const voter = await person('Voter')

  await voter.api.put(`${one}/vote`)
  await sam.api.post(`${one}/comments`, { body: 'Same here, @KimTester.' })
  await triager.api.patch(one, { assignee: triager.userId })

  expect(await subscribed(here)).toEqual([robin.userId, sam.userId, kim.userId, triager.userId])
  const filed = await robin.api.post(list, { title: 'For @KimTester', description: 'Ask @kimtester' })
  expect(filed.status).toBe(201)
  expect(await subscribed(here, 3)).toEqual([robin.userId, kim.userId])
})

test('whoever muted an issue is not subscribed again, until they want it themselves', async () => {
  const here = await scene()
  const { sam, personWith } = here
  const triager = await personWith('triager')
  expect(await sam.api.put(`${one}/subscription`, { state: 'muted' })).toMatchObject({
    status: 200,
    body: { subscription: 'muted' },
  })

  await sam.api.post(`${one}/comments`, { body: 'Hm.' })
  await triager.api.post(`${one}/comments`, { body: '@SamTester?' })
  await sam.api.post(`${one}/comments`, { body: 'What?' })

  expect(await viewer(sam)).toMatchObject({ subscription: 'muted' })
  expect(await subscribed(here)).not.toContain(sam.userId)
  await sam.api.put(`${one}/subscription`, { state: 'following' })
  expect(await viewer(sam)).toMatchObject({ subscription: 'following' })
  await sam.api.delete(`${one}/subscription`)
  expect(await viewer(sam)).toMatchObject({ subscription: null })
  await sam.api.post(`${one}/comments`, { body: 'Hello.' })
  expect(await viewer(sam)).toMatchObject({ subscription: 'following' })
})

test('what somebody follows is told to nobody', async () => {
  const { robin, sam, db, personWith } = await scene()
  const admin = await personWith('admin')

  for (const state of ['muted', 'muted', 'following']) await sam.api.put(`${one}/subscription`, { state })
  await sam.api.delete(`${one}/subscription`)

  const events = await db.prisma.event.findMany({ where: { type: 'subscription.changed' } })
  expect(events).toHaveLength(3)
  for (const { workspaceId, issueNumber } of events)
    expect({ workspaceId, issueNumber }).toEqual({ workspaceId: null, issueNumber: null })
  for (const { api } of [robin, admin])
    expect(await api.get(`${one}/history`)).toMatchObject({ body: { data: [{ type: 'issue.created' }] } })
})

test('a guest who links an account takes along what they said, and nothing counts twice', async () => {
  const here = await scene()
  const { sam, db } = here
  const gus = await guest(here)
  const said = await createComment(gus, { number: 1, body: 'As a guest' })
  await vote(gus, { number: 1 })
  await vote(gus, { number: 2 })
  await sam.api.put(`${one}/vote`)
  await setSubscription(gus, { number: 2, state: 'muted' })
  await sam.api.put(`${list}/2/subscription`, { state: 'following' })
  await sam.api.post(`${list}/2/comments`, { body: 'What does @gus say?' })
  const filed = await createIssue(gus, { title: 'By a guest' })

  await db.transaction((tx) => attachDiscord(tx, { userId: sam.userId, discordId: gus.discordId }))

  expect(await sam.api.get(one)).toMatchObject({ body: { votes: 1 } })
  expect(await sam.api.get(`${list}/2`)).toMatchObject({ body: { votes: 1 } })
  expect(await viewer(sam)).toEqual({ voted: true, votes: 1, subscription: 'following' })
  expect(await viewer(sam, `${list}/2`)).toEqual({ voted: true, votes: 1, subscription: 'muted' })
  expect(await sam.api.get(`${one}/comments/${said.id}`)).toMatchObject({
    body: { author: { id: sam.userId } },
  })
  expect(await sam.api.patch(`${one}/comments/${said.id}`, { body: 'As myself' })).toMatchObject({
    status: 200,
  })
  expect(await viewer(sam, `${list}/${filed.number}`)).toMatchObject({ subscription: 'following' })
  expect(await db.prisma.mention.findMany()).toMatchObject([{ userId: sam.userId, issueNumber: 2 }])
  for (const left of await Promise.all([
    db.prisma.vote.count({ where: { userId: gus.userId } }),
    db.prisma.subscription.count({ where: { userId: gus.userId } }),
    db.prisma.comment.count({ where: { authorId: gus.userId } }),
  ]))
    expect(left).toBe(0)
})

test('a guest can write twenty comments an hour', async () => {
  const here = await scene()
  const gus = await guest(here)
  const attempts = await Promise.allSettled(
    Array.from({ length: 25 }, (_, n) => createComment(gus, { number: (n % 2) + 1, body: `Number ${n}` })),
  )

  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  expect(refused).toHaveLength(5)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'too_many', message: expect.stringMatching(/20 comments an hour/) })
  here.advance(3_600_001)
  await expect(createComment(gus, { number: 1, body: 'Later' })).resolves.toMatchObject({
    author: { guest: true },
  })
})

test('a stranger to the workspace neither votes nor follows nor comments', async () => {
  const here = await scene()
  const { robin, sam } = here
  await robin.api.post('/api/v1/workspaces', { name: 'Closed', slug: 'closed', key: 'CLOSED' })
  const at = '/api/v1/workspaces/closed/issues/1'
  await robin.api.post('/api/v1/workspaces/closed/issues', { title: 'A secret' })

  for (const attempt of [
    () => sam.api.put(`${at}/vote`),
    () => sam.api.delete(`${at}/vote`),
    () => sam.api.put(`${at}/subscription`, { state: 'following' }),
    () => sam.api.post(`${at}/comments`, { body: 'Hello' }),
    () => sam.api.get(`${at}/comments`),
    () => sam.api.get(`${at}/me`),
    () => sam.api.get(`${at}/references`),
  ])
    expect(await attempt()).toEqual(problem('not_found'))
})
