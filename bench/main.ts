import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { figureTable, speedTable } from './report.ts'
import { measureSpeed } from './speed.ts'
import { measureStart } from './start.ts'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    issues: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
    'without-start': { type: 'boolean', default: false },
  },
})

const say = (text: string) => process.stdout.write(text)
const log = (line: string) => process.stderr.write(`${line}\n`)
const load = () => loadavg()[0]?.toFixed(1)

const { only } = options
const [rounds, seconds, issues] = [options.rounds, options.seconds, options.issues].map(Number) as [
  number,
  number,
  number,
] // three in, three out
say(
  `\n${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${load()} before\n` +
    `${issues.toLocaleString('en')} issues, 16 connections, ${rounds} rounds of ${seconds} s, medians\n\n`,
)
const measured = await measureSpeed({ rounds, seconds, issues, only, log })
say(`\n${speedTable(measured)}\n`)

if (!options['without-start']) {
  log('npm start, twice …')
  const { seconds, megabytes, problem } = await measureStart()
  say(
    figureTable([
      { name: 'npm start to ready, second time', value: seconds, unit: 's', below: 3 },
      {
        name: 'resident memory of the idle server, without PostgreSQL',
        value: megabytes,
        unit: 'MB',
        below: 250,
      },
    ]),
  )
  if (problem !== null) say(`  ${problem}\n`)
}
say(`\nload ${load()} after: other work on the machine disturbs figures, ratios least\n`)
