import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { Issue } from '#shared/issues/schema.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'
import { exportOf, importInto, linesOf, workspaceOf } from './importing.ts'

/** A workspace in which somebody filed one issue, and its export. */
async function scene() {
  const here = await world()
  const [admin, ada] = [await here.person('Maintainer'), await here.person('Ada')]
  const source = await workspaceOf(admin, 'source')
  await admin.api.put(`${source}/members/${ada.userId}`, { role: 'member' })
  await ada.api.post(`${source}/issues`, { title: 'Written by Ada', description: 'These are my words.' })
  return { here, admin, ada, source, file: await exportOf(admin, source) }
}

async function authorOf({ api }: Person, path: string): Promise<Issue['author']> {
  const { body } = await api.get(`${path}/issues/1`)
  return Issue.parse(body).author
}

test('an unchanged export of this installation keeps its authors', async () => {
  const { here, admin, ada, file } = await scene()
  const target = await workspaceOf(admin, 'target')

  expect(await importInto(here, admin, target, 'snag', file)).toMatchObject({ trusted: true, issues: 1 })

  expect(await authorOf(admin, target)).toMatchObject({ id: ada.userId, name: 'Ada Tester' })
})

test('a changed export puts no words into the mouth of anybody', async () => {
  const { here, admin, ada, file } = await scene()
  const target = await workspaceOf(admin, 'target')
  const forged = file.replace('These are my words.', 'I confess to everything.')

  expect(await importInto(here, admin, target, 'snag', forged)).toMatchObject({ trusted: false, issues: 1 })

  const author = await authorOf(admin, target)
  expect(author).toMatchObject({ name: 'Ada Tester (imported)', account: 'nobody', guest: true })
  expect(author.id).not.toBe(ada.userId)
})

test('a signature by another key than that of this installation counts for nothing', async () => {
  const { here, admin, file } = await scene()
  const target = await workspaceOf(admin, 'target')
  const lines = file.trimEnd().split('\n').slice(0, -1).join('\n')
  const forged = lines.replace('These are my words.', 'I confess to everything.')
  const signature = createHmac('sha256', 'a key of my own').update(`${forged}\n`).digest('base64url')

  const sent = `${forged}\n${JSON.stringify({ kind: 'end', lines: 1, signature })}\n`
  expect(await importInto(here, admin, target, 'snag', sent)).toMatchObject({ trusted: false })

  expect(await authorOf(admin, target)).toMatchObject({ account: 'nobody' })
})

test('whoever is not an admin of where an export came from brings placeholders, however they came by it', async () => {
  const { here, file } = await scene()
  const thief = await here.person('Mallory')
  const target = await workspaceOf(thief, 'target')

  expect(await importInto(here, thief, target, 'snag', file)).toMatchObject({ trusted: false, issues: 1 })

  expect(await authorOf(thief, target)).toMatchObject({ name: 'Ada Tester (imported)', account: 'nobody' })
})

test('what somebody brings of their own is theirs, in a file that is not trusted too', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  await here.clerk.connectGitHub(admin.clerkId, { id: '583231', login: 'ada', isVerified: true })
  const path = await workspaceOf(admin, 'octo')

  await importInto(here, admin, path, 'github', issueBy(583231))

  expect(await authorOf(admin, path)).toMatchObject({ id: admin.userId })
})

const claimable = { data: [{ identity: 'github:583231', name: 'ada', issues: 1, comments: 1 }] }

/** Issue 1 with a comment, both by this account of GitHub. */
function issueBy(id: number): string {
  const user = { id, login: 'ada' }
  const times = { created_at: '2024-01-01T10:00:00Z', updated_at: '2024-01-01T10:00:00Z' }
  return JSON.stringify({
    url: 'https://api.github.com/repos/octo/app/issues/1',
    number: 1,
    title: 'An issue of Ada',
    user,
    state: 'open',
    comments: [{ id: 7, user, body: 'And a comment.', ...times }],
    ...times,
  })
}

test('whoever has proven to have an account claims what was imported under it, and nobody else does', async () => {
  const here = await world()
  const [admin, ada, other] = [
    await here.person('Maintainer'),
    await here.person('Ada'),
    await here.person('Other'),
  ]
  const path = await workspaceOf(admin, 'octo')
  for (const { userId } of [ada, other]) await admin.api.put(`${path}/members/${userId}`, { role: 'member' })
  await importInto(here, admin, path, 'github', issueBy(583231))
  const placeholder = (await authorOf(admin, path)).id
  const claim = `${path}/placeholders/${placeholder}/claim`

  await here.clerk.connectGitHub(other.clerkId, { id: '583231', login: 'ada', isVerified: false })
  expect((await other.api.get(`${path}/placeholders`)).body).toEqual({ data: [] })
  expect(await other.api.post(claim)).toMatchObject({ status: 404 })
  expect(await admin.api.post(claim)).toMatchObject({ status: 404 })
  expect(await authorOf(admin, path)).toMatchObject({ id: placeholder })

  await here.clerk.connectGitHub(ada.clerkId, { id: '583231', login: 'ada', isVerified: true })
  expect((await ada.api.get(`${path}/placeholders`)).body).toMatchObject(claimable)
  expect(await ada.api.post(claim)).toMatchObject({ status: 200, body: { id: ada.userId } })

  expect(await authorOf(admin, path)).toMatchObject({ id: ada.userId, name: 'Ada Tester' })
  const comment = linesOf(await exportOf(admin, path)).find(({ kind }) => kind === 'comment')
  expect(comment).toMatchObject({ author: ada.userId })
  expect(await admin.api.get(`/api/v1/users/${placeholder}`)).toMatchObject({ body: { id: ada.userId } })
  expect(await ada.api.post(claim)).toMatchObject({ status: 404 })
  expect(await here.db.prisma.event.findMany({ where: { type: 'placeholder.claimed' } })).toMatchObject([
    {
      subjectId: placeholder,
      actorId: ada.userId,
      changes: { identity: { before: 'github:583231', after: null } },
    },
  ])
})

test('what is imported after a claim waits for another claim', async () => {
  const here = await world()
  const [admin, ada] = [await here.person('Maintainer'), await here.person('Ada')]
  const path = await workspaceOf(admin, 'octo')
  await admin.api.put(`${path}/members/${ada.userId}`, { role: 'member' })
  await here.clerk.connectGitHub(ada.clerkId, { id: '583231', login: 'ada', isVerified: true })
  await importInto(here, admin, path, 'github', issueBy(583231))
  await ada.api.post(`${path}/placeholders/${(await authorOf(admin, path)).id}/claim`)

  const forged = issueBy(583231)
    .replace('issues/1', 'issues/2')
    .replace('"number":1', '"number":2')
    .replace('"id":7', '"id":8')
  await importInto(here, admin, path, 'github', forged)

  const { body } = await admin.api.get(`${path}/issues/2`)
  expect(Issue.parse(body).author).toMatchObject({ name: 'ada (imported)', account: 'nobody' })
  expect((await ada.api.get(`${path}/placeholders`)).body).toMatchObject(claimable)
})

test('nothing is claimed while an import is under way: it could bring more than was seen', async () => {
  const here = await world()
  const [admin, ada] = [await here.person('Maintainer'), await here.person('Ada')]
  const path = await workspaceOf(admin, 'octo')
  await admin.api.put(`${path}/members/${ada.userId}`, { role: 'member' })
  await here.clerk.connectGitHub(ada.clerkId, { id: '583231', login: 'ada', isVerified: true })
  await importInto(here, admin, path, 'github', issueBy(583231))
  const claim = `${path}/placeholders/${(await authorOf(admin, path)).id}/claim`

  await admin.api.send('POST', `${path}/imports?format=github`, issueBy(583231))

  expect(await ada.api.post(claim)).toMatchObject({ status: 409 })
})

test('one vote of a placeholder and one of whoever claims it become one', async () => {
  const here = await world()
  const { db } = here
  const [admin, ada] = [await here.person('Maintainer'), await here.person('Ada')]
  const path = await workspaceOf(admin, 'octo')
  await admin.api.put(`${path}/members/${ada.userId}`, { role: 'member' })
  await here.clerk.connectGitHub(ada.clerkId, { id: '583231', login: 'ada', isVerified: true })
  await importInto(here, admin, path, 'github', issueBy(583231))
  const { workspaceId, authorId } = await db.prisma.issue.findFirstOrThrow({ where: { number: 1 } })
  const vote = { workspaceId, issueNumber: 1, createdAt: new Date() }
  await db.prisma.vote.createMany({ data: [authorId, ada.userId].map((userId) => ({ ...vote, userId })) })
  await db.prisma.issue.updateMany({ where: { workspaceId }, data: { votes: 2 } })

  await ada.api.post(`${path}/placeholders/${authorId}/claim`)

  expect(await db.prisma.vote.findMany({ select: { userId: true } })).toEqual([{ userId: ada.userId }])
  expect(await db.prisma.issue.findFirst({ where: { workspaceId } })).toMatchObject({ votes: 1 })
})
