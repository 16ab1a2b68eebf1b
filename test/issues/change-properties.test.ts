import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Changes } from '#shared/events/schema.ts'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import { IssueStatus, Priority } from '#shared/issues/schema.ts'
import type { Issue } from '#shared/issues/schema.ts'
import { world } from '#test/world.ts'

const change = fc.record(
  {
    title: fc.constantFrom('One title', 'Another title'),
    description: fc.string({ unit: fc.constantFrom('a', '\n', 'ß', '🙂', '#1', '"'), maxLength: 6 }),
    status: fc.constantFrom(...IssueStatus.options),
    priority: fc.constantFrom(...Priority.options),
    labels: fc.subarray(['bug', 'documentation', 'feature']),
    assignee: fc.constantFrom('me' as const, null),
    locked: fc.boolean(),
  },
  { requiredKeys: [] },
)

/** What of an issue a change may touch, in the words of its events. */
function fieldsOf({ title, description, status, priority, labels, assignee, locked }: Issue) {
  return { title, description, status, priority, labels, assignee: assignee?.id ?? null, locked }
}

test('what an event says has changed, done to what was before, gives what is after', async () => {
  const here = await world()
  const admin = await here.personWith('admin')

  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      let issue = await createIssue(admin.home, { title: 'One title' })
      for (const fields of changes) {
        const before = fieldsOf(issue)
        const events = await here.db.prisma.event.count()
        issue = await changeIssue(admin.home, { number: issue.number, ...fields })
        const after = fieldsOf(issue)

        const happened = await here.db.prisma.event.findMany({ orderBy: { sequence: 'asc' }, skip: events })
        if (JSON.stringify(after) === JSON.stringify(before)) {
          expect(happened, 'what changed nothing is no event').toEqual([])
          continue
        }
        const [event] = happened
        const told = Changes.parse(event?.changes)
        for (const [field, { before: was }] of Object.entries(told))
          expect({ [field]: before[field as keyof typeof before] }).toEqual({ [field]: was })
        const applied = Object.fromEntries(Object.entries(told).map(([field, { after: is }]) => [field, is]))
        expect({ ...before, ...applied }).toEqual(after)
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)
