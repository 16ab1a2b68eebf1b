import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

expectServers()
import {
  dataDirectory,
  emptyDirectory,
  isRunning,
  kill,
  killEverything,
  pidFile,
  query,
  serverPid,
  spawnChild,
  start,
  startChild,
  expectServers,
} from './postgres-world.ts'

test('nothing committed is lost when every process is killed', async () => {
  const dataDir = await dataDirectory()
  const killed = await startChild(dataDir, { fsync: true })
  const url = killed.url ?? ''
  await query(url, 'CREATE TABLE note (number int)')
  for (const number of [1, 2, 3]) await query(url, `INSERT INTO note VALUES (${number})`)

  await killEverything(killed, dataDir)
  const again = await start({ dataDir })

  expect(await query(again.url, 'SELECT number FROM note ORDER BY number')).toEqual([
    { number: 1 },
    { number: 2 },
    { number: 3 },
  ])
})

test('a PostgreSQL that a killed Snag left running is stopped and started anew', async () => {
  const dataDir = await dataDirectory()
  const killed = await startChild(dataDir)
  await query(killed.url ?? '', `CREATE TABLE note AS SELECT 'kept' AS words`)
  const orphan = await serverPid(dataDir)
  await kill(killed.process)
  expect(isRunning(orphan)).toBe(true)

  const said: string[] = []
  const again = await start({ dataDir, log: (line) => said.push(line) })

  expect(said).toEqual([
    'An earlier Snag was killed and left PostgreSQL running: it was stopped and starts anew.',
  ])
  expect(await serverPid(dataDir)).not.toBe(orphan)
  expect(await query(again.url, 'SELECT words FROM note')).toEqual([{ words: 'kept' }])
  // It was stopped in order: what is read now was not recovered from the log.
  expect(await readFile(again.logFile, 'utf8')).not.toContain('not properly shut down')
})

test('a stop after somebody killed the server says nothing, and the next start recovers', async () => {
  const dataDir = await dataDirectory()
  const first = await start({ dataDir, fsync: true })
  await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS words`)
  process.kill(await serverPid(dataDir), 'SIGKILL')

  await first.stop()
  const second = await start({ dataDir })

  expect(await query(second.url, 'SELECT words FROM note')).toEqual([{ words: 'kept' }])
})

test('a pid file whose number a stranger has by now neither stops the start nor harms the stranger', async () => {
  const dataDir = await dataDirectory()
  const killed = await startChild(dataDir)
  const left = await readFile(pidFile(dataDir), 'utf8')
  await killEverything(killed, dataDir)
  // PostgreSQL minds a stranger only when it is the same user's.
  const { uid, gid } = await stat(pidFile(dataDir))
  const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
  onTestFinished(() => kill(stranger))
  await writeFile(pidFile(dataDir), left.replace(/^\d+/, String(stranger.pid)))

  const again = await start({ dataDir })

  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('another PostgreSQL that answers on the port of a stale pid file is left alone', async () => {
  const dataDir = await dataDirectory()
  const killed = await startChild(dataDir)
  await killEverything(killed, dataDir)
  const otherDir = await dataDirectory()
  const other = await start({ dataDir: otherDir })
  await writeFile(pidFile(dataDir), await readFile(pidFile(otherDir)))

  const again = await start({ dataDir })

  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

// A folder in which a start makes what it will rename when it is whole.
const draft = expect.stringMatching(/^new-/)

test('a first start that is killed leaves nothing half-made', async () => {
  const dataDir = await emptyDirectory()
  const child = spawnChild(dataDir)
  await expect.poll(() => entriesOf(dataDir), { interval: 5, timeout: 10_000 }).toContainEqual(draft)
  await kill(child)
  expect(await entriesOf(dataDir)).not.toContain('cluster')

  const again = await start({ dataDir })

  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(await entriesOf(dataDir)).not.toContainEqual(draft)
})

test('the lock of a killed Snag is free at once', async () => {
  const dataDir = await dataDirectory()
  const killed = await startChild(dataDir)
  await kill(killed.process)

  const next = await startChild(dataDir)

  expect(next.refusal).toBeUndefined()
})

async function entriesOf(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'postgres')
  await mkdir(folder, { recursive: true })
  return (await readdir(folder)).sort()
}
