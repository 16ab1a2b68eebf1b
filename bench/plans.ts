import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { BenchDatabase } from './database.ts'

/** The tables that grow with use, with what belongs to their rows. Whoever reads one from end to end is slower each month. */
const growing = new Set([
  'issues',
  'issue_labels',
  'issue_search',
  'search_words',
  'comments',
  'votes',
  'subscriptions',
  'events',
])

/** Whoever reads more of a table along an index goes a long way as well. */
const shareRead = 0.1
const rowsRead = 20_000

const shownLength = 500

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Filter?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

interface Explained {
  'Query Text': string
  Plan: Plan
}

/** How a statement goes through much of a table that grows. */
export interface LongWay {
  table: string
  /** Without an index: that is a scan in full, however large the table was this time. */
  inFull: boolean
  /** With what, past what, and how many rows. */
  how: string
  /** The beginning of the statement, after what all reads begin with. */
  statement: string
}

/**
 * Lets PostgreSQL write down the plan of each statement that is run from now on over new connections, does `work`, and
 * gives the statements that went a long way through a table. Source: PostgreSQL's documentation, “auto_explain”.
 */
export async function longWaysDuring(
  database: BenchDatabase,
  work: () => Promise<void>,
): Promise<{ statements: number; ways: LongWay[] }> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_format': 'json',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
  }
  const db = new Client({ connectionString: database.url })
  await db.connect()
  const sizes = await sizesOf(db)
  const before = (await readFile(database.logFile, 'utf8')).length
  for (const [name, value] of Object.entries(settings))
    await db.query(`alter database snag set ${name} = '${value}'`)
  try {
    await work()
  } finally {
    for (const name of Object.keys(settings)) await db.query(`alter database snag reset ${name}`)
    await db.end()
  }
  // The log is written by another process.
  await sleep(500)
  const written = (await readFile(database.logFile, 'utf8')).slice(before)
  const explained = [...written.matchAll(/ ms {2}plan:\n((?:\t.*\n)+)/g)].map(
    ([, json = '']) => JSON.parse(json.replaceAll(/^\t/gm, '')) as Explained, // written by auto_explain
  )
  const ways = new Map<string, LongWay>()
  for (const { Plan: plan, 'Query Text': text } of explained)
    for (const way of waysOf(plan, sizes))
      ways.set(`${way.table} ${text}`, { ...way, statement: shortened(text) })
  const statements = new Set(explained.map(({ 'Query Text': text }) => text)).size
  return { statements, ways: [...ways.values()] }
}

async function sizesOf(db: Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ name: string; size: number }>(
    'select relname as name, reltuples::float8 as size from pg_class where relname = any($1)',
    [[...growing]],
  )
  return new Map(rows.map(({ name, size }) => [name, size]))
}

function waysOf(plan: Plan, sizes: ReadonlyMap<string, number>): Omit<LongWay, 'statement'>[] {
  const within = (plan.Plans ?? []).flatMap((part) => waysOf(part, sizes))
  const table = plan['Relation Name'] ?? ''
  const size = sizes.get(table)
  if (size === undefined) return within
  const perLoop =
    (plan['Actual Rows'] ?? 0) +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0)
  const read = perLoop * (plan['Actual Loops'] ?? 0)
  const inFull = plan['Node Type'] === 'Seq Scan'
  if (!inFull && read <= Math.max(rowsRead, shareRead * size)) return within
  const along = plan['Index Name'] === undefined ? '' : ` along ${plan['Index Name']}`
  const past = plan.Filter === undefined ? '' : `, past ${plan.Filter}`
  const how = `${plan['Node Type']}${along}, ${Math.round(read).toLocaleString('en')} rows${past}`
  return [{ table, inFull, how }, ...within]
}

/** All reads begin with the same clause about who asks, which says nothing about them. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const beginning = 'with access as ('
  if (!line.startsWith(beginning)) return line.slice(0, shownLength)
  let at = beginning.length
  for (let depth = 1; depth > 0 && at < line.length; at++) {
    if (line[at] === '(') depth += 1
    if (line[at] === ')') depth -= 1
  }
  return `…${line.slice(at, at + shownLength)}`
}
