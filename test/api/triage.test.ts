import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const list = `${home}/issues`
const one = `${list}/1`

/** An issue by Sam, a member; Tia triages. */
async function scene() {
  const here = await world()
  const tia = await here.personWith('triager', 'Tia')
  const sam = await here.personWith('member', 'Sam')
  await sam.api.post(list, { title: 'Login loops on Safari' })
  return { ...here, tia, sam }
}

test('a triager sets priority and assignee, and the history says from what to what', async () => {
  const { tia, sam } = await scene()

  expect(await tia.api.patch(one, { priority: 'high', assignee: sam.userId })).toMatchObject({
    status: 200,
    body: { priority: 'high', assignee: { id: sam.userId, name: 'Sam Tester' }, version: 2 },
  })
  expect(await tia.api.patch(one, { assignee: 'me' })).toMatchObject({
    body: { assignee: { id: tia.userId } },
  })
  expect(await tia.api.patch(one, { assignee: null })).toMatchObject({ body: { assignee: null, version: 4 } })

  expect(await sam.api.get(`${one}/history`)).toMatchObject({
    body: {
      data: [
        { type: 'issue.created' },
        {
          changes: {
            priority: { before: 'none', after: 'high' },
            assignee: { before: null, after: sam.userId },
          },
        },
        { changes: { assignee: { before: sam.userId, after: tia.userId } } },
        { changes: { assignee: { before: tia.userId, after: null } } },
      ],
    },
  })
})

test('only a triager files with a priority or an assignee', async () => {
  const { tia, sam } = await scene()
  const urgent = { title: 'On fire', priority: 'urgent', assignee: 'me' }

  expect(await tia.api.post(list, urgent)).toMatchObject({
    status: 201,
    body: { priority: 'urgent', assignee: { id: tia.userId } },
  })
  expect(await sam.api.post(list, { title: 'On fire', priority: 'urgent' })).toEqual(
    problem('forbidden', /^Only a triager or an admin may set its priority\.$/),
  )
  expect(await sam.api.post(list, { title: 'On fire', assignee: 'me' })).toEqual(
    problem('forbidden', /^Only a triager or an admin may assign it\.$/),
  )
  expect(await sam.api.post(list, { title: 'Calm', priority: 'none', assignee: null })).toMatchObject({
    status: 201,
  })
})

test('members and the author can be assigned, and nobody else, in words that tell nobody apart', async () => {
  const { tia, sam, person, db } = await scene()
  const author = await person('Author')
  const stranger = await person('Stranger')
  const blocked = await person('Blocked')
  await author.api.post(list, { title: 'By somebody who only signed in' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.membership.create({ data: { workspaceId, userId: blocked.userId, role: 'member' } })
  await tia.api.put(`${home}/blocks/${blocked.userId}`, {})
  const closed = await person('Closed')
  await db.prisma.membership.create({ data: { workspaceId, userId: closed.userId, role: 'member' } })
  await db.prisma.user.update({ where: { id: closed.userId }, data: { refusedAt: new Date() } })

  expect(await tia.api.patch(`${list}/2`, { assignee: author.userId })).toMatchObject({ status: 200 })
  expect(await tia.api.patch(one, { assignee: sam.userId })).toMatchObject({ status: 200 })
  const words = new Set<unknown>()
  const nobody = '0193f2a0-0000-7000-8000-000000000001'
  for (const userId of [stranger.userId, author.userId, blocked.userId, closed.userId, nobody]) {
    const refused = await tia.api.patch(one, { assignee: userId })
    expect(refused).toEqual(problem('invalid', /not a member of this workspace/))
    words.add((refused.body as { detail: string }).detail) // a Problem: the client checks
  }
  expect(words.size).toBe(1)
  expect(await tia.api.patch(one, { assignee: 'somebody' })).toEqual(problem('invalid', /a user id, or `me`/))
})

test('whoever is a member by a server can be assigned once they have linked an account', async () => {
  const { tia, person, db } = await scene()
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  const [linked, elsewhere] = [await person('Linked'), await person('Elsewhere')]
  const guild = (id: string, workspaceId: number | null) =>
    db.prisma.guild.create({ data: { id, name: 'Workshop', workspaceId } })
  await guild('1200000000000000077', workspaceId)
  await guild('1200000000000000078', null)
  const role = { role: 'member', checkedAt: new Date() } as const
  await db.prisma.guildRole.create({
    data: { guildId: '1200000000000000077', userId: linked.userId, ...role },
  })
  await db.prisma.guildRole.create({
    data: { guildId: '1200000000000000078', userId: elsewhere.userId, ...role },
  })

  expect(await tia.api.patch(one, { assignee: linked.userId })).toMatchObject({ status: 200 })
  expect(await tia.api.patch(one, { assignee: elsewhere.userId })).toEqual(problem('invalid'))
})

test('on a locked issue nobody below triager writes, not even its author', async () => {
  const { tia, sam } = await scene()
  const words = /^Only a triager or an admin may write here while the issue is locked\.$/
  await tia.api.patch(one, { locked: true })

  for (const change of [{ title: 'A better title' }, { status: 'done' }, { labels: ['bug'] }])
    expect(await sam.api.patch(one, change)).toEqual(problem('forbidden', words))
  expect(await sam.api.delete(one)).toEqual(problem('forbidden', words))
  expect(await sam.api.patch(one, { locked: false })).toEqual(problem('forbidden', /may lock or unlock it/))
  expect(await sam.api.get(one)).toMatchObject({ status: 200, body: { locked: true } })
  expect(await sam.api.get(`${one}/permissions`)).toMatchObject({
    body: {
      data: expect.arrayContaining([
        { action: 'issue.set-status', allowed: false, reason: expect.stringMatching(words) },
      ]),
    },
  })

  expect(await tia.api.patch(one, { status: 'todo' })).toMatchObject({ status: 200 })
  await tia.api.patch(one, { locked: false })
  expect(await sam.api.patch(one, { title: 'A better title' })).toMatchObject({ status: 200 })
})

test('a locked issue that was deleted is not restored by its author', async () => {
  const { tia, sam, db } = await scene()
  await tia.api.patch(one, { locked: true })
  await db.prisma.issue.updateMany({ data: { deletedAt: new Date() } })

  expect(await sam.api.post(`${one}/restore`)).toEqual(problem('forbidden', /while the issue is locked/))
})

test('the trash has the own issues of an author, and all of them for an admin', async () => {
  const { sam, tia, personWith, db } = await scene()
  const robin = await personWith('admin', 'Robin')
  for (const title of ['Second', 'Third']) await sam.api.post(list, { title, labels: ['bug'] })
  await robin.api.post(list, { title: 'By Robin' })
  await sam.api.post(list, { title: 'Still here' })
  for (const number of [1, 2, 3, 4]) await robin.api.delete(`${list}/${number}`)
  const longAgo = new Date(Date.now() - 31 * 86_400_000)
  await db.prisma.issue.updateMany({ where: { number: 1 }, data: { deletedAt: longAgo } })

  expect(await sam.api.get(`${home}/trash?author=me`)).toMatchObject({
    status: 200,
    body: {
      data: [
        { number: 3, title: 'Third', labels: ['bug'], deletedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
        { number: 2 },
      ],
      nextCursor: null,
    },
  })
  expect(await robin.api.get(`${home}/trash`)).toMatchObject({
    body: { data: [{ number: 4 }, { number: 3 }, { number: 2 }] },
  })
  const { body } = await robin.api.get(`${home}/trash?limit=2`)
  const { nextCursor } = body as { nextCursor: string } // a page: the client checks
  expect(await robin.api.get(`${home}/trash?limit=2&cursor=${nextCursor}`)).toMatchObject({
    body: { data: [{ number: 2 }], nextCursor: null },
  })
  for (const { api } of [sam, tia])
    expect(await api.get(`${home}/trash`)).toEqual(
      problem('forbidden', /^Only an admin may see all that was deleted here\.$/),
    )
  expect(await tia.api.get(`${home}/trash?author=me`)).toMatchObject({ body: { data: [] } })
  expect(await sam.api.get(`${home}/trash?author=me&cursor=${nextCursor}`)).toEqual(
    problem('invalid', /cursor/),
  )
})
