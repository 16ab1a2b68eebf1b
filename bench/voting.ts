import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './ask.ts'
import { timeOf } from './paging.ts'
import { percentile } from './report.ts'
import type { Figure } from './report.ts'
import { apiList } from './routes.ts'
import type { MeasuredServer } from './server-process.ts'
import type { Stage } from './stage.ts'

const writesPerSecond = 200
/** A machine that cannot keep up is not given ever more to do; then there are fewer writes, which the figures tell. */
const mostUnderWay = 50
const warmUpSeconds = 6
/** Tokens live for a minute. */
const longestSeconds = 40
const votePauseMs = 10

/** Somebody votes, and takes it back, while others write all the time. */
export async function measureVotes(
  stage: Stage,
  { issues, seconds }: { issues: number; seconds: number },
): Promise<Figure[]> {
  await using api = await stage.start('api')
  const begun = performance.now()
  const lasting = Math.min(longestSeconds, warmUpSeconds + seconds)
  const over = () => performance.now() - begun > lasting * 1000
  const writing = writeAlong(stage, api, { issues, over })
  await sleep(warmUpSeconds * 1000)
  const took: number[] = []
  const voter = stage.askers().at(-1) ?? ''
  const path = `${apiList}/${Math.round(issues / 4)}/vote`
  for (let n = 0; !over(); n++) {
    took.push(await timeOf(() => ask(api, voter, path, { method: n % 2 === 0 ? 'PUT' : 'DELETE' })))
    await sleep(votePauseMs)
  }
  const others = (await writing) / lasting
  return [
    {
      name: `the longest of ${took.length.toLocaleString('en')} votes under other writes`,
      value: Math.max(...took),
      unit: 'ms',
      below: 50,
      beside: `median ${percentile(took, 0.5).toFixed(1)}, p99 ${percentile(took, 0.99).toFixed(1)} ms`,
    },
    // A machine that cannot keep up with the others says nothing of the votes.
    { name: 'other writes meanwhile', value: others, unit: '/s', atLeast: 0.95 * writesPerSecond },
  ]
}

/** Files, comments and changes at a steady pace, whether or not the ones before are done. Gives how many were. */
async function writeAlong(
  stage: Stage,
  api: MeasuredServer,
  { issues, over }: { issues: number; over: () => boolean },
): Promise<number> {
  const askers = stage.askers()
  const admin = stage.adminToken()
  const begun = performance.now()
  const underWay = new Set<Promise<unknown>>()
  let nth = 0
  while (!over()) {
    const due = ((performance.now() - begun) / 1000) * writesPerSecond
    for (; nth < due && underWay.size < mostUnderWay; nth++) {
      const writing = write(nth)
      underWay.add(writing)
      // What fails is thrown by the wait at the end.
      void writing.then(() => underWay.delete(writing)).catch(() => {})
    }
    await sleep(2)
  }
  await Promise.all(underWay)
  return nth

  function write(nth: number): Promise<unknown> {
    const someone = askers[nth % (askers.length - 1)] ?? ''
    const number = 1 + ((nth * 48_271) % (issues / 2 - 1))
    const issue = `${apiList}/${number % 100 === 50 ? number + 1 : number}`
    if (nth % 3 === 0)
      return ask(api, someone, apiList, {
        method: 'POST',
        body: { title: `Written along, ${nth}`, labels: ['bug'] },
      })
    if (nth % 3 === 1)
      return ask(api, someone, `${issue}/comments`, {
        method: 'POST',
        body: { body: `Same here, the ${nth}th time.` },
      })
    return ask(api, admin, issue, { method: 'PATCH', body: { status: nth % 2 === 0 ? 'todo' : 'done' } })
  }
}
