import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { exportOf, importInto, linesOf, notesOf, workspaceOf } from './importing.ts'
import { fillWorkspace, someWorkspace } from './some-workspace.ts'

/** What a file says of a workspace, without what names the workspace itself, its history, and the ids of its comments. */
function contentOf(file: string) {
  const lines = linesOf(file)
  const comments = new Map(
    lines.filter(({ kind }) => kind === 'comment').map(({ id }, at) => [id, `comment ${at}`]),
  )
  return lines
    .filter(({ kind }) => kind !== 'event' && kind !== 'end' && kind !== 'snag')
    .map((line) => ({
      ...line,
      ...(line.kind === 'comment' ? { id: comments.get(line['id']) } : {}),
      ...(typeof line['comment'] === 'string' ? { comment: comments.get(line['comment']) } : {}),
    }))
    .map((line) => JSON.stringify(line))
    .sort()
}

async function crewOf({ person, db }: World): Promise<{ admin: Person; userIds: string[] }> {
  const admin = await person('Maintainer')
  const others = await Promise.all(['Ada', 'Grace'].map((name) => person(name)))
  const guest = await db.prisma.user.create({
    data: { id: crypto.randomUUID(), discordId: '100000000000000001', name: 'Guest' },
  })
  return { admin, userIds: [admin.userId, ...others.map(({ userId }) => userId), guest.id] }
}

test(
  'what is exported and imported into a new workspace is exported the same again',
  { timeout: 240_000 },
  async () => {
    const here = await world()
    const { admin, userIds } = await crewOf(here)
    const { db } = here
    let turn = 0

    const comesBack = fc.asyncProperty(someWorkspace, async (content) => {
      turn += 1
      const [from, to] = [`from-${turn}`, `to-${turn}`]
      const source = await workspaceOf(admin, from)
      const { id } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: from } })
      await fillWorkspace(db, id, userIds, content)
      const file = await exportOf(admin, source)

      const target = await workspaceOf(admin, to)
      const done = await importInto(here, admin, target, 'snag', file)

      expect(done).toMatchObject({ state: 'done', trusted: true, failure: null })
      expect(contentOf(await exportOf(admin, target))).toEqual(contentOf(file))
      const [before, after] = await Promise.all([from, to].map((slug) => countsOf(db, slug)))
      expect(after, 'numbers go on, and counts are right').toEqual(before)
    })
    await fc.assert(comesBack, { numRuns: 12 })
  },
)

/** What is kept beside the lines: the newest number, and what each issue counts. */
async function countsOf({ prisma }: World['db'], slug: string) {
  const { id, lastIssueNumber } = await prisma.workspace.findUniqueOrThrow({ where: { slug } })
  const issues = await prisma.issue.findMany({
    where: { workspaceId: id, deletedAt: null },
    orderBy: { number: 'asc' },
    select: { number: true, votes: true, comments: true },
  })
  return { lastIssueNumber, issues }
}

test('the export of a workspace adds nothing to that workspace', async () => {
  const here = await world()
  const { admin, userIds } = await crewOf(here)
  const path = await workspaceOf(admin, 'origin')
  const { id } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'origin' } })
  for (const content of fc.sample(someWorkspace, { numRuns: 1, seed: 7 })) {
    await fillWorkspace(here.db, id, userIds, content)
  }
  const file = await exportOf(admin, path)

  const done = await importInto(here, admin, path, 'snag', file)

  expect(done).toMatchObject({ state: 'done', issues: 0, comments: 0 })
  expect(contentOf(await exportOf(admin, path))).toEqual(contentOf(file))
})

test('in a workspace that has issues, what they say of each other follows their new numbers', async () => {
  const here = await world()
  const { admin } = await crewOf(here)
  const source = await workspaceOf(admin, 'source')
  for (const description of ['See #2, and #7.', 'See #1.']) {
    await admin.api.post(`${source}/issues`, { title: 'An issue', description })
  }
  const target = await workspaceOf(admin, 'target')
  await admin.api.post(`${target}/issues`, { title: 'It was here before' })

  const done = await importInto(here, admin, target, 'snag', await exportOf(admin, source))

  expect(await notesOf(admin, target, done)).toEqual([
    expect.stringMatching(/^adjusted history: The history \(4 entries\) stays in the file/),
  ])
  const { body } = await admin.api.get(`${target}/issues`)
  expect(body).toMatchObject({
    data: [
      { number: 3, description: 'See #2.' },
      { number: 2, description: 'See #3, and no. 7.' },
      { number: 1 },
    ],
  })
})
