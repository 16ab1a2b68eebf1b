import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { problem } from '#test/problems.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const blocks = `${home}/blocks`

async function crew() {
  const here = await world()
  return {
    ...here,
    robin: await here.personWith('admin', 'Robin'),
    tia: await here.personWith('triager', 'Tia'),
    sam: await here.personWith('member', 'Sam'),
  }
}

async function eventsOf({ db }: World) {
  return db.prisma.event.findMany({
    where: { type: { startsWith: 'person.' } },
    orderBy: { id: 'asc' },
    select: { type: true, subjectId: true, changes: true, actorId: true },
  })
}

test('a moderator blocks somebody, says why, and lifts the block again', async () => {
  const here = await crew()
  const { tia, sam } = here

  const made = await tia.api.put(`${blocks}/${sam.userId}`, { reason: '  Advertises watches. ' })
  expect(made).toMatchObject({
    status: 200,
    body: { user: { id: sam.userId }, by: { id: tia.userId }, reason: 'Advertises watches.' },
  })
  expect(await tia.api.get(blocks)).toMatchObject({ body: { data: [made.body], nextCursor: null } })
  expect((await tia.api.put(`${blocks}/${sam.userId}`, { reason: 'Advertises watches.' })).body).toEqual(
    made.body,
  )

  expect(await tia.api.delete(`${blocks}/${sam.userId}`)).toMatchObject({ status: 204 })
  expect(await sam.api.post(`${home}/issues`, { title: 'Sorry' })).toMatchObject({ status: 201 })
  expect(await tia.api.get(blocks)).toMatchObject({ body: { data: [] } })
  expect(await tia.api.delete(`${blocks}/${sam.userId}`)).toEqual(problem('not_found', /is not blocked/))
  expect(await eventsOf(here)).toEqual([
    {
      type: 'person.blocked',
      subjectId: sam.userId,
      actorId: tia.userId,
      changes: {
        userId: { before: null, after: sam.userId },
        reason: { before: null, after: 'Advertises watches.' },
      },
    },
    {
      type: 'person.unblocked',
      subjectId: sam.userId,
      actorId: tia.userId,
      changes: { userId: { before: sam.userId, after: null } },
    },
  ])
})

test('nobody blocks an admin, a triager no other triager, and nobody themself', async () => {
  const { robin, tia, sam, personWith, db } = await crew()
  const rick = await personWith('triager', 'Rick')
  const ann = await personWith('admin', 'Ann')
  const before = await stateOf(db)

  expect(await tia.api.put(`${blocks}/${rick.userId}`, {})).toEqual(
    problem('forbidden', /^Only an admin may block a triager\.$/),
  )
  expect(await tia.api.put(`${blocks}/${robin.userId}`, {})).toEqual(
    problem('conflict', /admin cannot be blocked/),
  )
  expect(await ann.api.put(`${blocks}/${robin.userId}`, {})).toEqual(
    problem('conflict', /admin cannot be blocked/),
  )
  expect(await robin.api.put(`${blocks}/${robin.userId}`, {})).toEqual(problem('conflict', /yourself/))
  expect(await tia.api.put(`${blocks}/${tia.userId}`, {})).toEqual(problem('forbidden'))
  expect(await sam.api.put(`${blocks}/${sam.userId}`, {})).toEqual(problem('forbidden'))
  expect(await sam.api.get(blocks)).toEqual(
    problem('forbidden', /^Only a triager or an admin may block people here/),
  )
  const nobody = '0193f2a0-0000-7000-8000-000000000001'
  expect(await tia.api.put(`${blocks}/${nobody}`, {})).toEqual(problem('not_found', /no such user/))
  expect(await tia.api.put(`${blocks}/${sam.userId}`, { by: sam.userId })).toEqual(problem('invalid'))
  expect(await tia.api.put(`${blocks}/${sam.userId}`, { reason: 'x'.repeat(501) })).toEqual(
    problem('invalid'),
  )
  expect(await stateOf(db)).toEqual(before)

  expect(await robin.api.put(`${blocks}/${rick.userId}`, {})).toMatchObject({ status: 200 })
  expect(await tia.api.delete(`${blocks}/${rick.userId}`)).toEqual(problem('forbidden', /block a triager/))
})

test('an admin by a server is one too, whom nobody blocks', async () => {
  const { tia, robin, person, db } = await crew()
  const owner = await person('Owner')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.create({ data: { id: '1200000000000000077', name: 'Workshop', workspaceId } })
  await db.prisma.guildRole.create({
    data: { guildId: '1200000000000000077', userId: owner.userId, role: 'admin', checkedAt: new Date() },
  })

  for (const { api } of [tia, robin])
    expect(await api.put(`${blocks}/${owner.userId}`, {})).toEqual(problem('conflict', /admin cannot/))
})

test('somebody who is blocked is given no role until the block is lifted', async () => {
  const { robin, sam } = await crew()
  await robin.api.put(`${blocks}/${sam.userId}`, {})

  expect(await robin.api.put(`${home}/members/${sam.userId}`, { role: 'admin' })).toEqual(
    problem('conflict', /blocked here\. Lift the block first/),
  )
  await robin.api.delete(`${blocks}/${sam.userId}`)
  expect(await robin.api.put(`${home}/members/${sam.userId}`, { role: 'admin' })).toMatchObject({
    status: 200,
  })
})

test('a block is one of its workspace alone', async () => {
  const { robin, sam, db } = await crew()
  await robin.api.put(`${blocks}/${sam.userId}`, {})
  await sam.api.post('/api/v1/workspaces', { name: 'Of Sam', slug: 'of-sam', key: 'SAM' })

  expect(await sam.api.post('/api/v1/workspaces/of-sam/issues', { title: 'Mine' })).toMatchObject({
    status: 201,
  })
  expect(await sam.api.get('/api/v1/workspaces/of-sam/blocks')).toMatchObject({ body: { data: [] } })
  expect(await sam.api.delete(`/api/v1/workspaces/of-sam/blocks/${sam.userId}`)).toEqual(problem('not_found'))
  expect(await db.prisma.block.count()).toBe(1)
})

test('blocks have pages', async () => {
  const { robin, person } = await crew()
  const people = [await person('Ann'), await person('Ben'), await person('Cid')]
  for (const { userId } of people) await robin.api.put(`${blocks}/${userId}`, {})

  const { body } = await robin.api.get(`${blocks}?limit=2`)
  const { data, nextCursor } = body as { data: unknown[]; nextCursor: string } // a page: the client checks
  expect(data).toHaveLength(2)
  const rest = await robin.api.get(`${blocks}?limit=2&cursor=${nextCursor}`)
  expect(rest).toMatchObject({ body: { data: [{ user: { id: people[2]?.userId } }], nextCursor: null } })
})

test('a guest who was blocked and links an account stays blocked', async () => {
  const { tracker, clerk, robin, person } = await crew()
  const discordId = '100000000000000001'
  const guest = await ensureDiscordUser(tracker, { discordId, name: 'Dave', imageUrl: null })
  await robin.api.put(`${blocks}/${guest}`, { reason: 'Spam' })
  const dave = await person('Dave')
  await clerk.connectDiscord(dave.clerkId, account(discordId))

  expect(await dave.api.post('/api/v1/account/discord')).toMatchObject({ status: 200 })

  expect(await dave.api.post(`${home}/issues`, { title: 'Again' })).toEqual(problem('forbidden', /blocked/))
  expect(await robin.api.get(blocks)).toMatchObject({
    body: { data: [{ user: { id: dave.userId }, by: { id: robin.userId }, reason: 'Spam' }] },
  })
  expect(await robin.api.delete(`${blocks}/${guest}`), 'by the old id too').toMatchObject({ status: 204 })
})

test('an admin who links an account that was blocked as a guest is an admin still', async () => {
  const { tracker, clerk, robin, tia } = await crew()
  const discordId = '100000000000000001'
  const guest = await ensureDiscordUser(tracker, { discordId, name: 'R', imageUrl: null })
  await tia.api.put(`${blocks}/${guest}`, {})
  await clerk.connectDiscord(robin.clerkId, account(discordId))

  await robin.api.post('/api/v1/account/discord')

  expect(await robin.api.patch(home, { name: 'Home again' })).toMatchObject({ status: 200 })
  expect(await robin.api.get(blocks)).toMatchObject({ body: { data: [] } })
})

test('whoever is blocked and unlinks their Discord account is blocked as its guest, until the block is lifted', async () => {
  const { tracker, clerk, robin, db, person } = await crew()
  const discordId = '100000000000000001'
  const dave = await person('Dave')
  await clerk.connectDiscord(dave.clerkId, account(discordId))
  await dave.api.post('/api/v1/account/discord')
  await robin.api.put(`${blocks}/${dave.userId}`, { reason: 'Spam' })

  expect(await dave.api.delete('/api/v1/account/discord')).toMatchObject({ status: 200 })

  const guest = await ensureDiscordUser(tracker, { discordId, name: 'Dave again', imageUrl: null })
  expect(guest).not.toBe(dave.userId)
  expect(await robin.api.get(blocks)).toMatchObject({
    body: {
      data: expect.arrayContaining([
        expect.objectContaining({ user: expect.objectContaining({ id: guest }), reason: 'Spam' }),
      ]),
    },
  })
  await dave.api.post('/api/v1/account/discord')
  expect(await db.prisma.block.count()).toBe(1)
  expect(await robin.api.delete(`${blocks}/${dave.userId}`)).toMatchObject({ status: 204 })
  await dave.api.delete('/api/v1/account/discord')
  await ensureDiscordUser(tracker, { discordId, name: 'Dave', imageUrl: null })
  expect(await db.prisma.block.count()).toBe(0)
})

function account(id: string) {
  return { id, username: 'dave', globalName: null, avatarUrl: '', email: 'dave@example.com' }
}
