import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { BenchDatabase } from './database.ts'

/** The tables that grow with use. Whoever reads one from end to end is slower each month. */
const growing = new Set(['issues', 'comments', 'events'])

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}

interface Explained {
  'Query Text': string
  Plan: Plan
}

export interface FullScan {
  table: string
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
  }
  const db = new Client({ connectionString: database.url })
  await db.connect()
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
  const explained = [...written.matchAll(/ms {2}plan:\n((?:\t.*\n)+)/g)].map(
    ([, json = '']) => JSON.parse(json.replaceAll(/^\t/gm, '')) as Explained, // written by auto_explain
  )
  const scans = explained.flatMap(({ Plan: plan, 'Query Text': text }) =>
    scannedBy(plan).map((table) => ({ table, statement: text.replaceAll(/\s+/g, ' ').slice(0, 400) })),
  )
  const distinct = new Map(scans.map((scan) => [`${scan.table} ${scan.statement}`, scan]))
  return { statements: explained.length, scans: [...distinct.values()] }
}

function scannedBy(plan: Plan): string[] {
  const table = plan['Relation Name'] ?? ''
  const own = plan['Node Type'] === 'Seq Scan' && growing.has(table) ? [table] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scannedBy)]
}
