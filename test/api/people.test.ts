import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const discordId = '100000000000000001'
const guildId = '200000000000000001'

test('one’s own account has the linked Discord account, and nothing secret', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  expect((await robin.api.get('/api/v1/me')).body).toStrictEqual({
    id: robin.userId,
    name: 'Robin Tester',
    imageUrl: expect.stringMatching(/^http/),
    account: robin.clerkId,
    guest: false,
    discordId: null,
  })
})

test('others are shown by name and picture, wherever they appear, and never by e-mail address', async () => {
  const { person, personWith } = await world()
  const robin = await personWith('admin', 'Robin')
  const sam = await person('Sam')
  const home = '/api/v1/workspaces/home'
  await robin.api.post(`${home}/issues`, { title: 'Login loops' })

  expect((await sam.api.get(`/api/v1/users/${robin.userId}`)).body).toStrictEqual({
    id: robin.userId,
    name: 'Robin Tester',
    imageUrl: expect.stringMatching(/^http/),
    account: robin.clerkId,
    guest: false,
  })
  const places = [
    '/api/v1/me',
    '/api/v1/workspaces',
    home,
    '/issues',
    '/issues/1',
    '/issues/1/history',
    '/members',
  ]
  for (const place of places) {
    const { status, body } = await sam.api.get(place.startsWith('/api') ? place : `${home}${place}`)
    expect(status, place).toBe(200)
    expect(JSON.stringify(body), place).not.toMatch(/@|example\.com|email/i)
  }
})

test('somebody there is not is not found', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  expect(await robin.api.get(`/api/v1/users/${crypto.randomUUID()}`)).toEqual(problem('not_found'))
})

test('linking needs a Discord account that Clerk has verified', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  expect(await robin.api.post('/api/v1/account/discord')).toEqual(
    problem('conflict', /Connect Discord first/),
  )
  expect(await robin.api.delete('/api/v1/account/discord')).toEqual(problem('conflict', /No Discord account/))
})

test('what a guest wrote follows them into the account they link, and stays when they unlink', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const guestId = await guestWithIssue(here)
  expect(await robin.api.get(`/api/v1/users/${guestId}`)).toMatchObject({
    body: { name: 'Gus', guest: true },
  })
  await connectDiscord(here, robin)

  expect(await robin.api.post('/api/v1/account/discord')).toMatchObject({ status: 200, body: { discordId } })
  expect(await robin.api.post('/api/v1/account/discord'), 'twice is once').toMatchObject({ status: 200 })
  const mine = { body: { author: { id: robin.userId, guest: false } } }
  expect(await robin.api.get('/api/v1/workspaces/home/issues/1')).toMatchObject(mine)
  expect(await robin.api.get('/api/v1/workspaces/home/issues/1/history')).toMatchObject({
    body: { data: [{ actor: { id: robin.userId }, door: 'discord' }] },
  })
  expect(await robin.api.get(`/api/v1/users/${guestId}`), 'the guest is Robin now').toMatchObject({
    body: { id: robin.userId },
  })
  expect(await robin.api.patch('/api/v1/workspaces/home/issues/1', { title: 'Mine now' })).toMatchObject({
    status: 200,
  })

  expect(await robin.api.delete('/api/v1/account/discord')).toMatchObject({
    status: 200,
    body: { discordId: null },
  })
  expect(await robin.api.get('/api/v1/workspaces/home/issues/1')).toMatchObject(mine)
})

test('a Discord account that is linked to one is not linked to another', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const sam = await here.person('Sam')
  await here.db.prisma.user.update({ where: { id: sam.userId }, data: { discordId } })
  await connectDiscord(here, robin)

  expect(await robin.api.post('/api/v1/account/discord')).toEqual(problem('conflict', /linked to another/))
  expect(await robin.api.get('/api/v1/me')).toMatchObject({ body: { discordId: null } })
})

test('a second Discord account is not linked beside the first', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await here.db.prisma.user.update({ where: { id: robin.userId }, data: { discordId: '100000000000000002' } })
  await connectDiscord(here, robin)

  expect(await robin.api.post('/api/v1/account/discord')).toEqual(
    problem('conflict', /Unlink that one first/),
  )
})

test('accounts are not linked while Clerk cannot be asked', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await connectDiscord(here, robin)
  await here.clerk.disappear()

  expect(await robin.api.post('/api/v1/account/discord')).toEqual(problem('unavailable'))
  await here.clerk.comeBack()
  expect(await robin.api.post('/api/v1/account/discord')).toMatchObject({ status: 200 })
})

test('a name of markup or from right to left is shown as it is', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await here.clerk.updateUser(robin.clerkId, { firstName: '<b>“Rob”</b>\u202E', lastName: 'אבג' })
  here.advance(5 * 60_000 + 1)

  expect(await robin.api.get('/api/v1/me')).toMatchObject({ body: { name: '<b>“Rob”</b>\u202E אבג' } })
})

async function guestWithIssue({ tracker, db }: World): Promise<string> {
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.create({ data: { id: guildId, name: 'Guild', workspaceId } })
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Gus', imageUrl: null })
  const caller = { userId, door: 'discord' as const, guild: { id: guildId, managed: false } }
  await createIssue({ tracker, caller, place: { guildId } }, { title: 'From a guest' })
  return userId
}

async function connectDiscord({ clerk }: World, { clerkId }: Person): Promise<void> {
  await clerk.connectDiscord(clerkId, {
    id: discordId,
    username: 'gus',
    globalName: 'Gus',
    avatarUrl: '',
    email: 'gus@example.com',
  })
}
