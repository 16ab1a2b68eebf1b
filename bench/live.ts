import { ask } from './ask.ts'
import { openReaders } from './live-readers.ts'
import { percentile } from './report.ts'
import type { Figure } from './report.ts'
import { apiList } from './routes.ts'
import type { Stage } from './stage.ts'

const readerCount = 1_000
const writes = 20
const warmUpReaders = 200
const path = apiList.replace(/issues$/, 'live')

/** Many read along while somebody writes. */
export async function measureLive(stage: Stage): Promise<Figure[]> {
  await using api = await stage.start('api')
  const tokensFor = (count: number) =>
    Array.from({ length: Math.ceil(count / 32) }, () => stage.askers())
      .flat()
      .slice(0, count)
  const file = () =>
    ask(api, stage.adminToken(), apiList, { method: 'POST', body: { title: 'For all who read along' } })
  // What is loaded, compiled and reserved for the first of them is not what each of them takes.
  for (let n = 0; n < 3; n++) {
    await using some = await openReaders({ url: api.url + path, tokens: tokensFor(warmUpReaders) })
    for (let m = 0; m < 5; m++) await some.timesOf(async () => void (await file()))
  }
  const before = await api.memory()
  await using readers = await openReaders({ url: api.url + path, tokens: tokensFor(readerCount) })
  const times: number[] = []
  for (let n = 0; n < writes; n++) times.push(...(await readers.timesOf(async () => void (await file()))))
  const after = await api.memory()
  return [
    {
      name: `live, from one write to all ${readerCount.toLocaleString('en')} readers, p99`,
      value: percentile(times, 0.99),
      unit: 'ms',
      below: 250,
      beside: `${writes} writes, median ${percentile(times, 0.5).toFixed(1)}, longest ${Math.max(...times).toFixed(1)} ms`,
    },
    {
      name: 'live, memory of each reader',
      value: (after.residentBytes - before.residentBytes) / readerCount / 1000,
      unit: 'kB',
      below: 50,
      beside: `${((after.usedBytes - before.usedBytes) / readerCount / 1000).toFixed(1)} kB of them on the heap and in buffers`,
    },
  ]
}
