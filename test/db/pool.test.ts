import { Client } from 'pg'
import { expect, test, vi } from 'vitest'
import { openPool } from '#shared/db/pool.ts'
import { emptyDatabase } from '#test/database.ts'

/** Ends all other connections to this database, as PostgreSQL does when it stops. */
async function endOthers(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  await client.end()
}

test('a connection that breaks is told of, but not one that is being closed anyway', async () => {
  const connectionString = await emptyDatabase()
  const broken: Error[] = []
  const pool = openPool({ connectionString }, (error) => broken.push(error))

  await pool.query('select 1')
  await endOthers(connectionString)
  await vi.waitFor(() => expect(broken).not.toEqual([]))
  const before = broken.length
  const client = await pool.connect()
  const ended = pool.end()
  await endOthers(connectionString)
  // It hears of its end by its socket, which the next statement on it would tell as well.
  await expect(client.query('select 1')).rejects.toThrow()
  client.release(true)
  await ended

  expect(broken).toHaveLength(before)
})
