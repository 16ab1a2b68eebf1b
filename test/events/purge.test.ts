import { expect, test } from 'vitest'
import { deleteIssue, createIssue, restoreIssue } from '#shared/issues/operations.ts'
import { purgeJob } from '#shared/issues/purge.ts'
import { world } from '#test/world.ts'

const dayMs = 86_400_000

test('what was deleted thirty days ago is removed for good, and its events keep none of its words', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  await createIssue(reporter.home, { title: 'A secret I posted' })
  await createIssue(reporter.home, { title: 'This one stays' })
  await deleteIssue(reporter.home, { number: 1 })

  here.advance(29 * dayMs)
  await purgeJob(here.tracker).run({})
  expect(await here.db.prisma.issue.count()).toBe(2)
  here.advance(2 * dayMs)
  await purgeJob(here.tracker).run({})

  expect(await here.db.prisma.issue.findMany({ select: { title: true } })).toEqual([
    { title: 'This one stays' },
  ])
  const events = await here.db.prisma.event.findMany({ where: { issueNumber: 1 } })
  expect(events.map(({ type }) => type)).toEqual(['issue.created', 'issue.deleted'])
  expect(JSON.stringify(events.map(({ changes }) => changes))).not.toContain('secret')
})

test('after thirty days nothing can be restored', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  await createIssue(reporter.home, { title: 'Login loops' })
  await deleteIssue(reporter.home, { number: 1 })

  here.advance(31 * dayMs)

  await expect(restoreIssue(reporter.home, { number: 1 })).rejects.toMatchObject({ code: 'not_found' })
})
