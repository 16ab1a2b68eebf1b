import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { startRelay } from '#shared/events/relay.ts'
import type { RelayedEvent } from '#shared/events/relay.ts'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import { job } from '#shared/jobs/job.ts'
import { startWorker } from '#shared/jobs/worker.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'

/** The relay and the worker as the product runs them, and what they did. */
async function relaying({ db, tracker }: World) {
  const seen: RelayedEvent[] = []
  const done: string[] = []
  const noted = job({
    name: 'test.note',
    payload: z.object({ about: z.string() }),
    async run({ about }) {
      done.push(about)
    },
  })
  const relay = startRelay({
    pool: db.pool,
    log: tracker.log,
    follow(event) {
      seen.push(event)
      const about = `issue ${event.issueNumber}`
      return [noted.request({ about }, { key: about, queue: about })]
    },
  })
  const worker = await startWorker(db.pool, [noted], tracker.log)
  onTestFinished(async () => {
    await relay.stop()
    await worker.stop()
  })
  return { seen, done, relay }
}

test('events get positions in the order of commit, without gaps, whoever commits them', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  const { seen } = await relaying(here)

  await Promise.all(Array.from({ length: 20 }, (_, n) => createIssue(reporter.home, { title: `Issue ${n}` })))
  await vi.waitFor(() => expect(seen).toHaveLength(20), 10_000)

  expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
  // Numbers are taken under the workspace's lock, so their order is that of the commits.
  expect(seen.map(({ issueNumber }) => issueNumber)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})

test('several changes of one issue in one batch are one job, and the relay goes on', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  const { number } = await createIssue(reporter.home, { title: 'Login loops' })
  await changeIssue(reporter.home, { number, status: 'todo' })
  await changeIssue(reporter.home, { number, status: 'done' })

  const { seen, done } = await relaying(here)
  await vi.waitFor(() => expect(done).toEqual(['issue 1']), 10_000)
  await createIssue(reporter.home, { title: 'Another one' })

  await vi.waitFor(() => expect(done).toEqual(['issue 1', 'issue 2']), 10_000)
  expect(seen.map(({ type }) => type)).toEqual([
    'issue.created',
    'issue.changed',
    'issue.changed',
    'issue.created',
  ])
})

test('of two relays one works, and the other takes over when it stops', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  const first = await relaying(here)
  await createIssue(reporter.home, { title: 'Login loops' })
  await vi.waitFor(() => expect(first.seen).toHaveLength(1), 10_000)
  const second = await relaying(here)

  await first.relay.stop()
  await createIssue(reporter.home, { title: 'Another one' })

  await vi.waitFor(() => expect(second.seen.map(({ position }) => position)).toEqual([2]), 10_000)
  expect(first.seen).toHaveLength(1)
})
