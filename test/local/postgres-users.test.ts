import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reachableBinaries } from '#local/postgres/binaries.ts'
import { canEnter, findServiceUser, runsAsRoot } from '#local/postgres/service-user.ts'
import { removePostgres, startPostgres } from '#local/postgres/start-postgres.ts'
import { dataDirectory, emptyDirectory, query, start, startChild, expectServers } from './postgres-world.ts'

expectServers()

/** Nobody on this machine. */
const stranger = { uid: 54_321, gid: 54_321 }

// Nobody else can run a checkout that only root can enter.
const othersCanRunSnag =
  (await canEnter(process.execPath, stranger)) && (await canEnter(import.meta.dirname, stranger))

test('a folder can be entered by everybody when every folder above lets everybody pass', async () => {
  const folder = await nested()

  expect(await canEnter(folder, stranger)).toBe(true)
})

test('one closed folder on the way is enough to be kept out', async () => {
  const folder = await nested()
  await chmod(join(folder, '..'), 0o700)

  expect(await canEnter(folder, stranger)).toBe(false)
})

test('an owner and a group are judged by their own bits', async () => {
  const folder = await nested()
  const { uid, gid } = await stat(folder)

  await chmod(folder, 0o710)
  expect(await canEnter(folder, { uid: stranger.uid, gid })).toBe(true)
  await chmod(folder, 0o100)
  expect(await canEnter(folder, { uid, gid: stranger.gid })).toBe(true)
  await chmod(folder, 0o011)
  expect(await canEnter(folder, { uid, gid })).toBe(false)
})

test('programs that can be reached are used where npm put them', async () => {
  const folder = await installedPackage()
  const home = await scratch()

  const { initdb } = await reachableBinaries({ folder, version: '18.4.0' }, { home, user: stranger })

  expect(initdb).toBe(join(folder, 'native', 'bin', 'initdb'))
  expect(await readdir(home)).toEqual([])
})

test('programs that cannot be reached are put where they can be run, once for each version', async () => {
  const folder = await installedPackage()
  await chmod(folder, 0o700)
  await chmod(join(folder, 'native', 'bin', 'postgres'), 0o700)
  const home = await scratch()
  const places = { home, user: stranger }

  const { initdb } = await reachableBinaries({ folder, version: '18.4.0' }, places)
  await rm(join(folder, 'native', 'bin', 'initdb'))
  await reachableBinaries({ folder, version: '18.4.0' }, places)
  await reachableBinaries({ folder, version: '18.5.0' }, places)

  expect(initdb).toBe(join(home, 'binaries-18.4.0', 'bin', 'initdb'))
  expect(await canEnter(join(home, 'binaries-18.4.0', 'bin', 'postgres'), stranger)).toBe(true)
  expect(await readFile(initdb, 'utf8')).toBe('initdb')
  expect((await readdir(home)).sort()).toEqual(['binaries-18.4.0', 'binaries-18.5.0'])
})

describe.runIf(runsAsRoot())('as root', () => {
  test('PostgreSQL runs as a user the system has, who owns the data', async () => {
    const dataDir = await emptyDirectory()
    await start({ dataDir })

    const { uid } = await stat(join(dataDir, 'postgres', 'cluster'))
    expect(uid).toBe((await findServiceUser()).uid)
    expect(uid).not.toBe(0)
  })

  test('in a folder that only root can enter, the data live elsewhere and are kept', async () => {
    const { dataDir } = await closedDirectory()
    const first = await start({ dataDir })
    await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS words`)
    await first.stop()

    const second = await start({ dataDir })

    expect(await query(second.url, 'SELECT words FROM note')).toEqual([{ words: 'kept' }])
    expect(second.logFile).toMatch(/^\/var\/lib\/snag\//)
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['elsewhere', 'lock', 'lock.pid'])
  })

  test('removing takes the data that live elsewhere, too', async () => {
    const { dataDir } = await closedDirectory()
    await (await start({ dataDir })).stop()
    const elsewhere = await readFile(join(dataDir, 'postgres', 'elsewhere'), 'utf8')

    await removePostgres(dataDir)

    await expect(stat(elsewhere)).rejects.toThrow('ENOENT')
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['lock', 'lock.pid'])
  })

  test('a copy of such a folder starts with data of its own', async () => {
    const original = await closedDirectory()
    const copy = await closedDirectory()
    const first = await start({ dataDir: original.dataDir })
    await query(first.url, 'CREATE TABLE note (words text)')
    await cp(original.dataDir, copy.dataDir, { recursive: true })

    const second = await start({ dataDir: copy.dataDir })

    expect(await query(second.url, `SELECT to_regclass('note') AS found`)).toEqual([{ found: null }])
    expect(await query(first.url, `SELECT to_regclass('note')::text AS found`)).toEqual([{ found: 'note' }])
  })

  test('such a folder keeps its data when it is moved', async () => {
    const before = await closedDirectory()
    const after = await closedDirectory()
    const first = await start({ dataDir: before.dataDir })
    await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS words`)
    await first.stop()
    await rename(before.dataDir, after.dataDir)

    const second = await start({ dataDir: after.dataDir })

    expect(await query(second.url, 'SELECT words FROM note')).toEqual([{ words: 'kept' }])
  })

  test('data that another user owns are served as that user', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    const dataDir = await dataDirectory()
    await giveTo(nobody, join(dataDir, 'postgres', 'cluster'))

    const { url } = await start({ dataDir })

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect((await stat(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).uid).toBe(nobody.uid)
  })

  test.runIf(othersCanRunSnag)('an ordinary user starts one as well', async () => {
    const user = await findServiceUser()
    const dataDir = await emptyDirectory()
    await mkdir(dataDir)
    await chown(dataDir, user.uid, user.gid)

    const child = await startChild(dataDir, { user })

    expect(await query(child.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect((await stat(join(dataDir, 'postgres', 'lock'))).uid).toBe(user.uid)
  })

  test('data that their owner can no longer enter are named instead of made anew elsewhere', async () => {
    const { closed, dataDir } = await closedDirectory()
    await chmod(closed, 0o755)
    await (await start({ dataDir })).stop()
    await chmod(closed, 0o700)

    await expect(startPostgres({ dataDir })).rejects.toThrow('can no longer enter it')
    await chmod(closed, 0o755)
  })
})

/** A data directory below a folder that is closed to everybody else. */
async function closedDirectory(): Promise<{ closed: string; dataDir: string }> {
  const closed = join(await scratch(), 'closed')
  await mkdir(closed, { mode: 0o700 })
  const dataDir = join(closed, 'data')
  onTestFinished(() => removePostgres(dataDir))
  return { closed, dataDir }
}

async function giveTo({ uid, gid }: { uid: number; gid: number }, folder: string): Promise<void> {
  await chown(folder, uid, gid)
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid)
}

/** A package as npm would leave it, with a word in place of each program. */
async function installedPackage(): Promise<string> {
  const folder = await scratch()
  await mkdir(join(folder, 'native', 'bin'), { recursive: true })
  for (const folderOnTheWay of ['native', 'native/bin']) await chmod(join(folder, folderOnTheWay), 0o755)
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    await writeFile(join(folder, 'native', 'bin', program), program)
    await chmod(join(folder, 'native', 'bin', program), 0o755)
  }
  return folder
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snag-users-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  return folder
}

async function nested(): Promise<string> {
  const folder = join(await scratch(), 'middle', 'inner')
  await mkdir(folder, { recursive: true })
  await chmod(join(folder, '..'), 0o755)
  await chmod(folder, 0o755)
  return folder
}
