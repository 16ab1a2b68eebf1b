import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { world } from '#test/world.ts'
import { importInto, notesOf, workspaceOf } from './importing.ts'

test('a table brings titles, texts, statuses, labels, priorities, authors and times', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const table = [
    '\uFEFFTitle,Body,State,Tags,Priority,Reporter,Created At,Estimate',
    '"Login, ""loops""","First line\nsecond line",In Progress,"bug; area: web",high,Ada,2024-03-01T10:00:00Z,5',
    'No more than a title,,Closed,,,,,',
    ',,,,,,,',
    'ab,,Somewhere,,extreme,Ada,yesterday,',
  ].join('\r\n')

  const done = await importInto(here, admin, path, 'csv', table)

  expect(done).toMatchObject({ state: 'done', issues: 3, skipped: 1 })
  expect((await admin.api.get(`${path}/issues`)).body).toMatchObject({
    data: [
      {
        number: 3,
        title: 'Untitled',
        description: 'ab',
        status: 'backlog',
        author: { name: 'Ada (imported)' },
      },
      { number: 2, title: 'No more than a title', status: 'done', author: { id: admin.userId } },
      {
        number: 1,
        title: 'Login, "loops"',
        description: 'First line\nsecond line',
        status: 'inprogress',
        labels: ['area: web', 'bug'],
        createdAt: '2024-03-01T10:00:00.000Z',
        author: { name: 'Ada (imported)', account: 'nobody' },
      },
    ],
  })
  expect(await notesOf(admin, path, done)).toEqual([
    'skipped row in line 5: It has neither a title nor a description.',
    'adjusted row in line 6: The status “Somewhere” is not known: it became backlog.',
    'adjusted row in line 6: The time “yesterday” could not be read.',
    'adjusted row in line 6: The title was too short to be one: “Untitled” stands in its place.',
    'adjusted row in line 6: The priority “extreme” is not known: it became none.',
  ])
})

test('the same row is the same issue, twice in a file and in another file', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')

  const first = await importInto(here, admin, path, 'csv', 'title\nOne of them\nOne of them\nAnother\n')
  expect(first).toMatchObject({ issues: 2, skipped: 1 })
  expect(await notesOf(admin, path, first)).toEqual([
    'skipped row in line 3: It is in the file more than once.',
  ])
  const second = await importInto(here, admin, path, 'csv', 'title\nOne of them\nA new one\nAnother\n')
  expect(second).toMatchObject({ issues: 1, skipped: 2 })
  expect(await notesOf(admin, path, second)).toEqual([
    'skipped row in line 2: It is here already.',
    'skipped row in line 4: It is here already.',
  ])
})

test('labels are those that are there, whatever their case', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')

  await importInto(
    here,
    admin,
    path,
    'csv',
    'title,labels\nOne of them,"BUG, Größe"\nAnother,"bug, Bug, größe"\n',
  )

  const { body } = await admin.api.get(`${path}/issues`)
  expect(body).toMatchObject({ data: [{ labels: ['Größe', 'bug'] }, { labels: ['Größe', 'bug'] }] })
})

test('an exported table holds no formula, and comes back as it was', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'source')
  const titles = ['=1+2', '+1 for this', '-- dashes', '@ada said so', 'plain, with a comma']
  for (const title of titles)
    await admin.api.post(`${path}/issues`, { title, description: '=HYPERLINK("x")' })

  const { headers, body } = await admin.api.get(`${path}/export?format=csv`)

  const day = new Date().toISOString().slice(0, 10)
  expect(headers.get('content-disposition')).toBe(`attachment; filename="source-${day}.csv"`)
  expect(headers.get('content-type')).toBe('text/csv')
  const rows: Record<string, string>[] = parse(String(body), { bom: true, columns: true })
  expect(rows.map(({ title }) => title)).toEqual([
    "'=1+2",
    "'+1 for this",
    "'-- dashes",
    "'@ada said so",
    'plain, with a comma',
  ])
  expect(rows[0]).toMatchObject({
    number: '1',
    status: 'backlog',
    priority: 'none',
    author: 'Maintainer Tester',
  })

  const target = await workspaceOf(admin, 'target')
  await importInto(here, admin, target, 'csv', String(body))
  const back = await here.db.prisma.issue.findMany({
    where: { workspace: { slug: 'target' } },
    orderBy: { number: 'asc' },
  })
  expect(back.map(({ title, description }) => [title, description])).toEqual(
    titles.map((title) => [title, '=HYPERLINK("x")']),
  )
})
