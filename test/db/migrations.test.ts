import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type LocalPostgres } from '#local/postgres/start-postgres.ts'
import { makeMigration, missingSql } from '#shared/db/make-migration.ts'
import { applyMigrations, forgetFailedMigration, migrationStatus } from '#shared/db/migrations.ts'

const now = new Date('2026-01-31T12:00:00Z')
const current = { pending: [], failed: [], edited: [], unknown: [] }

let scratch: string
let postgres: LocalPostgres
let databases = 0

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'snag-migrations-'))
  // Run as root, PostgreSQL becomes another user, who has to pass here.
  await chmod(scratch, 0o755)
  postgres = await startPostgres({ dataDir: join(scratch, 'data'), fsync: false })
})

afterAll(async () => {
  await postgres.stop()
  await rm(scratch, { recursive: true })
})

test('a migration in the folder is applied once', async () => {
  const { url, dir, query } = await project({ '001_notes': 'CREATE TABLE "Note" (id int PRIMARY KEY);' })

  expect(await applyMigrations({ url, dir })).toEqual({ applied: ['001_notes'] })
  expect(await applyMigrations({ url, dir })).toEqual({ applied: [] })
  expect(await query('SELECT * FROM "Note"')).toEqual([])
})

test('migrations are applied in the order of their names', async () => {
  const { url, dir } = await project({
    '002_words': 'ALTER TABLE "Note" ADD COLUMN words text;',
    '001_notes': 'CREATE TABLE "Note" (id int PRIMARY KEY);',
  })

  expect(await applyMigrations({ url, dir })).toEqual({ applied: ['001_notes', '002_words'] })
})

test('the status names what is not applied yet', async () => {
  const { url, dir } = await project({ '001_notes': 'CREATE TABLE "Note" (id int);' })

  expect(await statusOf(url, dir)).toEqual({ ...current, pending: ['001_notes'] })
  await applyMigrations({ url, dir })
  expect(await statusOf(url, dir)).toEqual(current)
})

test('processes that start together apply each migration once', async () => {
  const { url, dir } = await project({
    '001_notes': 'CREATE TABLE "Note" (id int); SELECT pg_sleep(0.2);',
    '002_tags': 'CREATE TABLE "Tag" (id int);',
  })

  const starts = await Promise.all([1, 2, 3, 4].map(() => applyMigrations({ url, dir })))

  expect(starts.flatMap(({ applied }) => applied).sort()).toEqual(['001_notes', '002_tags'])
})

test('a migration that fails stops the start, says which and why, and leaves nothing behind', async () => {
  const { url, dir, query } = await project({ '001_notes': 'CREATE TABLE "Note" (id int); SELECT 1 / 0;' })

  await expect(applyMigrations({ url, dir })).rejects.toThrow(
    'Migration 001_notes did not finish on this database (division by zero). Remove the cause, then run “npm run migrate -- --retry 001_notes” and start again.',
  )
  expect(await query(`SELECT to_regclass('"Note"') AS found`)).toEqual([{ found: null }])
  expect(await statusOf(url, dir)).toEqual({ ...current, failed: ['001_notes'] })
})

test('a start after a failed migration does not try it again by itself', async () => {
  const { url, dir, write } = await project({ '001_notes': 'SELECT 1 / 0;' })
  await expect(applyMigrations({ url, dir })).rejects.toThrow('001_notes')
  await write({ '001_notes': 'SELECT 1;' })

  await expect(applyMigrations({ url, dir })).rejects.toThrow('(division by zero)')
})

test('a failed migration is tried again once it was told to be', async () => {
  const { url, dir, write } = await project({ '001_notes': 'SELECT 1 / 0;' })
  await expect(applyMigrations({ url, dir })).rejects.toThrow('001_notes')
  await write({ '001_notes': 'SELECT 1;' })

  await forgetFailedMigration({ url, name: '001_notes' })

  expect(await applyMigrations({ url, dir })).toEqual({ applied: ['001_notes'] })
})

test('only a failed migration can be retried', async () => {
  const { url, dir } = await project({ '001_notes': 'SELECT 1;' })
  await applyMigrations({ url, dir })

  await expect(forgetFailedMigration({ url, name: '001_notes' })).rejects.toThrow(
    'There is no failed migration 001_notes in this database.',
  )
})

test('a migration that the database never saw cannot be retried', async () => {
  const { url, dir } = await project({ '001_notes': 'SELECT 1;' })
  await applyMigrations({ url, dir })

  await expect(forgetFailedMigration({ url, name: '002_tags' })).rejects.toThrow(
    'There is no failed migration 002_tags in this database.',
  )
})

test('a migration that was interrupted counts as failed', async () => {
  const { url, dir, query } = await project({ '001_notes': 'SELECT 1;' })
  await applyMigrations({ url, dir })
  await query('UPDATE _prisma_migrations SET finished_at = NULL, logs = NULL')

  await expect(applyMigrations({ url, dir })).rejects.toThrow(
    'Migration 001_notes did not finish on this database (it was interrupted).',
  )
})

test('an edited migration stops the start and is named', async () => {
  const { url, dir, write } = await project({ '001_notes': 'SELECT 1;' })
  await applyMigrations({ url, dir })
  await write({ '001_notes': 'SELECT 2;', '002_tags': 'CREATE TABLE "Tag" (id int);' })

  await expect(applyMigrations({ url, dir })).rejects.toThrow('another text of migration 001_notes')
  expect(await statusOf(url, dir)).toEqual({ ...current, edited: ['001_notes'], pending: ['002_tags'] })
})

test('line ends that git changed are no edit', async () => {
  const { url, dir, write } = await project({ '001_notes': 'SELECT 1;\nSELECT 2;\n' })
  await applyMigrations({ url, dir })
  await write({ '001_notes': 'SELECT 1;\r\nSELECT 2;\r\n' })

  expect(await applyMigrations({ url, dir })).toEqual({ applied: [] })
})

test('a database that is ahead stops the start', async () => {
  const { url, dir } = await project({ '001_notes': 'SELECT 1;', '002_later': 'SELECT 2;' })
  await applyMigrations({ url, dir })
  await rm(join(dir, '002_later'), { recursive: true })

  await expect(applyMigrations({ url, dir })).rejects.toThrow(
    'The database is ahead of this checkout: it has migration 002_later',
  )
  expect(await statusOf(url, dir)).toEqual({ ...current, unknown: ['002_later'] })
})

test('a database with tables of something else is left alone', async () => {
  const { url, dir, query } = await project({ '001_notes': 'CREATE TABLE "Note" (id int);' })
  await query('CREATE TABLE wordpress (id int)')

  await expect(applyMigrations({ url, dir })).rejects.toThrow(
    'The database has tables that Snag did not make',
  )
})

test('semicolons in functions and strings do not cut a statement', async () => {
  const { url, dir, query } = await project({
    '001_function': `CREATE FUNCTION two() RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN ';'; END $$;`,
  })
  await applyMigrations({ url, dir })

  expect(await query('SELECT two() AS two')).toEqual([{ two: ';' }])
})

test('a new migration holds what the schema has over the others', async () => {
  const { url, dir, schemaPath } = await project({})
  await writeFile(schemaPath, schema('id Int @id'))
  const first = await makeMigration({ name: 'First notes!', now, url, dir, schemaPath })
  await writeFile(schemaPath, schema('id Int @id\n  words String'))

  const second = await makeMigration({ name: 'words', now: later(), url, dir, schemaPath })

  expect(first?.path).toBe(join(dir, '20260131120000_first_notes', 'migration.sql'))
  expect(second?.path).toBe(join(dir, '20260131120100_words', 'migration.sql'))
  expect(await readFile(second?.path ?? '', 'utf8')).toContain(
    `ALTER TABLE "Note" ADD COLUMN     "words" TEXT NOT NULL`,
  )
  expect(await applyMigrations({ url, dir })).toEqual({
    applied: ['20260131120000_first_notes', '20260131120100_words'],
  })
})

test('no migration is written when the schema says nothing new', async () => {
  const { url, dir, schemaPath } = await project({})
  await writeFile(schemaPath, schema('id Int @id\n  kind Kind @default(good)'))
  await makeMigration({ name: 'notes', now, url, dir, schemaPath })

  expect(await missingSql({ url, dir, schemaPath })).toBeNull()
  expect(await makeMigration({ name: 'again', now: later(), url, dir, schemaPath })).toBeNull()
})

test('making a migration leaves no database behind', async () => {
  const { url, dir, schemaPath, query } = await project({})
  await writeFile(schemaPath, schema('id Int @id'))
  await makeMigration({ name: 'notes', now, url, dir, schemaPath })

  expect(await query(`SELECT datname FROM pg_database WHERE datname LIKE 'snag_shadow%'`)).toEqual([])
})

test('a migration without a name is refused', async () => {
  const { url, dir, schemaPath } = await project({})

  await expect(makeMigration({ name: '!', now, url, dir, schemaPath })).rejects.toThrow(
    'A migration needs a name',
  )
})

function schema(fields: string): string {
  return `datasource db {
  provider = "postgresql"
}

enum Kind {
  good
  bad
}

model Note {
  ${fields}
}
`
}

function later(): Date {
  return new Date(now.getTime() + 60_000)
}

async function statusOf(url: string, dir: string) {
  return await onDatabase(url, (client) => migrationStatus(client, { dir }))
}

/** A database of its own and a folder of migrations for it. */
async function project(migrations: Record<string, string>) {
  const name = `project${++databases}`
  await onDatabase(postgres.url, (client) => client.query(`CREATE DATABASE ${name}`))
  const url = new URL(postgres.url)
  url.pathname = `/${name}`

  const dir = join(scratch, name, 'migrations')
  const write = async (files: Record<string, string>) => {
    for (const [migration, sql] of Object.entries(files)) {
      await mkdir(join(dir, migration), { recursive: true })
      await writeFile(join(dir, migration, 'migration.sql'), sql)
    }
  }
  await mkdir(dir, { recursive: true })
  await write(migrations)
  return {
    url: url.href,
    dir,
    schemaPath: join(dirname(dir), 'schema.prisma'),
    write,
    query: async (sql: string) =>
      await onDatabase(url.href, async (client) => (await client.query(sql)).rows),
  }
}

async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
