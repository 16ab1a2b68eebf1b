import { expect, test } from 'vitest'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { attachedIn } from '#test/attached.ts'
import { problem } from '#test/problems.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'
import { ask, routesOfWorkspaces } from './routes.ts'

const sentence = /^You were blocked by a moderator of this workspace/
const guildId = '1200000000000000077'

/** Makes something in *home*, and gives its id. */
async function made({ api }: Person, path: string, body: object): Promise<string> {
  const answer = await api.post(`/api/v1/workspaces/home/${path}`, body)
  expect(answer).toMatchObject({ status: 201, body: { id: expect.any(String) } })
  return (answer.body as { id: string }).id // as was just seen
}

/** What nobody else gets to see: whoever may read may stop being told. */
const ofOneself: ReadonlySet<string> = new Set(['setSubscription', 'removeSubscription'])

test('whoever is blocked writes nothing, by whatever route, and is told why', async () => {
  const here = await world()
  const { db, tracker } = here
  const robin = await here.personWith('admin', 'Robin')
  const sam = await here.personWith('triager', 'Sam')
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId } })
  await sam.api.post('/api/v1/workspaces/home/issues', { title: 'By Sam' })
  await sam.api.post('/api/v1/workspaces/home/issues', { title: 'Deleted by Sam' })
  await sam.api.delete('/api/v1/workspaces/home/issues/2')
  const commentId = await made(sam, 'issues/1/comments', { body: 'By Sam' })
  const viewId = await made(sam, 'views', { name: 'Of Sam', query: 'is:open' })
  const webhookId = await made(robin, 'webhooks', { name: 'Deploy bot', url: 'https://example.com/hook' })
  const attachments = await attachedIn(db, { workspaceId, issueNumber: 1, uploaderId: sam.userId })
  const { id: labels } = await db.prisma.label.findFirstOrThrow()
  const { id: templates } = await db.prisma.template.findFirstOrThrow()
  const things = { commentId, viewId, webhookId, attachments, labels, templates }
  const blocked = await robin.api.put(`/api/v1/workspaces/home/blocks/${sam.userId}`, { reason: 'Spam' })
  expect(blocked).toMatchObject({ status: 200 })
  const before = await stateOf(db)
  const routes = await routesOfWorkspaces(here)
  const writing = routes.filter(({ reads, name }) => !reads && !ofOneself.has(name))
  expect(writing.length).toBeGreaterThan(10)

  for (const route of writing) {
    const number = route.name === 'restoreIssue' ? 2 : 1
    const values = { slug: 'home', number, ...things, userId: robin.userId, guildId }
    const answer = await ask(sam.api, route, values)

    const one = { status: 403, body: { code: 'forbidden', detail: expect.stringMatching(sentence) } }
    const each = { body: { data: [{ status: 'refused', problem: one.body }] } }
    expect(answer, `${route.name} ${JSON.stringify(route.body)}`).toMatchObject(
      route.name === 'changeIssues' ? each : one,
    )
  }
  expect(await stateOf(db)).toEqual(before)
})

test('whoever is blocked reads what everybody may read, and may leave', async () => {
  const { person, personWith } = await world()
  const robin = await personWith('admin', 'Robin')
  const sam = await person('Sam')
  const home = '/api/v1/workspaces/home'
  await robin.api.put(`${home}/members/${sam.userId}`, { role: 'triager' })
  await robin.api.post(`${home}/issues`, { title: 'Spam' })
  await robin.api.patch(`${home}/issues/1`, { hidden: true })
  await robin.api.post(`${home}/issues`, { title: 'In public' })
  await robin.api.put(`${home}/blocks/${sam.userId}`, {})

  expect(await sam.api.get(`${home}/issues/2`)).toMatchObject({ status: 200 })
  expect(await sam.api.get(`${home}/issues`)).toMatchObject({ body: { data: [{ number: 2 }] } })
  expect(await sam.api.get(`${home}/issues/1`), 'what only triagers see').toEqual(problem('not_found'))
  expect(await sam.api.get(`${home}/issues/2/permissions`)).toMatchObject({
    body: {
      data: expect.arrayContaining([expect.objectContaining({ action: 'issue.edit', allowed: false })]),
    },
  })
  expect(await sam.api.delete(`${home}/members/${sam.userId}`)).toMatchObject({ status: 204 })
  expect(await sam.api.post(`${home}/issues`, { title: 'Still' })).toEqual(problem('forbidden', sentence))
})

test('where only members read, whoever is blocked does not, and is told why', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const sam = await person('Sam')
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const crew = '/api/v1/workspaces/crew'
  await robin.api.put(`${crew}/members/${sam.userId}`, { role: 'member' })
  await sam.api.post(`${crew}/issues`, { title: 'By Sam' })
  await robin.api.put(`${crew}/blocks/${sam.userId}`, {})

  expect(await sam.api.get(`${crew}/issues/1`)).toEqual(problem('not_found', sentence))
  expect(await sam.api.patch(`${crew}/issues/1`, { title: 'Mine' })).toEqual(problem('not_found', sentence))

  await robin.api.delete(`${crew}/blocks/${sam.userId}`)
  expect(await sam.api.patch(`${crew}/issues/1`, { title: 'Mine' }), 'nothing was taken away').toMatchObject({
    status: 200,
  })
})

test('a guest in Discord is blocked as well, in the workspace of the server alone', async () => {
  const { db, tracker, personWith } = await world()
  const robin = await personWith('admin', 'Robin')
  const home = '/api/v1/workspaces/home'
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId } })
  const dave = await ensureDiscordUser(tracker, {
    discordId: '100000000000000001',
    name: 'Dave',
    imageUrl: null,
  })
  const guild = { id: guildId, managed: false }
  const asGuest = { tracker, caller: { userId: dave, door: 'discord' as const, guild }, place: { guildId } }
  await createIssue(asGuest, { title: 'By a guest' })

  expect(await robin.api.put(`${home}/blocks/${dave}`, { reason: 'Spam' })).toMatchObject({
    body: { user: { id: dave, guest: true } },
  })

  await expect(createIssue(asGuest, { title: 'Again' })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(sentence),
  })
  expect((await getIssue(asGuest, { number: 1 })).value).toMatchObject({ title: 'By a guest' })
})
