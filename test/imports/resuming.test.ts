import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { relayBatch } from '#shared/events/relay.ts'
import { createImporter } from '#shared/imports/importer.ts'
import { listTouchedIssues } from '#shared/imports/queries.ts'
import type { JobRequest } from '#shared/jobs/job.ts'
import { world } from '#test/world.ts'
import type { World, WorldOptions } from '#test/world.ts'
import { importInto, send, workOff, workspaceOf } from './importing.ts'

const issues = 3_000
const worker = join(import.meta.dirname, 'worker-child.ts')

/** A table of many issues, each naming its row. */
const table = ['title,description,labels']
  .concat(Array.from({ length: issues }, (_, at) => `Issue ${at + 1},The one in row ${at + 1},"bug, row"`))
  .join('\n')

/** Relays what has happened, and does what follows from the end of an import. */
async function followed({ db, tracker }: World): Promise<void> {
  const { jobs, follow } = createImporter(tracker)
  const following: JobRequest[] = []
  const client = await db.pool.connect()
  try {
    await relayBatch(client, (event) => {
      following.push(...follow(event))
      return []
    })
  } finally {
    client.release()
  }
  for (const { name, payload } of following)
    if (name === 'imports.index') await jobs.find((job) => job.name === name)?.run(payload)
}

async function scene(options: WorldOptions = {}) {
  const here = await world(options)
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const { headers } = await send(admin, path, 'csv', table)
  return { here, admin, address: String(headers.get('location')) }
}

/** Each issue once, under the number of its row, with its labels. */
async function expectAll({ db }: World): Promise<void> {
  const there = await db.prisma.issue.findMany({ orderBy: { number: 'asc' }, include: { labels: true } })
  expect(there).toHaveLength(issues)
  const wrong = there.filter(
    ({ number, title, labels }) => title !== `Issue ${number}` || labels.length !== 2,
  )
  expect(wrong).toEqual([])
  expect(await db.prisma.event.count({ where: { type: 'workspace.imported' } })).toBe(1)
}

test(
  'a worker that is killed in the middle is succeeded by another, which goes on where it was',
  { timeout: 120_000 },
  async () => {
    let url = ''
    const { here, admin, address } = await scene({
      wayToDatabase: async (way) => {
        url = way
        return way
      },
    })
    const child = spawn(process.execPath, [worker, url], { stdio: 'inherit' })
    const exited = once(child, 'exit')
    await vi.waitFor(async () => expect(await here.db.prisma.issue.count()).toBeGreaterThan(500), {
      timeout: 60_000,
      interval: 5,
    })
    child.kill('SIGKILL')
    await exited
    const left = await here.db.prisma.issue.count()
    expect(left, 'it was in the middle').toBeLessThan(issues)
    expect(await admin.api.get(address)).toMatchObject({ body: { state: 'running' } })

    // PostgreSQL notices a moment later that the process is gone, and lets its last batch go.
    await vi.waitFor(
      async () => {
        await workOff(here.tracker)
        expect(await admin.api.get(address)).toMatchObject({ body: { state: 'done', issues } })
      },
      { timeout: 60_000 },
    )
    await expectAll(here)
  },
)

test('two workers at one import do nothing twice', { timeout: 60_000 }, async () => {
  const { here, admin, address } = await scene()

  await Promise.all([1, 2, 3].map(() => workOff(here.tracker)))

  expect(await admin.api.get(address)).toMatchObject({ body: { state: 'done', issues } })
  await expectAll(here)
})

test(
  'a worker that is stopped leaves after its batch, and who files meanwhile gets a number of their own',
  { timeout: 60_000 },
  async () => {
    const { here, admin, address } = await scene()
    const importer = createImporter(here.tracker)
    const running = importer.jobs[0]?.run({})
    await vi.waitFor(async () => expect(await here.db.prisma.issue.count()).toBeGreaterThan(0), {
      interval: 5,
      timeout: 30_000,
    })
    await importer.stop()
    await running
    expect(await admin.api.get(address)).toMatchObject({ body: { state: 'running' } })

    const filed = await admin.api.post('/api/v1/workspaces/target/issues', { title: 'In between' })
    expect(filed.body).toMatchObject({ number: issues + 1 })
    await workOff(here.tracker)

    expect(await admin.api.get(address)).toMatchObject({ body: { state: 'done', issues } })
  },
)

test('search finds what was imported, once the events of it have been followed', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const done = await importInto(
    here,
    admin,
    path,
    'csv',
    'title\nA hippopotamus in the bath\nSomething else\n',
  )
  expect(done).toMatchObject({ state: 'done' })
  await followed(here)

  const { body } = await admin.api.get(`${path}/issues?q=hippopotamus`)
  expect(body).toMatchObject({ data: [{ number: 1, title: 'A hippopotamus in the bath' }] })
})

test('an import that fails is recorded, keeps what it brought, and search finds that too', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const path = await workspaceOf(admin, 'target')
  const issue = (number: number, body: string) => ({
    url: `https://api.github.com/repos/octo/app/issues/${number}`,
    number,
    title: `A hippopotamus in bath ${number}`,
    body,
    state: 'open',
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
  })

  // References come after the issues.
  await here.db.pool.query('alter table issue_references rename to mislaid')
  const failed = await importInto(
    here,
    admin,
    path,
    'github',
    JSON.stringify([issue(1, ''), issue(2, 'Like #1')]),
  )
  await here.db.pool.query('alter table mislaid rename to issue_references')
  expect(here.loggedErrors.splice(0)).toHaveLength(1)
  await followed(here)

  expect(failed).toMatchObject({ state: 'failed', issues: 2, failure: expect.stringContaining(failed.id) })
  const { body: events } = await admin.api.get(`${path}/events?type=import.failed`)
  expect(events).toMatchObject({
    data: [{ subjectId: failed.id, changes: { state: { before: 'running', after: 'failed' } } }],
  })
  const { body } = await admin.api.get(`${path}/issues?q=hippopotamus`)
  expect(body).toMatchObject({ data: [{ number: 1 }, { number: 2 }] })
})

test('an import that has to wait does not keep the others from their turn', async () => {
  const here = await world()
  const admin = await here.person('Maintainer')
  const paths = [await workspaceOf(admin, 'first'), await workspaceOf(admin, 'second')]
  const addresses: string[] = []
  for (const path of paths)
    addresses.push(String((await send(admin, path, 'csv', 'title\nSomething')).headers.get('location')))
  // What PostgreSQL says of a statement that took too long.
  const { id: first } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'first' } })
  await here.db.pool.query(`
    create function tooSlow() returns trigger language plpgsql as
      $$ begin raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$;
    create trigger tooSlow before insert on issues for each row
      when (new.workspace_id = ${first}) execute function tooSlow()`)

  try {
    await expect(workOff(here.tracker)).rejects.toMatchObject({ code: '57014' })
  } finally {
    await here.db.pool.query('drop function tooSlow cascade')
  }

  expect((await admin.api.get(addresses[0] ?? '')).body).toMatchObject({ state: 'running' })
  expect((await admin.api.get(addresses[1] ?? '')).body).toMatchObject({ state: 'done', issues: 1 })
})

test('whatever follows the issues can find those that an import touched', { timeout: 60_000 }, async () => {
  const { here, address } = await scene()
  await workOff(here.tracker)
  const { id: workspaceId } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'target' } })
  const importId = String(address.split('/').at(-1))

  const page = (after: number) => listTouchedIssues(here.db, { workspaceId, importId }, { after, limit: 2 })

  expect(await page(0)).toEqual([1, 2])
  expect(await page(issues - 1)).toEqual([issues])
})
