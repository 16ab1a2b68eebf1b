import { expect, test } from 'vitest'
import { maxFileBytes } from '#shared/imports/schema.ts'
import { takeImport } from '#shared/imports/take.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import { send, sweep, workOff, workspaceOf } from './importing.ts'

const issue = {
  url: 'https://api.github.com/repos/octo/app/issues/1',
  number: 1,
  title: 'An issue',
  state: 'open',
  created_at: '2024-01-01T10:00:00Z',
  updated_at: '2024-01-01T10:00:00Z',
}
const json = JSON.stringify(issue)

const header = {
  kind: 'snag',
  version: 1,
  installation: 'abc',
  workspace: {
    id: 1,
    slug: 's',
    key: 'S',
    name: 'S',
    visibility: 'public',
    lastNumber: 0,
    createdAt: '2024-01-01T10:00:00Z',
  },
  exportedAt: '2024-01-01T10:00:00Z',
}
const end = JSON.stringify({ kind: 'end', lines: 1, signature: '' })
const lines = (...rest: string[]) => [JSON.stringify(header), ...rest].join('\n')

test.each([
  ['snag', 'an empty file', '', 'This is no export of a workspace: its first line does not say so.'],
  ['snag', 'what is no JSON', 'title,description\n', 'Line 1 is not JSON.'],
  ['snag', 'something else', '{"kind":"user"}', 'This is no export of a workspace'],
  [
    'snag',
    'another version',
    `${JSON.stringify({ ...header, version: 2 })}\n${end}`,
    'This export is of version 2, and only version 1',
  ],
  [
    'snag',
    'a file that was cut off',
    lines('{"kind":"label","name":"x","color":"#000000","description":""}'),
    'The export was cut off: its last line is missing.',
  ],
  ['snag', 'a file that was cut off in a line', lines('{"kind":"lab'), 'Line 2 is not JSON.'],
  [
    'snag',
    'a line of an unknown kind',
    lines('{"kind":"webhook"}', end),
    'Line 2 is not a line of an export (kind)',
  ],
  [
    'snag',
    'an issue without a title',
    lines('{"kind":"issue","number":1}', end),
    'Line 2 is not a line of an export (title)',
  ],
  ['snag', 'lines after the end', lines(end, end), 'Line 3 comes after the end of the export.'],
  ['snag', 'an import within an import', lines(JSON.stringify(header), end), 'Line 2 begins another export.'],
  [
    'snag',
    'a time before computers',
    lines(`{"kind":"vote","issue":1,"user":"a","createdAt":"0000-01-01T10:00:00Z"}`, end),
    'Line 2 is not a line of an export (createdAt)',
  ],
  ['github', 'an empty file', '', 'There is no issue in this file.'],
  ['github', 'an empty array', '[]', 'There is no issue in this file.'],
  ['github', 'what is no JSON', '<html>', 'Line 1 is not JSON.'],
  [
    'github',
    'an error of its API',
    '{"message":"Not Found"}',
    'The object in line 1 is not an issue as GitHub',
  ],
  ['github', 'an array that was cut off', `[${json},`, 'The file was cut off'],
  ['github', 'an object that was cut off', json.slice(0, -9), 'The file was cut off'],
  ['github', 'what is only almost JSON', '[{"a":1,}]', 'Line 1 is not JSON.'],
  [
    'github',
    'issues of two hosts',
    `${json}\n${json.replace('api.github.com', 'ghe.example.com')}`,
    'Import one at a time.',
  ],
  [
    'github',
    'an issue of nowhere',
    json.replace('https://api.github.com/repos/', ''),
    'does not say in its address which repository',
  ],
  ['csv', 'an empty file', '', 'There is no row'],
  ['csv', 'a table without titles', 'a,b\n1,2\n', 'one of them “title”. It names “a” and “b”.'],
  ['csv', 'a quote that does not end', 'title\n"no end\n', 'This is not CSV'],
] as const)('%s: %s is refused with a reason, and changes nothing', async (format, _what, file, reason) => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const before = await stateOf(here.db)

  const sent = await send(admin, path, format, file)

  expect(sent).toMatchObject({
    status: 400,
    body: { code: 'invalid', detail: expect.stringContaining(reason) },
  })
  expect(await stateOf(here.db)).toEqual(before)
  expect(await here.db.prisma.importRecord.count()).toBe(0)
  expect(await here.db.prisma.importNote.count()).toBe(0)
})

/** Pieces of a file that never ends, and how many were taken. */
function endless(beginning: string) {
  const piece = Buffer.alloc(64 * 1024, 'a')
  let taken = 0
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(beginning)
    for (;;) {
      taken += piece.byteLength
      yield piece
    }
  }
  return { body: pieces(), taken: () => taken }
}

test.each([
  ['snag', ''],
  ['github', '{"a":"'],
  ['csv', 'title\n'],
] as const)(
  '%s: a line without an end is given up long before it is held in memory',
  async (format, beginning) => {
    const here = await world()
    const admin = await here.person('Maintainer')
    await workspaceOf(admin, 'target')
    const { body, taken } = endless(beginning)

    const refusal = takeImport(admin.in('target'), { format }, body)

    await expect(refusal).rejects.toMatchObject({ code: 'invalid' })
    expect(taken()).toBeLessThan(40 * 1024 * 1024)
  },
)

test('a file that is larger than the limit is given up when it gets there', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  await workspaceOf(admin, 'target')
  const comment = `{"kind":"event","filler":"${'x'.repeat(1000)}"}\n`.repeat(1000)
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify(header)}\n`)
    for (let sent = 0; sent < maxFileBytes; sent += comment.length) yield Buffer.from(comment)
  }

  await expect(takeImport(admin.in('target'), { format: 'snag' }, body())).rejects.toMatchObject({
    code: 'too_large',
  })
  expect(await here.db.prisma.importRecord.count()).toBe(0)
})

test('only an admin imports and exports, and whoever cannot see the workspace learns nothing of it', async () => {
  const here = await world()
  const [admin, triager, outsider] = [
    await here.person('Maintainer'),
    await here.person('Triager'),
    await here.person('Outsider'),
  ]
  const path = await workspaceOf(admin, 'target')
  await admin.api.patch(path, { visibility: 'members' })
  await admin.api.put(`${path}/members/${triager.userId}`, { role: 'triager' })
  const { body } = await send(admin, path, 'github', json)
  const { id } = body as { id: string } // as the first one of all
  const doors = ['/imports', `/imports/${id}`, `/imports/${id}/notes`, '/export'].map(
    (below) => `${path}${below}`,
  )
  const before = await stateOf(here.db)

  for (const [person, status] of [
    [triager, 403],
    [outsider, 404],
  ] as const) {
    for (const door of doors) expect(await person.api.get(door), door).toMatchObject({ status })
    expect(await person.api.post(`${path}/imports/${id}/cancel`)).toMatchObject({ status })
    expect(await send(person, path, 'github', json)).toMatchObject({ status })
  }
  expect(await stateOf(here.db)).toEqual(before)
})

test('an import of another workspace is not there, not even for an admin of this one', async () => {
  const here = await world()
  const [admin, other] = [await here.person('Maintainer'), await here.person('Other')]
  const [path, elsewhere] = [await workspaceOf(admin, 'target'), await workspaceOf(other, 'elsewhere')]
  const { body } = await send(admin, path, 'github', json)
  const { id } = body as { id: string } // as above

  for (const below of [`/imports/${id}`, `/imports/${id}/notes`]) {
    expect(await other.api.get(`${elsewhere}${below}`)).toMatchObject({ status: 404 })
  }
  expect(await other.api.post(`${elsewhere}/imports/${id}/cancel`)).toMatchObject({ status: 404 })
  expect((await other.api.get(`${elsewhere}/imports`)).body).toEqual({ data: [], nextCursor: null })
})

test('a cancelled import stays where it is, is said to be over, and leaves nothing waiting', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const { headers } = await send(admin, path, 'github', json)
  const address = String(headers.get('location'))

  expect(await admin.api.post(`${address}/cancel`)).toMatchObject({
    status: 200,
    body: { state: 'cancelled' },
  })
  await workOff(here.tracker)

  expect(await admin.api.get(address)).toMatchObject({ body: { state: 'cancelled', issues: 0 } })
  expect(await admin.api.post(`${address}/cancel`)).toMatchObject({ status: 409 })
  expect(await here.db.prisma.issue.count()).toBe(0)
  await sweep(here.tracker)
  expect(await here.db.prisma.importRecord.count()).toBe(0)
})

test('what an upload left behind that broke off is removed an hour later, and nothing else', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  await send(admin, path, 'github', json)
  const { id: workspaceId } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'target' } })
  const importId = here.tracker.newId()
  const left = { workspaceId, importId, kind: 'label', rank: 0, ordinal: 1, externalId: 'x', record: {} }
  await here.db.prisma.importRecord.create({ data: left })
  const count = () => here.db.prisma.importRecord.count({ where: { importId } })
  const before = await here.db.prisma.importRecord.count()

  await sweep(here.tracker)
  expect(await count()).toBe(1)
  here.advance(2 * 3_600_000)
  await sweep(here.tracker)

  expect(await count()).toBe(0)
  expect(await here.db.prisma.importRecord.count()).toBe(before - 1)
})

test('one person has three imports waiting at most, wherever they are', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const paths = await Promise.all(['one', 'two'].map((slug) => workspaceOf(admin, slug)))
  for (const turn of [0, 1, 2])
    expect(await send(admin, String(paths[turn % 2]), 'github', json)).toMatchObject({ status: 201 })

  expect(await send(admin, String(paths[0]), 'github', json)).toMatchObject({ status: 429 })
  expect(await here.db.prisma.import.count()).toBe(3)
})

test('what cannot be in an address of ours is said to be so', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')

  expect(await send(admin, path, 'xml' as 'csv', json)).toMatchObject({ status: 400 })
  expect(await admin.api.get(`${path}/imports/nonsense`)).toMatchObject({ status: 400 })
  expect(await admin.api.get(`${path}/export?format=pdf`)).toMatchObject({ status: 400 })
})
