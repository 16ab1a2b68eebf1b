import { expect, test } from 'vitest'
import { rememberGuild } from '#shared/guilds/roles.ts'
import type { Answer } from '#test/api-client.ts'
import { attachedIn } from '#test/attached.ts'
import { ask, routesOfWorkspaces } from '#test/policy/routes.ts'
import { problem } from '#test/problems.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const guildId = '1200000000000000077'

/** Two workspaces for members, which have nothing in common; Ada's has a server. */
async function twoWorkspaces() {
  const here = await world()
  const ada = await found(await here.person('Ada'), 'ada')
  const bob = await found(await here.person('Bob'), 'bob')
  const { id: workspaceId } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'ada' } })
  await rememberGuild(here.tracker, { id: guildId, name: 'Secret server' })
  await here.db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId } })
  return { ...here, ada, bob }
}

async function found(person: Person, slug: string): Promise<Person & { at: string }> {
  const at = `/api/v1/workspaces/${slug}`
  await person.api.post('/api/v1/workspaces', { name: `Of ${slug}`, slug, key: slug.toUpperCase() })
  await person.api.post(`${at}/labels`, { name: `secret of ${slug}`, color: '#000000' })
  for (const n of [1, 2, 3])
    await person.api.post(`${at}/issues`, { title: `Secret ${n} of ${slug}`, labels: [`secret of ${slug}`] })
  return { ...person, at }
}

test('nobody of one workspace reaches anything of another', async () => {
  const { ada, bob, db } = await twoWorkspaces()
  const said = await ada.api.post(`${ada.at}/issues/1/comments`, { body: 'A secret comment of ada' })
  const comment = String(said.headers.get('location'))
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'ada' } })
  const attachmentId = await attachedIn(db, { workspaceId, issueNumber: 1, uploaderId: bob.userId })
  const { id: templateId } = await db.prisma.template.findFirstOrThrow({ where: { workspaceId } })
  const { id: labelId } = await db.prisma.label.findFirstOrThrow({ where: { workspaceId } })
  const before = await stateOf(db)
  const { api } = bob
  const tried: Record<string, Promise<Answer>> = {
    'the workspace': api.get(ada.at),
    'its name': api.patch(ada.at, { name: 'Mine' }),
    'what may be done there': api.get(`${ada.at}/permissions`),
    'its labels': api.get(`${ada.at}/labels`),
    'a new label': api.post(`${ada.at}/labels`, { name: 'mine', color: '#000000' }),
    'a change of a label': api.patch(`${ada.at}/labels/${labelId}`, { name: 'mine' }),
    'a label taken away': api.delete(`${ada.at}/labels/${labelId}`),
    'a label by way of the own workspace': api.patch(`${bob.at}/labels/${labelId}`, { name: 'mine' }),
    'a label taken away by way of the own workspace': api.delete(`${bob.at}/labels/${labelId}`),
    'its templates': api.get(`${ada.at}/templates`),
    'a new template': api.post(`${ada.at}/templates`, { name: 'Mine' }),
    'a change of a template': api.patch(`${ada.at}/templates/${templateId}`, { name: 'Mine' }),
    'the order of templates': api.put(`${ada.at}/templates/order`, { ids: [templateId] }),
    'a template taken away': api.delete(`${ada.at}/templates/${templateId}`),
    'its members': api.get(`${ada.at}/members`),
    'a role for oneself': api.put(`${ada.at}/members/${bob.userId}`, { role: 'admin' }),
    'the role of another': api.put(`${ada.at}/members/${ada.userId}`, { role: 'member' }),
    'taking a role': api.delete(`${ada.at}/members/${ada.userId}`),
    leaving: api.delete(`${ada.at}/members/${bob.userId}`),
    'its servers': api.get(`${ada.at}/guilds`),
    'a change of a server': api.patch(`${ada.at}/guilds/${guildId}`, { guestsAllowed: false }),
    'a server taken away': api.delete(`${ada.at}/guilds/${guildId}`),
    'its issues': api.get(`${ada.at}/issues`),
    'what is found there': api.get(`${ada.at}/issues?q=secret`),
    'what is like one there': api.post(`${ada.at}/similar-issues`, { title: 'Secret 1 of ada' }),
    'its views': api.get(`${ada.at}/views`),
    'a new view': api.post(`${ada.at}/views`, { name: 'Mine', query: '' }),
    'a new issue': api.post(`${ada.at}/issues`, { title: 'Mine' }),
    'an issue': api.get(`${ada.at}/issues/1`),
    'a change': api.patch(`${ada.at}/issues/1`, { title: 'Mine' }),
    'a deletion': api.delete(`${ada.at}/issues/1`),
    'a restoration': api.post(`${ada.at}/issues/1/restore`),
    'a history': api.get(`${ada.at}/issues/1/history`),
    'what is attached to an issue': api.get(`${ada.at}/issues/1/attachments`),
    'a new attachment': api.post(`${ada.at}/issues/1/attachments?name=a.log`, 'Mine'),
    'an attachment taken away': api.delete(`${ada.at}/issues/1/attachments/${attachmentId}`),
    'what may be done with an issue': api.get(`${ada.at}/issues/1/permissions`),
    'its comments': api.get(`${ada.at}/issues/1/comments`),
    'a comment': api.get(comment),
    'a new comment': api.post(`${ada.at}/issues/1/comments`, { body: 'Mine' }),
    'an edited comment': api.patch(comment, { body: 'Mine' }),
    'a deleted comment': api.delete(comment),
    'what may be done with a comment': api.get(`${comment}/permissions`),
    'a comment of hers in the own workspace': api.get(comment.replace(ada.at, bob.at)),
    'an edited comment of hers in the own workspace': api.patch(comment.replace(ada.at, bob.at), {
      body: 'Mine',
    }),
    'a deleted comment of hers in the own workspace': api.delete(comment.replace(ada.at, bob.at)),
    'a vote': api.put(`${ada.at}/issues/1/vote`),
    'a vote taken back': api.delete(`${ada.at}/issues/1/vote`),
    'how one stands to an issue': api.get(`${ada.at}/issues/1/me`),
    'following an issue': api.put(`${ada.at}/issues/1/subscription`, { state: 'following' }),
    'following it no more': api.delete(`${ada.at}/issues/1/subscription`),
    'what belongs to an issue': api.get(`${ada.at}/issues/1/references`),
  }

  for (const [what, answer] of Object.entries(tried)) {
    const { status, headers, body } = await answer
    expect({ status, headers, body }, what).toEqual(problem('not_found'))
    expect(JSON.stringify(body), what).not.toMatch(/secret|Of ada/i)
  }
  expect(await stateOf(db)).toEqual(before)
})

test('nobody of one workspace reaches anything of another by whatever route there is', async () => {
  const { ada, bob, ...here } = await twoWorkspaces()
  const before = await stateOf(here.db)

  for (const route of await routesOfWorkspaces(here)) {
    const answer = await ask(bob.api, route, { slug: 'ada', number: 1, userId: ada.userId, guildId })
    expect(answer, `${route.name} ${JSON.stringify(route.body)}`).toEqual(problem('not_found'))
    expect(JSON.stringify(answer.body), route.name).not.toMatch(/secret \d|Of ada/i)
  }
  expect(await stateOf(here.db)).toEqual(before)
})

test('a workspace that is hidden and one that is not there look the same', async () => {
  const { ada, bob } = await twoWorkspaces()
  const seen = async (path: string) => {
    const { status, body } = await bob.api.get(path)
    return { status, body: { ...(body as object), requestId: '' } } // a Problem: the client checks
  }

  for (const rest of [
    '',
    '/issues',
    '/issues/1',
    '/issues/99',
    '/issues/1/history',
    '/members',
    '/labels',
    '/issues/1/attachments',
  ])
    expect(await seen(`${ada.at}${rest}`), rest).toEqual(await seen(`/api/v1/workspaces/nowhere${rest}`))
})

test('a number means the issue of its own workspace', async () => {
  const { ada, bob } = await twoWorkspaces()

  expect(await ada.api.get(`${ada.at}/issues/1`)).toMatchObject({ body: { title: 'Secret 1 of ada' } })
  expect(await bob.api.get(`${bob.at}/issues/1`)).toMatchObject({ body: { title: 'Secret 1 of bob' } })
  await bob.api.delete(`${bob.at}/issues/1`)
  expect(await ada.api.get(`${ada.at}/issues/1`)).toMatchObject({ status: 200 })
  expect(await ada.api.get(`${ada.at}/issues/1/history`)).toMatchObject({
    body: { data: [{ type: 'issue.created' }] },
  })
})

test('a cursor of one workspace opens nothing in another', async () => {
  const { ada, bob } = await twoWorkspaces()
  const { body } = await ada.api.get(`${ada.at}/issues?limit=1`)
  const { nextCursor } = body as { nextCursor: string } // an IssuePage: the client checks

  expect(await bob.api.get(`${bob.at}/issues?limit=1&cursor=${nextCursor}`)).toEqual(
    problem('invalid', /cursor/),
  )
  expect(await bob.api.get(`${ada.at}/issues?limit=1&cursor=${nextCursor}`)).toEqual(
    problem('invalid', /cursor/),
  )
})

test('filtering by somebody of another workspace, or by its labels, finds nothing of it', async () => {
  const { ada, bob } = await twoWorkspaces()

  for (const query of [`author=${ada.userId}`, 'label=secret%20of%20ada'])
    expect(await bob.api.get(`${bob.at}/issues?${query}`), query).toMatchObject({
      status: 200,
      body: { data: [] },
    })
})

test('whoever left keeps nothing but what everybody has', async () => {
  const { ada, bob } = await twoWorkspaces()
  await ada.api.put(`${ada.at}/members/${bob.userId}`, { role: 'triager' })
  await bob.api.post(`${ada.at}/issues`, { title: 'By Bob' })
  expect(await bob.api.get(`${ada.at}/issues/4`)).toMatchObject({ status: 200 })

  await bob.api.delete(`${ada.at}/members/${bob.userId}`)

  expect(await bob.api.get(`${ada.at}/issues/4`)).toEqual(problem('not_found'))
  expect(await bob.api.patch(`${ada.at}/issues/4`, { title: 'Still mine' })).toEqual(problem('not_found'))
  expect(await bob.api.get('/api/v1/workspaces')).toMatchObject({
    body: { data: [{ slug: 'home' }, { slug: 'bob' }] },
  })
})

test('whoever reads a public workspace changes nothing in it', async () => {
  const { ada, bob } = await twoWorkspaces()
  await ada.api.patch(ada.at, { visibility: 'public' })

  expect(await bob.api.get(`${ada.at}/issues/1`)).toMatchObject({ status: 200 })
  for (const attempt of [
    bob.api.patch(`${ada.at}/issues/1`, { title: 'Mine' }),
    bob.api.delete(`${ada.at}/issues/1`),
    bob.api.patch(ada.at, { name: 'Mine' }),
    bob.api.put(`${ada.at}/members/${bob.userId}`, { role: 'admin' }),
    bob.api.delete(`${ada.at}/members/${ada.userId}`),
  ])
    expect(await attempt).toEqual(problem('forbidden'))
})
