import { expect, test } from 'vitest'
import type { Answer } from '#test/api-client.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'
import { ask, noId, routesOfWorkspaces } from './routes.ts'

const home = '/api/v1/workspaces/home'
const secret = 'Cheap watches'

/** An issue by Sam, a member, which Robin has hidden, and a comment on another one: both are spam. */
async function sceneWithSpam() {
  const here = await world()
  const robin = await here.personWith('admin', 'Robin')
  const sam = await here.personWith('member', 'Sam')
  await sam.api.post(`${home}/issues`, { title: secret, description: secret })
  await robin.api.post(`${home}/issues`, { title: 'Something else', description: 'See #1.' })
  const onSpam = await comment(sam, 1)
  const onOther = await comment(sam, 2)
  await robin.api.patch(`${home}/issues/1`, { hidden: true })
  await robin.api.patch(`${home}/issues/2/comments/${onOther}`, { hidden: true })
  return { ...here, robin, sam, onSpam, onOther }
}

async function comment({ api }: Person, number: number): Promise<string> {
  const { body } = await api.post(`${home}/issues/${number}/comments`, { body: secret })
  return (body as { id: string }).id // a Comment: the client checks
}

function values(number: number, commentId: string) {
  return { slug: 'home', number, commentId, guildId: '1200000000000000077' }
}

const bodiless = ({ status, body }: Answer) => ({ status, body: { ...(body as object), requestId: '' } }) // a Problem

test('an issue that is hidden and one that is not there look the same by whatever route, to its author too', async () => {
  const { sam, onSpam, ...here } = await sceneWithSpam()
  const ofIssues = (await routesOfWorkspaces(here)).filter(({ path }) => path.includes('{number}'))
  expect(ofIssues.length).toBeGreaterThan(5)

  for (const route of ofIssues) {
    const hidden = bodiless(await ask(sam.api, route, values(1, onSpam)))
    const missing = bodiless(await ask(sam.api, route, values(99, onSpam)))

    expect(hidden, route.name).toMatchObject({ status: 404 })
    expect(hidden, route.name).toEqual(missing)
  }
})

test('a comment that is hidden and one that is not there look the same, to its author too', async () => {
  const { sam, onOther, ...here } = await sceneWithSpam()
  const ofComments = (await routesOfWorkspaces(here)).filter(({ path }) => path.includes('{commentId}'))
  expect(ofComments.length).toBeGreaterThan(2)

  for (const route of ofComments) {
    const hidden = bodiless(await ask(sam.api, route, values(2, onOther)))
    const missing = bodiless(await ask(sam.api, route, values(2, noId)))

    expect(hidden, route.name).toMatchObject({ status: 404 })
    expect(hidden, route.name).toEqual(missing)
  }
})

test('a hidden comment is not counted, and is again when it is shown', async () => {
  const { sam, robin, onOther } = await sceneWithSpam()
  const at = `${home}/issues/2/comments`
  const ofSam = await comment(sam, 2)

  expect(await sam.api.get(`${home}/issues/2`)).toMatchObject({ body: { comments: 1 } })
  expect(await sam.api.get(at)).toMatchObject({ body: { data: [{ id: ofSam }] } })
  expect(await robin.api.get(at)).toMatchObject({
    body: { data: [{ id: onOther, hidden: true }, { id: ofSam }] },
  })
  expect(await sam.api.patch(`${at}/${ofSam}`, { hidden: true })).toEqual(
    problem('forbidden', /^Only a triager or an admin may hide it, or show it again\.$/),
  )
  expect(await robin.api.patch(`${at}/${ofSam}`, { body: 'Not mine' })).toEqual(problem('forbidden'))

  const shown = await robin.api.patch(`${at}/${onOther}`, { hidden: false })
  expect(shown).toMatchObject({ status: 200, body: { hidden: false, version: 1, editedAt: null } })
  expect(await robin.api.patch(`${at}/${onOther}`, { hidden: false }), 'once is enough').toMatchObject({
    body: shown.body,
  })
  expect(await sam.api.get(`${home}/issues/2`)).toMatchObject({ body: { comments: 2 } })
  expect(await sam.api.patch(`${at}/${onOther}`, { body: 'Sorry.' })).toMatchObject({ status: 200 })
})

test('no list shows anything of a hidden issue, but to triagers who ask for what was hidden', async () => {
  const { sam, robin, onOther, ...here } = await sceneWithSpam()
  const reads = (await routesOfWorkspaces(here)).filter(({ reads }) => reads)

  for (const route of reads) {
    const { status, body } = await ask(sam.api, route, values(2, onOther))
    expect(status, route.name).toBeLessThan(500)
    expect(JSON.stringify(body), route.name).not.toContain(secret)
  }
  expect(await robin.api.get(`${home}/issues`)).toMatchObject({ body: { data: [{ number: 2 }] } })
  expect(await robin.api.get(`${home}/issues?hidden=true`)).toMatchObject({
    status: 200,
    body: { data: [{ number: 1, hidden: true, title: secret }] },
  })
  expect(await sam.api.get(`${home}/issues?hidden=true`)).toMatchObject({
    status: 403,
    body: { detail: 'Only a triager or an admin may see what was hidden here.' },
  })
})

test('what was hidden by mistake is shown again', async () => {
  const { sam, robin } = await sceneWithSpam()

  expect(await robin.api.get(`${home}/issues/1`)).toMatchObject({ body: { hidden: true } })
  expect(await robin.api.patch(`${home}/issues/1`, { hidden: false })).toMatchObject({
    status: 200,
    body: { hidden: false },
  })

  expect(await sam.api.get(`${home}/issues/1`)).toMatchObject({ status: 200, body: { title: secret } })
  expect(await sam.api.get(`${home}/issues/1/history`)).toMatchObject({
    body: {
      data: [
        { type: 'issue.created' },
        { type: 'comment.created' },
        { type: 'issue.changed', changes: { hidden: { before: false, after: true } } },
        { type: 'issue.changed', changes: { hidden: { before: true, after: false } } },
      ],
    },
  })
})

test('an author does not find in the trash what was hidden before they deleted it', async () => {
  const { sam, robin, db } = await sceneWithSpam()
  await db.prisma.issue.updateMany({ data: { deletedAt: new Date() } })
  await db.prisma.issue.updateMany({ where: { number: 2 }, data: { authorId: sam.userId } })

  expect(await sam.api.get(`${home}/trash?author=me`)).toMatchObject({ body: { data: [{ number: 2 }] } })
  expect(await sam.api.post(`${home}/issues/1/restore`)).toMatchObject({ status: 404 })
  expect(await robin.api.get(`${home}/trash`)).toMatchObject({
    body: { data: [{ number: 2 }, { number: 1 }] },
  })
  expect(await robin.api.post(`${home}/issues/1/restore`)).toMatchObject({
    status: 200,
    body: { hidden: true },
  })
})
