import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Pool } from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '#local/postgres/start-postgres.ts'
import { applyMigrations } from '#shared/db/migrations.ts'
import { migrateJobs } from '#shared/jobs/worker.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server for the tests; its database `template` is migrated, and empty. */
    postgresUrl: string
  }
}

/** The database that every test's own is cloned from. */
export const template = 'template_snag'
/** What the names of those begin with. */
export const testPrefix = 'test_'

/** One PostgreSQL for the whole run, or the one that `TEST_DATABASE_URL` names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined) {
    await prepare(given)
    project.provide('postgresUrl', given)
    return () => removeDatabases(given)
  }
  const folder = await mkdtemp(join(tmpdir(), 'snag-test-'))
  // Run as root, PostgreSQL becomes another user, who has to pass here.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ dataDir: folder, fsync: false })
  await prepare(postgres.url)
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function prepare(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`drop database if exists ${template}`)
  await client.query(`create database ${template}`)
  await client.end()
  const templateUrl = databaseUrl(url, template)
  await applyMigrations({ url: templateUrl, dir: 'prisma/migrations' })
  const pool = new Pool({ connectionString: templateUrl })
  // graphile-worker asks for both; a connection that breaks here fails the setup by itself.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  await migrateJobs(pool)
  await pool.end()
}

/** A server that is not ours is left as it was. */
async function removeDatabases(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [testPrefix],
  )
  for (const { name } of [...rows, { name: template }])
    await client.query(`drop database ${name} with (force)`)
  await client.end()
}

/** The address of another database on the same server. */
export function databaseUrl(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}
