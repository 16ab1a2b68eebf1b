import { expect, test } from 'vitest'
import type { Answer } from '#test/api-client.ts'
import { world } from '#test/world.ts'
import { ask, routesOfWorkspaces } from './routes.ts'

const home = '/api/v1/workspaces/home'
const secret = 'Cheap watches'

/** An issue by Sam, a member, which Robin has hidden; the second one is nothing special. */
async function sceneWithSpam() {
  const here = await world()
  const robin = await here.personWith('admin', 'Robin')
  const sam = await here.personWith('member', 'Sam')
  await sam.api.post(`${home}/issues`, { title: secret, description: secret })
  await robin.api.post(`${home}/issues`, { title: 'Something else', description: 'See #1.' })
  await robin.api.patch(`${home}/issues/1`, { hidden: true })
  return { ...here, robin, sam }
}

function values(number: number, { userId }: { userId: string }) {
  return { slug: 'home', number, commentId: userId, userId, id: userId, guildId: '1200000000000000077' }
}

test('an issue that is hidden and one that is not there look the same by whatever route, to its author too', async () => {
  const { sam, robin, ...here } = await sceneWithSpam()
  const bodiless = ({ status, body }: Answer) => ({ status, body: { ...(body as object), requestId: '' } }) // a Problem
  const ofIssues = (await routesOfWorkspaces(here)).filter(({ path }) => path.includes('{number}'))
  expect(ofIssues.length).toBeGreaterThan(5)

  for (const route of ofIssues) {
    const hidden = bodiless(await ask(sam.api, route, values(1, robin)))
    const missing = bodiless(await ask(sam.api, route, values(99, robin)))

    expect(hidden, route.name).toMatchObject({ status: 404 })
    expect(hidden, route.name).toEqual(missing)
  }
})

test('no list shows anything of a hidden issue, but to triagers who ask for what was hidden', async () => {
  const { sam, robin, ...here } = await sceneWithSpam()
  const reads = (await routesOfWorkspaces(here)).filter(({ method }) => method === 'GET')

  for (const route of reads) {
    const { status, body } = await ask(sam.api, route, values(2, robin))
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
