import { ask, nextCursorOf } from './ask.ts'
import { median } from './report.ts'
import type { Figure } from './report.ts'
import { apiList } from './routes.ts'
import type { Stage } from './stage.ts'

const farPage = 1_000
const times = 200

const orders = [
  { name: 'newest first', query: '' },
  { name: 'sort:updated', query: 'q=sort:updated' },
  { name: 'sort:votes', query: 'q=sort:votes' },
]

/** Walks through the API page by page, and holds a page far away against the first one. */
export async function measurePaging(stage: Stage): Promise<Figure[]> {
  await using api = await stage.start('api')
  const figures: Figure[] = []
  for (const { name, query } of orders) {
    const [token = ''] = stage.askers()
    const first = `${apiList}?${query}`
    let far = { page: 1, path: first }
    while (far.page < farPage) {
      const cursor = nextCursorOf(await ask(api, token, far.path))
      if (cursor === null) break
      far = { page: far.page + 1, path: `${first}&cursor=${cursor}` }
    }
    const took: Record<'near' | 'away', number[]> = { near: [], away: [] }
    // In turn, so that what else the machine does slows both.
    for (let n = 0; n < times; n++) {
      took.near.push(await timeOf(() => ask(api, token, first)))
      took.away.push(await timeOf(() => ask(api, token, far.path)))
    }
    const [near, away] = [median(took.near), median(took.away)]
    figures.push({
      name: `page ${far.page.toLocaleString('en')} beside page 1, ${name}`,
      value: away / near,
      unit: '×',
      below: 1.2,
      beside: `medians ${away.toFixed(1)} and ${near.toFixed(1)} ms`,
    })
  }
  return figures
}

/** Milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
