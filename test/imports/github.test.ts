import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commentsAtOnce } from '#shared/imports/comments.ts'
import { world } from '#test/world.ts'
import { exportOf, importInto, linesOf, notesOf, workspaceOf } from './importing.ts'

const fixture = await readFile(join(import.meta.dirname, 'github.json'), 'utf8')

test('issues of GitHub come with their numbers, words, labels, states, people and comments', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')

  const done = await importInto(here, admin, path, 'github', fixture)

  expect(done).toMatchObject({ state: 'done', issues: 2, comments: 2, trusted: false, failure: null })
  expect(done.handled).toBe(done.total)
  const { body } = await admin.api.get(`${path}/issues`)
  expect(body).toMatchObject({
    data: [
      {
        number: 14,
        title: 'Login loops on Safari',
        description: 'Since octo/app#13 was merged. See #12, octo/other#5 and octo/app#99.',
        status: 'backlog',
        labels: ['area: sign-in tokens', 'bug'],
        author: { name: 'ada (imported)', account: 'nobody' },
        createdAt: '2024-03-01T10:00:00.000Z',
        updatedAt: '2024-03-02T10:00:00.000Z',
        closedAt: null,
      },
      {
        number: 12,
        title:
          'The page that comes after signing in on a phone with a small screen and a slow connection asks me t…',
        status: 'canceled',
        author: { name: 'ghost (imported)' },
        closedAt: '2024-01-04T10:00:00.000Z',
      },
    ],
  })
  const lines = linesOf(await exportOf(admin, path))
  const people = new Map(lines.filter(({ kind }) => kind === 'user').map(({ id, name }) => [id, name]))
  expect(
    lines
      .filter(({ kind }) => kind === 'comment')
      .map(({ issue, body, author, editedAt }) => ({ issue, body, author: people.get(author), editedAt })),
  ).toEqual([
    { issue: 12, body: 'Mentioned in #14.', author: 'ada', editedAt: null },
    {
      issue: 14,
      body: 'Same as #12, I think. Not `#12` in code.',
      author: 'grace',
      editedAt: '2024-03-01T10:06:00.000Z',
    },
  ])
  expect(lines.find(({ number }) => number === 12)).toMatchObject({
    locked: true,
    description: expect.stringMatching(/^The page .+ sign in again\n\nGröße 🦊$/u),
  })
  expect(people.get(lines.find(({ number }) => number === 14)?.['assignee'])).toBe('grace')
  expect(lines.find(({ kind, name }) => kind === 'label' && name === 'area: sign-in tokens')).toMatchObject({
    color: '#0e8a16',
  })
  expect(
    lines
      .filter(({ kind }) => kind === 'reference')
      .map(({ from, to, comment }) => [from, to, comment !== null]),
  ).toEqual([
    [12, 14, true],
    [14, 12, false],
    [14, 12, true],
  ])
})

test('the report says what was left out or changed, and why', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')

  const done = await importInto(here, admin, path, 'github', fixture)

  const notes = await notesOf(admin, path, done)
  expect(notes).toEqual([
    'adjusted issue octo/app#14: The label “area: sign-in, tokens” became “area: sign-in tokens”.',
    'adjusted issue octo/app#14: It had several assignees; the first was kept.',
    'adjusted issue octo/app#14: Its milestone “1.0” is not kept.',
    'skipped pull request octo/app#13: Pull requests are not issues.',
    'adjusted issue octo/app#12: The title was longer than allowed: it was cut, and stands in full above the description.',
    'skipped comment octo/app/comments/8999: The issue it belongs to is not here.',
  ])
  expect(done).toMatchObject({ skipped: 2, adjusted: 4 })
})

test('in a workspace that has issues, new numbers follow the old, and what is said of them follows too', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')
  await admin.api.post(`${path}/issues`, { title: 'It was here before' })

  await importInto(here, admin, path, 'github', fixture)
  const next = await admin.api.post(`${path}/issues`, { title: 'It comes after' })

  expect((await admin.api.get(`${path}/issues/3`)).body).toMatchObject({
    title: 'Login loops on Safari',
    description: 'Since octo/app#13 was merged. See #2, octo/other#5 and octo/app#99.',
  })
  const comments = linesOf(await exportOf(admin, path)).filter(({ kind }) => kind === 'comment')
  expect(comments.map(({ issue, body }) => [issue, body])).toEqual([
    [2, 'Mentioned in #3.'],
    [3, 'Same as #2, I think. Not `#12` in code.'],
  ])
  expect(next.body).toMatchObject({ number: 4 })
})

test('importing the same source again adds only what is new', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')
  await importInto(here, admin, path, 'github', fixture)
  const before = await here.db.prisma.issue.findMany({ orderBy: { number: 'asc' } })

  const again = await importInto(here, admin, path, 'github', fixture)
  expect(again).toMatchObject({ state: 'done', issues: 0, comments: 0 })
  expect(await here.db.prisma.issue.findMany({ orderBy: { number: 'asc' } })).toEqual(before)

  const later = {
    issue_url: 'https://api.github.com/repos/octo/App/issues/12',
    id: 9100,
    user: null,
    created_at: '2024-05-01T10:00:00Z',
    body: 'It is back.',
  }
  const more = await importInto(here, admin, path, 'github', JSON.stringify(later))
  expect(more).toMatchObject({ issues: 0, comments: 1 })
  expect(await here.db.prisma.issue.findFirst({ where: { number: 12 } })).toMatchObject({ comments: 2 })
})

test('an issue counts every comment of it, however long its thread is, and whenever it goes on', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')
  const threadOf = (comments: number) =>
    JSON.stringify({
      url: 'https://api.github.com/repos/octo/app/issues/7',
      number: 7,
      title: 'What everybody has something to say about',
      state: 'open',
      created_at: '2024-01-01T00:00:00.000Z',
      updated_at: '2024-01-02T00:00:00.000Z',
      comments: Array.from({ length: comments }, (_, nth) => ({
        id: nth + 1,
        body: `Comment ${nth + 1}`,
        created_at: new Date(Date.UTC(2024, 0, 1) + nth * 1000).toISOString(),
      })),
    })
  const long = commentsAtOnce + 3

  const first = await importInto(here, admin, path, 'github', threadOf(long))
  const second = await importInto(here, admin, path, 'github', threadOf(long + 2))

  expect(first).toMatchObject({ state: 'done', issues: 1, comments: long, handled: first.total })
  expect(second).toMatchObject({ state: 'done', issues: 0, comments: 2, handled: second.total })
  expect((await admin.api.get(`${path}/issues/7`)).body).toMatchObject({ comments: long + 2 })
})

test('nobody hears of the issues: two events tell of the import, and none of what it brought', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'octo')
  const before = await here.db.prisma.event.count()

  const { id } = await importInto(here, admin, path, 'github', fixture)

  const events = await here.db.prisma.event.findMany({ orderBy: { sequence: 'asc' }, skip: before })
  expect(
    events.map(({ type, issueNumber, subjectId, door }) => ({ type, issueNumber, subjectId, door })),
  ).toEqual([
    { type: 'import.started', issueNumber: null, subjectId: id, door: 'api' },
    { type: 'workspace.imported', issueNumber: null, subjectId: id, door: 'job' },
  ])
  expect(events[1]?.changes).toMatchObject({ issues: { after: 2 }, comments: { after: 2 } })
  expect(await here.db.prisma.importRecord.count(), 'nothing is left waiting').toBe(0)
})

test('lines of JSON, and pages one after another, are read like one array', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const things: unknown[] = JSON.parse(fixture)
  const files = {
    lines: things.map((thing) => JSON.stringify(thing)).join('\n'),
    pages: `${JSON.stringify(things.slice(0, 2))}${JSON.stringify(things.slice(2), null, 2)}\n`,
  }
  for (const [slug, file] of Object.entries(files)) {
    const path = await workspaceOf(admin, slug)
    expect(await importInto(here, admin, path, 'github', file)).toMatchObject({ issues: 2, comments: 2 })
  }
})
