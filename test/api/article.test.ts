import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { failed } from '#test/problems.ts'
import { world } from '#test/world.ts'

const words = { title: 'Login loops', description: 'On Safari.', status: 'todo', label: 'feature' }

test('POST /api/issue files an issue of the caller’s', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  const answer = await robin.api.post('/api/issue', words)

  expect(answer).toMatchObject({ status: 201 })
  expect(answer.body).toStrictEqual({
    status: 'SUCCESS',
    message: expect.any(String),
    data: { id: 1, ...words, author: robin.clerkId },
  })
})

test('GET /api/issues is a bare array, newest first', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/issue', words)
  await sam.api.post('/api/issue', { ...words, title: 'Another' })

  const answer = await robin.api.get('/api/issues')

  expect(answer.status).toBe(200)
  expect(answer.body).toStrictEqual([
    { id: 2, ...words, title: 'Another', author: sam.clerkId },
    { id: 1, ...words, author: robin.clerkId },
  ])
})

test('GET /api/issue/{id} is one issue, or 404', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post('/api/issue', words)

  expect((await robin.api.get('/api/issue/1')).body).toStrictEqual({
    status: 'SUCCESS',
    data: { id: 1, ...words, author: robin.clerkId },
  })
  expect(await robin.api.get('/api/issue/2')).toEqual(failed(404))
})

test('PATCH /api/issue/{id} changes any of the fields, and answers 200 when it did', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post('/api/issue', words)

  const changed = await robin.api.patch('/api/issue/1', { status: 'inprogress', label: 'documentation' })
  expect(changed).toMatchObject({
    status: 200,
    body: {
      status: 'SUCCESS',
      data: { id: 1, status: 'inprogress', label: 'documentation', title: words.title },
    },
  })
  // The article's client sends everything it was shown.
  const shown = { id: 1, ...words, title: 'Login loops!', author: robin.clerkId }
  expect(await robin.api.patch('/api/issue/1', shown)).toMatchObject({ status: 200, body: { data: shown } })
})

test('DELETE /api/issue/{id} deletes, and answers 200 when it did', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  await robin.api.post('/api/issue', words)

  expect(await robin.api.delete('/api/issue/1')).toMatchObject({ status: 200, body: { status: 'SUCCESS' } })
  expect(await robin.api.get('/api/issue/1')).toEqual(failed(404))
  expect(await robin.api.delete('/api/issue/1')).toEqual(failed(404))
})

test('GET /api/user/me is the caller with their e-mail addresses', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  expect((await robin.api.get('/api/user/me')).body).toStrictEqual({
    id: robin.clerkId,
    first_name: 'Robin',
    last_name: 'Tester',
    username: null,
    profile_image_url: expect.stringMatching(/^http/),
    email_addresses: [{ email_address: expect.stringMatching(/^robin-.+@example\.com$/) }],
  })
})

test('GET /api/user/{id} has no e-mail addresses, not even the caller’s own', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  const shown = {
    id: robin.clerkId,
    first_name: 'Robin',
    last_name: 'Tester',
    username: null,
    profile_image_url: expect.stringMatching(/^http/),
  }

  for (const { api } of [robin, sam])
    expect((await api.get(`/api/user/${robin.clerkId}`)).body).toStrictEqual(shown)
  for (const id of [
    'user_nobody',
    'x',
    '%00',
    'discord:7',
    'x'.repeat(5000),
    '%E0%A4%A',
    `${robin.clerkId}'--`,
  ])
    expect(await sam.api.get(`/api/user/${id}`), id.slice(0, 20)).toEqual(failed(404))
})

test('a guest is shown by their Discord account', async () => {
  const { person, tracker, db } = await world()
  const robin = await person('Robin')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  const guild = { id: '200000000000000001', name: 'Guild', workspaceId }
  await db.prisma.guild.create({ data: guild })
  const discordId = '100000000000000001'
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Gus', imageUrl: null })
  const caller = { userId, door: 'discord' as const, guild: { id: guild.id, managed: false } }
  await createIssue({ tracker, caller, place: { guildId: guild.id } }, { title: 'From a guest' })

  expect(await robin.api.get('/api/issue/1')).toMatchObject({
    body: { data: { author: `discord:${discordId}` } },
  })
  expect(await robin.api.get(`/api/user/discord:${discordId}`)).toMatchObject({
    status: 200,
    body: { first_name: 'Gus' },
  })
})
