import { expect, test } from 'vitest'
import { Lanes } from '#shared/webhooks/lanes.ts'

test('a workspace has two requests under way, and others beside it have theirs', () => {
  const lanes = new Lanes()
  const now = new Date('2026-01-31T12:00:00Z')

  expect([lanes.enter(1, now), lanes.enter(1, now)]).toEqual([null, null])
  expect(lanes.enter(2, now)).toBeNull()
  const [third, fourth] = [lanes.enter(1, now), lanes.enter(1, now)]
  expect(Number(third)).toBeGreaterThan(now.getTime())
  expect(Number(fourth), 'one after another').toBeGreaterThan(Number(third))

  lanes.leave(1)
  expect(lanes.enter(1, now)).toBeNull()
})
