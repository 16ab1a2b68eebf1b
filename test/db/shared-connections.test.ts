import { Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { asRefusal } from '#shared/db/failures.ts'
import { SharedConnections } from '#shared/db/shared-connections.ts'
import type { Sharing } from '#shared/db/shared-connections.ts'
import { emptyDatabase } from '#test/database.ts'

async function sharedConnections(sharing: Partial<Sharing> = {}) {
  const pool = new Pool({ connectionString: await emptyDatabase(), max: 10, pipeline: true })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  onTestFinished(() => pool.end())
  const shared = new SharedConnections(pool, { most: 2, together: 4, timeoutMs: 5_000, ...sharing })
  const ask = async (text: string, values: unknown[] = []) => {
    const { rows } = await shared.query<unknown[]>({ name: text, text, values, rowMode: 'array' })
    return rows[0]
  }
  return { pool, ask }
}

/** What each promise came to: its value, or the code of what a person would be told. */
async function outcomes(promises: Promise<unknown>[]) {
  const settled = await Promise.allSettled(promises)
  return settled.map((one) =>
    one.status === 'fulfilled' ? one.value : (asRefusal(one.reason)?.code ?? String(one.reason)),
  )
}

const processOf = 'select pg_backend_pid()'

test('many statements at once share few connections, and each gets its own answer', async () => {
  const { pool, ask } = await sharedConnections()

  const numbers = Array.from({ length: 200 }, (_, n) => n)
  const [answers, processes] = await Promise.all([
    Promise.all(numbers.map(async (n) => ask('select $1::int * 2', [n]))),
    Promise.all(numbers.map(async () => String(await ask(processOf)))),
  ])

  expect(answers).toEqual(numbers.map((n) => [n * 2]))
  expect(new Set(processes).size).toBe(2)
  expect(pool.totalCount).toBe(2)
})

test('statements keep together, so that few wait behind a slow one and no connection is taken in vain', async () => {
  const { ask } = await sharedConnections()

  const slow = ask('select 1 from pg_sleep(1)')
  const behind = Array.from({ length: 3 }, async () => ask(processOf))
  const others = await Promise.race([
    slow,
    Promise.all(Array.from({ length: 3 }, async () => ask(processOf))),
  ])

  expect(new Set(others?.map(String)).size).toBe(1)
  expect(await Promise.all(behind)).not.toContainEqual(others?.[0])
})

test('connections are given back when nobody uses them', async () => {
  const { pool, ask } = await sharedConnections()

  const asked = Promise.all(Array.from({ length: 5 }, async () => ask(processOf)))
  expect(pool.idleCount).toBe(0)
  await asked
  expect(pool.idleCount).toBe(2)
})

test('a statement that PostgreSQL refuses changes nothing for the others', async () => {
  const { ask } = await sharedConnections({ most: 1 })

  expect(
    await outcomes([ask('select 1'), ask('select 1 / $1::int', [0]), ask('select 2'), ask('selec')]),
  ).toEqual([[1], 'error: division by zero', [2], expect.stringMatching(/syntax error/)])
  expect(await ask('select 3')).toEqual([3])
})

test('when a connection breaks, those on it are told to come back, and the next has a new one', async () => {
  const { ask } = await sharedConnections({ most: 1 })
  const [before] = (await ask(processOf)) ?? []

  const told = await outcomes([
    ask('select 1'),
    ask('select pg_terminate_backend(pg_backend_pid())'),
    ask('select 2'),
  ])

  expect(told).toEqual([[1], 'unavailable', 'unavailable'])
  const [after] = (await ask(processOf)) ?? []
  expect(after).not.toBe(before)
})

test('who asks while the others are still being told of a broken connection gets another one', async () => {
  const { ask } = await sharedConnections({ most: 1 })

  const broken = ask('select pg_terminate_backend(pg_backend_pid())')
  const next = broken.catch(async () => ask('select 1'))
  const behind = await outcomes(Array.from({ length: 20 }, async () => ask('select 2')))

  expect(await next).toEqual([1])
  expect(new Set(behind)).toEqual(new Set(['unavailable']))
})

test('a statement that hangs is given up, and holds up those behind it no longer', async () => {
  const { ask } = await sharedConnections({ most: 1, timeoutMs: 200 })

  expect(await outcomes([ask('select pg_sleep(30)'), ask('select 1')])).toEqual([
    'unavailable',
    'unavailable',
  ])
  expect(await ask('select 2')).toEqual([2])
})

test('without a database everybody is told, and nobody waits for the next attempt of another', async () => {
  const { pool, ask } = await sharedConnections()
  pool.options.host = '127.0.0.1'
  delete pool.options.connectionString
  pool.options.port = 1

  expect(new Set(await outcomes([1, 2, 3, 4].map(async () => ask('select 1'))))).toEqual(
    new Set(['unavailable']),
  )
  expect(pool.totalCount).toBe(0)
})
