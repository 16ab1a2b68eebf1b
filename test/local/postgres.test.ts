import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removePostgres, startPostgres } from '#local/postgres/start-postgres.ts'
import { dataDirectory, emptyDirectory, query, start, startChild, expectServers } from './postgres-world.ts'

expectServers()

test('PostgreSQL 18 answers on loopback only, with a database that counts and folds letters', async () => {
  const { url } = await start({ dataDir: await emptyDirectory() })

  expect(new URL(url).hostname).toBe('127.0.0.1')
  expect(
    await query(
      url,
      `SELECT current_setting('server_version_num')::int / 10000 AS version, length('größe') AS length,
              lower('ÄÉЖ') AS lower, to_tsvector('simple', 'Käse — Brot')::text AS words,
              current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
    ),
  ).toEqual([
    {
      version: 18,
      length: 5,
      lower: 'äéж',
      words: "'brot':2 'käse':1",
      addresses: '127.0.0.1',
      sockets: '',
    },
  ])
})

test('the extensions the tracker may want are there', async () => {
  const { url } = await start({ dataDir: await dataDirectory() })

  await query(url, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin; CREATE EXTENSION unaccent')

  expect(await query(url, `SELECT similarity('login', 'logins') > 0.5 AS similar`)).toEqual([
    { similar: true },
  ])
})

test('without the password nobody gets in', async () => {
  const { url } = await start({ dataDir: await dataDirectory() })
  const guess = new URL(url)
  guess.password = 'guess'

  await expect(query(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
})

test('data and password are readable by their owner alone', async () => {
  const dataDir = await emptyDirectory()
  await start({ dataDir })

  expect((await stat(join(dataDir, 'postgres', 'cluster'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(dataDir, 'postgres', 'cluster', 'password'))).mode & 0o777).toBe(0o600)
})

test('what was written is there after a stop and a start', async () => {
  const dataDir = await dataDirectory()
  const first = await start({ dataDir })
  await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS words`)
  await first.stop()

  const second = await start({ dataDir })

  expect(await query(second.url, 'SELECT words FROM note')).toEqual([{ words: 'kept' }])
})

test('stop may be called twice, and stops although somebody is connected', async () => {
  const dataDir = await dataDirectory()
  const postgres = await start({ dataDir })
  const broken = expect(query(postgres.url, 'SELECT pg_sleep(60)')).rejects.toThrow(/terminat/)
  await expect.poll(() => sleepers(postgres.url)).toBe(1)

  await Promise.all([postgres.stop(), postgres.stop()])

  await broken
  await expect(query(postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
})

test('a second start on the same directory is refused and does not harm the first', async () => {
  const dataDir = await dataDirectory()
  const first = await start({ dataDir })

  await expect(startPostgres({ dataDir })).rejects.toThrow(
    `Snag is already running on ${dataDir} (process ${process.pid}): stop it first, or give this one another folder with SNAG_DATA_DIR.`,
  )
  const child = await startChild(dataDir)

  expect(child.refusal).toContain(`Snag is already running on ${dataDir} (process ${process.pid})`)
  expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('of several first starts at the same moment one wins, and the others are told', async () => {
  const dataDir = await emptyDirectory()

  const children = await Promise.all([1, 2, 3].map(() => startChild(dataDir)))

  const winners = children.flatMap(({ url }) => url ?? [])
  const refusals = children.flatMap(({ refusal }) => refusal ?? [])
  expect(winners).toHaveLength(1)
  expect(await query(winners[0] ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(refusals).toEqual([
    expect.stringContaining('Snag is already running on'),
    expect.stringContaining('Snag is already running on'),
  ])
})

test('a fixed port is used', async () => {
  const port = await freePort()
  const { url } = await start({ dataDir: await dataDirectory(), port })

  expect(new URL(url).port).toBe(String(port))
})

test('a fixed port that is taken is named', async () => {
  const listener = createServer()
  const port = await new Promise<number>((listening) => {
    listener.listen(0, '127.0.0.1', () => listening(portOf(listener)))
  })
  const dataDir = await dataDirectory()

  await expect(startPostgres({ dataDir, port, fsync: false })).rejects.toThrow(
    `Port ${port} is taken on 127.0.0.1`,
  )
  listener.close()
})

test('a failed start lets the directory go', async () => {
  const dataDir = await dataDirectory()
  const other = await start({ dataDir: await dataDirectory() })
  await expect(
    startPostgres({ dataDir, port: Number(new URL(other.url).port), fsync: false }),
  ).rejects.toThrow('is taken')

  const { url } = await start({ dataDir })

  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a data directory that cannot be made is named, with what to do', async () => {
  const dataDir = await emptyDirectory()
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'file'), 'where a folder should be')

  await expect(startPostgres({ dataDir: join(dataDir, 'file', 'data') })).rejects.toThrow(
    /^PostgreSQL’s data cannot be kept in .*data \(ENOTDIR.*\): make it writable .* or set SNAG_DATA_DIR/,
  )
})

test('a folder whose name a shell would read differently is refused', async () => {
  const dataDir = join(await emptyDirectory(), 'cash$HOME')

  await expect(startPostgres({ dataDir, fsync: false })).rejects.toThrow(
    /^PostgreSQL cannot run in .*cash\$HOME.*, because of a character in that name/,
  )
})

test('a folder with spaces and quotes in its name is as good as any', async () => {
  const dataDir = join(await emptyDirectory(), `it's my data (new); ok`)

  const postgres = await start({ dataDir })

  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await postgres.stop()
})

test('removing takes the data and nothing else', async () => {
  const dataDir = await emptyDirectory()
  const first = await start({ dataDir })
  await query(first.url, 'CREATE TABLE note (words text)')
  await first.stop()
  await writeFile(join(dataDir, 'keys.json'), '{}')

  await removePostgres(dataDir)

  expect(await readdir(dataDir)).toEqual(['keys.json', 'postgres'])
  const second = await start({ dataDir })
  expect(await query(second.url, `SELECT to_regclass('note') AS found`)).toEqual([{ found: null }])
})

test('removing is refused while PostgreSQL runs', async () => {
  const dataDir = await dataDirectory()
  const { url } = await start({ dataDir })

  await expect(removePostgres(dataDir)).rejects.toThrow('Snag is already running on')
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('there may be nothing to remove', async () => {
  const dataDir = await emptyDirectory()
  await mkdir(dataDir)

  await removePostgres(dataDir)

  expect(await readdir(join(dataDir, 'postgres'))).not.toContain('cluster')
})

async function sleepers(url: string): Promise<number> {
  const rows = await query<{ count: number }>(
    url,
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'`,
  )
  return rows[0]?.count ?? 0
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => {
    probe.listen(0, '127.0.0.1', listening)
  })
  const port = portOf(probe)
  await new Promise((closed) => probe.close(closed))
  return port
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
