import { expect, test } from 'vitest'
import { changeComment, createComment, deleteComment } from '#shared/comments/operations.ts'
import { getHistory } from '#shared/events/queries.ts'
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

test('a deleted comment is removed for good after thirty days, and its events keep none of its words', async () => {
  const here = await world()
  const reporter = await here.person('Robin')
  await createIssue(reporter.home, { title: 'This one stays' })
  const { id: commentId } = await createComment(reporter.home, { number: 1, body: 'A secret' })
  await changeComment(reporter.home, { number: 1, commentId, body: 'A secret, edited' })
  await createComment(reporter.home, { number: 1, body: 'Not for deletion' })
  await deleteComment(reporter.home, { number: 1, commentId })

  here.advance(29 * dayMs)
  await purgeJob(here.tracker).run({})
  expect(await here.db.prisma.comment.count()).toBe(2)
  here.advance(2 * dayMs)
  await purgeJob(here.tracker).run({})

  expect(await here.db.prisma.comment.findMany({ select: { body: true } })).toEqual([
    { body: 'Not for deletion' },
  ])
  const events = await here.db.prisma.event.findMany({ where: { issueNumber: 1 } })
  const words = JSON.stringify(events.map(({ changes }) => changes))
  expect(words).not.toContain('secret')
  expect(words).toContain('Not for deletion')
  const { data } = (await getHistory(reporter.home, { number: 1 })).value
  expect(data.map(({ type }) => type)).toEqual(['issue.created', 'comment.created', 'comment.deleted'])
})
