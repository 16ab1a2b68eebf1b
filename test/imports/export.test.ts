import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { exportWorkspace } from '#shared/exports/operations.ts'
import { paced } from '#shared/exports/paced.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'
import { exportOf, linesOf, workspaceOf } from './importing.ts'

test('an export says what it is, ends with its signature, and is recorded', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'source')
  await admin.api.post(`${path}/issues`, { title: 'An issue' })

  const { headers, body } = await admin.api.get(`${path}/export`)

  const day = new Date().toISOString().slice(0, 10)
  expect(headers.get('content-disposition')).toBe(`attachment; filename="source-${day}.jsonl"`)
  expect(headers.get('cache-control')).toBe('no-store')
  const lines = linesOf(String(body))
  expect(lines[0]).toMatchObject({ kind: 'snag', version: 1, workspace: { slug: 'source', lastNumber: 1 } })
  expect(lines.at(-1)).toMatchObject({
    kind: 'end',
    lines: lines.length - 1,
    signature: expect.stringMatching(/^[\w-]{43}$/),
  })
  const events = lines.filter(({ kind }) => kind === 'event').map(({ type }) => type)
  expect(events).toEqual(['workspace.created', 'issue.created', 'workspace.exported'])
})

test('what was deleted is not exported, and nothing of another workspace is', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const [path, elsewhere] = [await workspaceOf(admin, 'source'), await workspaceOf(admin, 'else')]
  await admin.api.post(`${path}/issues`, { title: 'It was deleted' })
  await admin.api.delete(`${path}/issues/1`)
  await admin.api.post(`${elsewhere}/issues`, { title: 'It is elsewhere' })

  const file = await exportOf(admin, path)

  expect(file).not.toContain('It was deleted')
  expect(file).not.toContain('It is elsewhere')
  expect((await admin.api.get(`${path}/export?format=csv`)).body).not.toContain('It was deleted')
})

/** A workspace too large to fit between us and a reader that does not read. */
async function largeWorkspace(here: World) {
  const admin = await here.person('Maintainer')
  await workspaceOf(admin, 'source')
  const { id } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'source' } })
  await here.db.pool.query(
    `insert into issues (workspace_id, number, title, description, status, author_id, created_at, updated_at)
     select $1, n, 'Issue ' || n, repeat('words ', 3000), 'todo', $2, now(), now() from generate_series(1, 2000) n`,
    [id, admin.userId],
  )
  return admin
}

const busy = async ({ db }: World) =>
  (
    await db.pool.query(`select 1 from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`)
  ).rowCount

test('a reader who leaves ends the export at once, and lets go of its connection', async () => {
  const here = await world()
  const admin = await largeWorkspace(here)
  const { body } = await exportWorkspace(admin.in('source'), {})
  const reader = body.getReader()
  await reader.read()
  await expect(exportWorkspace(admin.in('source'), {})).rejects.toMatchObject({ code: 'too_many' })

  await reader.cancel()

  await vi.waitFor(async () => expect(await busy(here)).toBe(0))
  const again = await exportWorkspace(admin.in('source'), {})
  await again.body.cancel()
})

test('a reader who takes nothing is cut off, and the file has no end', async () => {
  const here = await world()
  const admin = await largeWorkspace(here)
  const { body } = await exportWorkspace(admin.in('source'), {}, { totalMs: 60_000, stallMs: 100 })
  const reader = body.getReader()
  await reader.read()

  await pause(300)

  await expect(reader.read()).rejects.toThrow('too slow')
  await vi.waitFor(async () => expect(await busy(here)).toBe(0))
})

test('a reader who takes too long over it is cut off, however steadily they read', async () => {
  let left = false
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(1)
    } finally {
      left = true
    }
  }
  const reader = paced(chunks(), { totalMs: 100, stallMs: 60_000 }).getReader()

  const read = async () => {
    for (;;) {
      await reader.read()
      await pause(5)
    }
  }
  await expect(read()).rejects.toThrow('too slow')
  expect(left).toBe(true)
})
