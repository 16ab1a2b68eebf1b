import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

const program = join(import.meta.dirname, '../../src/local/reset.ts')

/** A folder with empty files at these paths in it. */
async function folderWith(...paths: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snag-reset-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), '')
  }
  return folder
}

/** Runs the command where no `.env` is. */
async function reset(dataDir: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], SNAG_DATA_DIR: dataDir, ...env },
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>, // what a child process emits when it has ended
  ])
  return { code, out, err }
}

const attachment = 'attachments/snag-0123456789abcdef/0190b0c4-8d6e-7000-8000-000000000000'

test('a data directory goes with all that a start made in it', async () => {
  const folder = await folderWith(
    'postgres/lock',
    'clerk.json',
    'discord.json',
    'discord.json.attachments/1',
    attachment,
  )
  await mkdir(join(folder, 'incoming'))

  expect(await reset(folder)).toEqual({
    code: 0,
    out: `Removed ${folder}. The next start begins anew.\n`,
    err: '',
  })
  expect(existsSync(folder)).toBe(false)
})

test('an empty folder and a missing one are fine', async () => {
  const folder = await folderWith()

  expect(await reset(folder)).toMatchObject({ code: 0 })
  expect(await reset(folder)).toMatchObject({ code: 0 })
})

test.each([
  ['a file that Snag does not make', ['postgres/lock', 'letter.txt'], 'letter.txt'],
  ["somebody else's PostgreSQL", ['postgres/PG_VERSION'], 'postgres'],
  ["somebody else's attachments", ['attachments/letter.pdf'], 'attachments'],
  ["somebody else's letters", ['incoming/letter.txt'], 'incoming'],
])('%s keeps a folder from being emptied', async (_what, paths, named) => {
  const folder = await folderWith(...paths)
  const before = await readdir(folder, { recursive: true })

  const { code, err } = await reset(folder)

  expect(code).toBe(1)
  expect(err).toContain(`${folder} holds “${named}”, which is not Snag's`)
  expect(err).toContain('Mend SNAG_DATA_DIR')
  expect(await readdir(folder, { recursive: true })).toEqual(before)
})

test('a file is no data directory', async () => {
  const folder = await folderWith('letter.txt')

  expect(await reset(join(folder, 'letter.txt'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not a folder'),
  })
  expect(await readdir(folder)).toEqual(['letter.txt'])
})

test('a database of somebody’s own is said to be left as it is', async () => {
  const folder = await folderWith('clerk.json')

  const { out } = await reset(folder, { DATABASE_URL: 'postgresql://snag:hidden@127.0.0.1:1/snag' })

  expect(out).toContain('The database of DATABASE_URL was not touched')
  expect(out).not.toContain('begins anew')
  expect(out).not.toContain('hidden')
})
