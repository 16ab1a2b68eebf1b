import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { openBenchDatabase } from './database.ts'
import { readEveryPlan } from './every-plan.ts'
import type { PlansRead } from './every-plan.ts'
import { measureImport } from './import.ts'
import { measureLive } from './live.ts'
import { measurePaging } from './paging.ts'
import { figureTable, speedTable } from './report.ts'
import type { Figure } from './report.ts'
import { measureSearches, searches, similar } from './searching.ts'
import type { Searched } from './searching.ts'
import { measureSpeed } from './speed.ts'
import { openStage } from './stage.ts'
import { measureStart } from './start.ts'
import { measureVotes } from './voting.ts'

const parts = ['speed', 'paging', 'search', 'votes', 'live', 'plans', 'import', 'start'] as const

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '10000,100000,1000000' },
    parts: { type: 'string', default: parts.join(',') },
    only: { type: 'string', default: '' },
  },
})

const say = (text: string) => process.stdout.write(text)
const log = (line: string) => process.stderr.write(`${line}\n`)
const load = () => loadavg()[0]?.toFixed(1)
const written = (count: number) => count.toLocaleString('en')

const { only } = options
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)]
const sizes = options.sizes.split(',').map(Number)
const wanted = new Set(options.parts.split(','))
const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)]

/** Fewer only where even the largest database is smaller. */
const importedIssues = Math.min(100_000, largest)
/** What is promised of the largest size is promised of none in particular where that is not measured. */
const searchedMs = 100
const searchedGrowth = 3

say(
  `\n${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${load()} before\n` +
    `${rounds} rounds of ${seconds} s, medians\n`,
)
const searched = new Map<number, Searched[]>()
let plans: PlansRead | null = null
for (const issues of sizes) await measureSize(issues)
if (searched.size > 1)
  say(`\nSearch, ${written(largest)} beside ${written(smallest)} issues\n\n${figureTable(growth())}`)
if (wanted.has('import')) await sayImport()
if (wanted.has('start')) await sayStart()
if (plans !== null) sayPlans(plans)
say(`\nload ${load()} after: other work on the machine disturbs figures, ratios least\n`)

async function measureSize(issues: number): Promise<void> {
  log(`A database with ${written(issues)} issues …`)
  const began = performance.now()
  await using database = await openBenchDatabase({ issues, users: Math.max(500, Math.round(issues / 200)) })
  await using stage = await openStage(database)
  const filled = ((performance.now() - began) / 1000).toFixed(0)
  say(`\n${written(issues)} issues (filled in ${filled} s), half of them in the workspace that is asked\n`)
  if (wanted.has('speed')) {
    const measured = await measureSpeed(stage, { rounds, seconds, issues, only, log })
    say(`\n${speedTable(measured)}`)
  }
  const figures: Figure[] = []
  if (wanted.has('paging')) figures.push(...(await measurePaging(stage)))
  if (wanted.has('search')) {
    const kinds = [...searches, similar].filter(({ name }) => name.includes(only))
    const found = await measureSearches(stage, kinds, { seconds: seconds * rounds, log })
    searched.set(issues, found)
    figures.push(...found.map(latency))
  }
  if (wanted.has('votes'))
    figures.push(...(await measureVotes(stage, { issues, seconds: 2 * seconds * rounds })))
  if (wanted.has('live')) figures.push(...(await measureLive(stage)))
  if (figures.length > 0) say(`\n${figureTable(figures)}`)
  if (wanted.has('plans') && issues === largest) plans = await readEveryPlan(stage, issues)
}

function latency({ name, p50, p99 }: Searched): Figure {
  return {
    name: `${name}, p99`,
    value: p99,
    unit: 'ms',
    below: searchedMs,
    beside: `median ${p50.toFixed(1)} ms`,
  }
}

function growth(): Figure[] {
  const before = new Map(searched.get(smallest)?.map(({ name, p99 }) => [name, p99]))
  return (searched.get(largest) ?? [])
    .filter(({ name }) => name !== similar.name)
    .map(({ name, p99 }) => ({
      name: `${name}, p99`,
      value: p99 / (before.get(name) ?? Number.NaN),
      unit: '×',
      below: searchedGrowth,
    }))
}

async function sayImport(): Promise<void> {
  log(`Importing ${written(importedIssues)} issues …`)
  const { comments, readSeconds, workSeconds, issuesPerSecond, grownMegabytes } =
    await measureImport(importedIssues)
  const figures: Figure[] = [
    {
      name: `import of ${written(importedIssues)} issues, ${written(comments)} comments`,
      value: issuesPerSecond,
      unit: 'issues/s',
      atLeast: 2_000,
      beside: `${readSeconds.toFixed(1)} s reading, ${workSeconds.toFixed(1)} s bringing in`,
    },
    { name: 'growth of the process meanwhile', value: grownMegabytes, unit: 'MB', below: 100 },
  ]
  say(`\n${figureTable(figures)}`)
}

async function sayStart(): Promise<void> {
  log('npm start, twice …')
  const { seconds, megabytes, problem } = await measureStart()
  const figures: Figure[] = [
    { name: 'npm start to ready, second time', value: seconds, unit: 's', below: 3 },
    {
      name: 'resident memory of the idle server, without PostgreSQL',
      value: megabytes,
      unit: 'MB',
      below: 250,
    },
  ]
  say(`\n${figureTable(figures)}`)
  if (problem !== null) say(`  ${problem}\n`)
}

function sayPlans({ statements, ways, missed }: PlansRead): void {
  const inFull = ways.filter((way) => way.inFull)
  const isFine = inFull.length + missed.length === 0
  say(
    `\nPlans of ${statements} statements at ${written(largest)} issues: ${inFull.length} read a table in full ${isFine ? '✓' : '✗'}\n`,
  )
  for (const { table, how, statement } of inFull) say(`  ${table} in full: ${how}\n    ${statement}\n`)
  for (const route of missed) say(`  ${route} was not looked at: it is missing in bench/tour.ts\n`)
  const along = ways.filter((way) => !way.inFull)
  if (along.length > 0) say(`\n${along.length} read much of one along an index, which is to be known:\n`)
  for (const { table, how } of along) say(`  ${table}: ${how}\n`)
  if (!isFine) process.exitCode = 1
}
