import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { asRefusal } from '#shared/db/failures.ts'
import { SharedConnections } from '#shared/db/shared-connections.ts'
import type { SharingOptions } from '#shared/db/shared-connections.ts'
import { emptyDatabase } from '#test/database.ts'

async function sharedConnections(options: Partial<SharingOptions> = {}, config: { port?: number } = {}) {
  const connectionString = await emptyDatabase()
  const target = config.port === undefined ? { connectionString } : { host: '127.0.0.1', ...config }
  const shared = new SharedConnections(target, {
    maxConnections: 3,
    timeoutMs: 5_000,
    onError: () => {},
    ...options,
  })
  onTestFinished(() => shared.close())
  const ask = async (text: string, values: unknown[] = [], how: { isSlow?: boolean } = {}) => {
    const { rows } = await shared.query<unknown[]>({ name: text, text, values, rowMode: 'array' }, how)
    return rows[0]
  }
  /** Asked on a connection of its own. */
  const see = async (text: string) => {
    const client = new Client({ connectionString })
    await client.connect()
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
    await client.end()
    return rows[0]?.[0]
  }
  return { shared, ask, see }
}

/** What each promise came to: its value, or the code of what a person would be told. */
async function outcomes(promises: Promise<unknown>[]) {
  const settled = await Promise.allSettled(promises)
  return settled.map((one) =>
    one.status === 'fulfilled' ? one.value : (asRefusal(one.reason)?.code ?? String(one.reason)),
  )
}

const many = <T>(count: number, make: (nth: number) => T) =>
  Array.from({ length: count }, (_, nth) => make(nth))
const processOf = 'select pg_backend_pid()'
const others = `select count(*)::int from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

test('many statements at once share few connections, and each gets its own answer', async () => {
  const { ask, see } = await sharedConnections()

  const [answers, processes] = await Promise.all([
    Promise.all(many(200, async (n) => ask('select $1::int * 2', [n]))),
    Promise.all(many(200, async () => String(await ask(processOf)))),
  ])

  expect(answers).toEqual(many(200, (n) => [n * 2]))
  expect(new Set(processes).size).toBe(2)
  expect(await see(others)).toBe(2)
})

test('statements keep together, so that no connection is taken in vain', async () => {
  const { ask } = await sharedConnections()

  const processes = await Promise.all(many(8, async () => String(await ask(processOf))))

  expect(new Set(processes).size).toBe(1)
})

test('who comes while something slow is under way goes elsewhere', async () => {
  const { ask } = await sharedConnections()
  await ask('select 1')

  const slow = ask('select 1 from pg_sleep(1)').then(() => 'slow')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const quick = Promise.all(many(3, async () => ask('select 1'))).then(() => 'quick')

  expect(await Promise.race([slow, quick])).toBe('quick')
  await slow
})

test('what is known to be slow has connections for itself, and leaves one to the others', async () => {
  const { ask } = await sharedConnections({ maxConnections: 3 })
  const slow = async () =>
    Number(await ask(`select pg_backend_pid() from pg_sleep(0.5)`, [], { isSlow: true }))

  const searches = Promise.all([slow(), slow(), slow()])
  const quick = Promise.all(many(20, async () => Number(await ask(processOf))))
  const first = await Promise.race([searches.then(() => 'searches'), quick.then(() => 'quick')])

  expect(first).toBe('quick')
  expect(new Set(await searches).size).toBe(2)
  const shared = new Set(await quick).intersection(new Set(await searches))
  expect(shared.size).toBe(0)
})

test('a statement that PostgreSQL refuses changes nothing for the others', async () => {
  const { ask } = await sharedConnections({ maxConnections: 1 })

  expect(
    await outcomes([ask('select 1'), ask('select 1 / $1::int', [0]), ask('select 2'), ask('selec')]),
  ).toEqual([[1], 'error: division by zero', [2], expect.stringMatching(/syntax error/)])
  expect(await ask('select 3')).toEqual([3])
})

test('who relied on a statement that could not be prepared is told to come back', async () => {
  const { ask } = await sharedConnections({ maxConnections: 1 })

  const [first, ...behind] = await outcomes(many(3, async () => ask('select 1 from nowhere')))

  expect(first).toMatch(/does not exist/)
  expect(behind).toEqual(['unavailable', 'unavailable'])
})

test('when a connection breaks, those on it are told to come back, and the next has a new one', async () => {
  const { ask } = await sharedConnections({ maxConnections: 1 })
  const before = await ask(processOf)

  const told = await outcomes([
    ask('select 1'),
    ask('select pg_terminate_backend(pg_backend_pid())'),
    ask('select 2'),
  ])

  expect(told).toEqual([[1], 'unavailable', 'unavailable'])
  expect(await ask(processOf)).not.toEqual(before)
})

test('who asks while the others are still being told of a broken connection gets another one', async () => {
  const { ask } = await sharedConnections({ maxConnections: 1 })

  const broken = ask('select pg_terminate_backend(pg_backend_pid())')
  const next = broken.catch(async () => ask('select 1'))
  const behind = await outcomes(many(7, async () => ask('select 2')))

  expect(await next).toEqual([1])
  expect(new Set(behind)).toEqual(new Set(['unavailable']))
})

test('a statement that hangs is ended by PostgreSQL too, and those behind it get their answers', async () => {
  const { ask, see } = await sharedConnections({ maxConnections: 1, timeoutMs: 200 })

  expect(await outcomes([ask('select pg_sleep(30)'), ask('select 1')])).toEqual(['unavailable', [1]])
  expect(await see(`${others} and state = 'active'`)).toBe(0)
})

test('without a database everybody is told', async () => {
  const { ask } = await sharedConnections({}, { port: 1 })

  const told = await outcomes(many(20, async () => ask('select 1')))

  expect(new Set(told)).toEqual(new Set(['unavailable']))
})

test('closing waits for what is under way, and lets nobody in any more', async () => {
  const { shared, ask } = await sharedConnections({ maxConnections: 1 })

  const before = ask('select 1 from pg_sleep(0.2)')
  const closed = shared.close()
  const after = outcomes([ask('select 2')])

  expect(await after).toEqual(['unavailable'])
  expect(await before).toEqual([1])
  await closed
})
