import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { BenchDatabase } from './database.ts'

/** The tables that grow with use. Whoever reads one from end to end is slower each month. */
const growing = new Set(['issues', 'comments', 'events'])

/** An index gone through for so much of its table is a scan in full by another name. */
const shareRead = 0.1
const rowsRead = 20_000

interface Plan {
  'Node Type': string
  'Relation Name'?: string
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

export interface FullScan {
  table: string
  /** What was done with it. */
  how: string
  /** The beginning of the statement. */
  statement: string
}

/**
 * Lets PostgreSQL write down the plan of each statement that is run from now on over new connections, does `work`, and
 * gives the statements that went through a whole table. Source: PostgreSQL's documentation, “auto_explain”.
 */
export async function fullScansDuring(
  database: BenchDatabase,
  work: () => Promise<void>,
): Promise<{ statements: number; scans: FullScan[] }> {
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
  const scans = explained.flatMap(({ Plan: plan, 'Query Text': text }) =>
    scannedBy(plan, sizes).map((scan) => ({
      ...scan,
      statement: text.replaceAll(/\s+/g, ' ').slice(0, 600),
    })),
  )
  const distinct = new Map(scans.map((scan) => [`${scan.table} ${scan.statement}`, scan]))
  return {
    statements: new Set(explained.map(({ 'Query Text': text }) => text)).size,
    scans: [...distinct.values()],
  }
}

async function sizesOf(db: Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ name: string; size: number }>(
    'select relname as name, reltuples::float8 as size from pg_class where relname = any($1)',
    [[...growing]],
  )
  return new Map(rows.map(({ name, size }) => [name, size]))
}

function scannedBy(plan: Plan, sizes: ReadonlyMap<string, number>): Omit<FullScan, 'statement'>[] {
  const within = (plan.Plans ?? []).flatMap((part) => scannedBy(part, sizes))
  const table = plan['Relation Name'] ?? ''
  const size = sizes.get(table)
  if (size === undefined) return within
  const perLoop =
    (plan['Actual Rows'] ?? 0) +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0)
  const read = perLoop * (plan['Actual Loops'] ?? 0)
  if (plan['Node Type'] !== 'Seq Scan' && read <= Math.max(rowsRead, shareRead * size)) return within
  const how = `${plan['Node Type']}, ${Math.round(read).toLocaleString('en')} of ${Math.round(size).toLocaleString('en')} rows`
  return [{ table, how }, ...within]
}
