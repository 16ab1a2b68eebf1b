import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createIssue } from '#shared/issues/operations.ts'
import { world } from '#test/world.ts'
import { add, delivering, newest } from './delivering.ts'
import { receiver } from './receiver.ts'

test('what a killed worker was about to deliver is delivered by another, under the same id', async () => {
  const here = await world()
  const { run, work } = await delivering(here, { works: false })
  const admin = await here.personWith('admin')
  const there = await receiver()
  const taken = new Set<unknown>()
  there.answer((response, { headers }) => {
    const isNew = !taken.has(headers['webhook-id'])
    taken.add(headers['webhook-id'])
    // The first time it has taken everything in, and whoever sent it does not live to hear that.
    if (!isNew) response.end()
  })
  const webhook = await add(admin, { url: there.url })
  const url = String(here.db.pool.options.connectionString)
  const child = fork(join(import.meta.dirname, 'worker-process.ts'), [url])
  onTestFinished(() => void child.kill('SIGKILL'))

  await createIssue(admin.home, { title: 'Login loops' })
  await vi.waitUntil(() => there.received.length === 1, { timeout: 20_000 })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await work()
  await run('webhooks.sweep')
  expect(await newest(admin, webhook, () => true)).toMatchObject({ status: 'pending', attempts: 1 })

  // It is taken for dead when its time is over, and looked for once a minute.
  here.advance(121_000)
  await run('webhooks.sweep')

  const delivery = await newest(admin, webhook, (one) => one.status === 'delivered')
  expect(there.received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id, delivery.id])
  expect(taken).toEqual(new Set([delivery.id]))
}, 40_000)
