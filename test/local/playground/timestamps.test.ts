import { expect, test } from 'vitest'
import { formatSent, formatTimestamp } from '#local/discord/playground/messages/timestamps.ts'

const now = new Date(2026, 10, 23, 15, 30)

test.each([
  [new Date(2026, 10, 23, 15, 25), '5 minutes ago'],
  [new Date(2026, 10, 23, 17, 30), 'in 2 hours'],
  [new Date(2026, 10, 22, 15, 30), 'yesterday'],
  [new Date(2024, 10, 23, 15, 30), '2 years ago'],
  [now, 'now'],
])('%s is told from now', (at, words) => {
  expect(formatTimestamp(at, 'R', now)).toBe(words)
})

test('a message of today shows its time, of yesterday says so, and an older one shows its date', () => {
  expect(formatSent(new Date(2026, 10, 23, 9, 5), now)).toMatch(/^0?9[:.]05/)
  expect(formatSent(new Date(2026, 10, 22, 23, 59), now)).toMatch(/^Yesterday at /)
  expect(formatSent(new Date(2026, 10, 1, 9, 5), now)).toMatch(/26/)
})

test('a time beyond the calendar does not break the message it stands in', () => {
  expect(formatTimestamp(new Date(8.64e15 * 2), 'f', now)).toBe('Invalid date')
  expect(formatTimestamp(new Date(8.64e15 * 2), 'R', now)).toBe('Invalid date')
})
