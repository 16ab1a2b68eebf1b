import { onTestFinished } from 'vitest'
import type { Database } from '#shared/db/database.ts'

/** Somebody else's transaction, which holds what it locks until it ends. */
export async function transaction({ pool }: Database) {
  const client = await pool.connect()
  onTestFinished(() => client.release())
  await client.query('begin')
  return {
    query: (sql: string, values: unknown[] = []) => client.query(sql, values),
    commit: () => client.query('commit'),
  }
}

/** Resolves when somebody waits for a lock in this database. */
export async function somebodyWaits({ pool }: Database): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
