import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { inject, onTestFinished } from 'vitest'
import { databaseUrl, template, testPrefix } from './postgres.ts'

/** Databases of this worker that no test is using. */
const free: string[] = []

/**
 * The address of a migrated, empty database that is the test's alone. Cloning one takes half a second, emptying
 * one a few milliseconds, so the tests of a worker, which run one after another, have the same one in turn.
 */
export async function emptyDatabase(): Promise<string> {
  const name = free.pop() ?? (await clone())
  const url = databaseUrl(inject('postgresUrl'), name)
  onTestFinished(async () => {
    await empty(url)
    free.push(name)
  })
  return url
}

async function clone(): Promise<string> {
  const name = `${testPrefix}${uuidv7().replaceAll('-', '')}`
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(`create database ${name} template ${template}`)
  await client.end()
  return name
}

/** Ends what is still connected, so that nothing a test left behind can write into the next one. */
async function empty(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  await client.query(`do $$ declare emptied text; begin
    set local session_replication_role = replica; -- the order of the tables then does not matter
    for emptied in select format('%I.%I', schemaname, tablename) from pg_tables
      where schemaname in ('public', 'graphile_worker') and tablename not in ('_prisma_migrations', 'migrations')
    loop execute 'delete from ' || emptied; end loop; end $$`)
  await client.end()
}
