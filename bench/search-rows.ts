import { Client } from 'pg'
import { pino } from 'pino'
import { openDatabase } from '#shared/db/database.ts'
import { indexIssues } from '#shared/search/indexing.ts'
import type { IssueKey } from '#shared/search/indexing.ts'

const homeId = 1
/** More than the product takes at once: none of these texts is long, and each word is counted once for all of them. */
const issuesAtOnce = 2_500

const indexes = ['issue_search_segment_vector_idx', 'search_words_workspace_id_trigrams_idx']

/**
 * Fills what search finds issues by, as the product's own jobs do. The indexes
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
  await indexAll(url)
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

async function indexAll(url: string): Promise<void> {
  const log = pino({ level: 'warn', base: null })
  const db = openDatabase({ url, onIdleError: (error) => log.warn({ err: error }, 'A connection broke') })

  async function indexWhere(condition: string): Promise<void> {
    const { rows: keys } = await db.pool.query<IssueKey>(
      `select workspace_id as "workspaceId", number from issues
       where deleted_at is null and ${condition} order by workspace_id, number`,
    )
    for (let from = 0; from < keys.length; from += issuesAtOnce)
      await db.transaction((tx) => indexIssues(tx, keys.slice(from, from + issuesAtOnce)))
  }

  try {
    // Half of all issues are in home, and the words of a workspace are counted by one at a time.
    await Promise.all([indexWhere(`workspace_id = ${homeId}`), indexWhere(`workspace_id <> ${homeId}`)])
  } finally {
    await db.close()
  }
}
