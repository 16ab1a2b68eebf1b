import { Client } from 'pg'
import { pino } from 'pino'
import { openDatabase } from '#shared/db/database.ts'
import { createSearchFollower } from '#shared/search/follow.ts'

const indexes = ['issue_search_segment_vector_idx', 'search_words_workspace_id_trigrams_idx']

/**
 * Fills what search finds issues by, with the product's own job for issues that came without an event each. The indexes
 * of words are built when all are there, which is faster than growing them row by row.
 */
export async function fillSearch(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows: made } = await client.query<{ indexdef: string }>(
    'select indexdef from pg_indexes where indexname = any($1)',
    [indexes],
  )
  if (made.length !== indexes.length) throw new Error(`There is no longer an index of ${indexes.join(', ')}.`)
  await client.query(`drop index ${indexes.join(', ')}`)
  await sweepAll(url)
  await client.query(`set maintenance_work_mem = '512MB'`)
  for (const { indexdef } of made) await client.query(indexdef)
  await client.query(
    `insert into search_progress (id, position) select 1, coalesce(max(position), 0) from events
     on conflict (id) do update set position = excluded.position`,
  )
  await client.query('vacuum (analyze) issue_search, search_words')
  await client.query('checkpoint')
  await client.end()
}

async function sweepAll(url: string): Promise<void> {
  const log = pino({ level: 'warn', base: null })
  const db = openDatabase({ url, onIdleError: (error) => log.warn({ err: error }, 'A connection broke') })
  try {
    const sweep = createSearchFollower({ db, log }).jobs.find(({ name }) => name === 'search.sweep')
    if (sweep === undefined) throw new Error('There is no longer a job that indexes a workspace.')
    const { rows } = await db.pool.query<{ id: number }>('select id from workspaces order by id')
    const [home, ...others] = rows.map(({ id }) => id)
    const oneByOne = async () => {
      for (const workspaceId of others) await sweep.run({ workspaceId })
    }
    // Half of all issues are in home, so that the two take about the same time.
    await Promise.all([sweep.run({ workspaceId: home }), oneByOne()])
  } finally {
    await db.close()
  }
}
