import { describe, expect, test } from 'vitest'
import { parseQuery } from '#shared/query/parse.ts'
import { printQuery } from '#shared/query/print.ts'
import type { Query } from '#shared/query/syntax.ts'

function understood(text: string): Query {
  const parsed = parseQuery(text)
  if ('problems' in parsed) throw new Error(`“${text}”: ${JSON.stringify(parsed.problems)}`)
  return parsed.query
}

/** What is wrong, each with the part of the text it points at. */
function problemsOf(text: string): { at: string; message: string }[] {
  const parsed = parseQuery(text)
  if ('query' in parsed) return []
  return parsed.problems.map(({ start, end, message }) => ({ at: text.slice(start, end), message }))
}

test('what people know from elsewhere is understood as a whole', () => {
  const text =
    'login loop is:open label:bug -label:docs author:@me assignee:none priority:>=high votes:>3 updated:<7d has:comments sort:votes'

  expect(understood(text)).toEqual({
    words: [
      { text: 'login', phrase: false, not: false },
      { text: 'loop', phrase: false, not: false },
    ],
    filters: [
      { field: 'is', not: false, values: ['open'] },
      { field: 'label', not: false, values: ['bug'] },
      { field: 'label', not: true, values: ['docs'] },
      { field: 'author', not: false, values: ['me'] },
      { field: 'assignee', not: false, values: ['none'] },
      { field: 'priority', not: false, values: [{ op: '>=', value: 'high' }] },
      { field: 'votes', not: false, values: [{ op: '>', value: 3 }] },
      { field: 'updated', not: false, values: [{ op: '<', value: { age: 7, unit: 'd' } }] },
      { field: 'has', not: false, values: ['comments'] },
    ],
    sort: { key: 'votes', direction: 'desc' },
  })
})

test.each([
  ['', { words: [], filters: [], sort: null }],
  ['  \n ', { words: [], filters: [], sort: null }],
  ['"two words"', { words: [{ text: 'two words', phrase: true, not: false }] }],
  [String.raw`-"say \"no\" \\ "`, { words: [{ text: String.raw`say "no" \ `, phrase: true, not: true }] }],
  [
    'label:"good first issue",bug',
    { filters: [{ field: 'label', not: false, values: ['good first issue', 'bug'] }] },
  ],
  ['Is:Open', { filters: [{ field: 'is', not: false, values: ['open'] }] }],
  ['state:closed', { filters: [{ field: 'is', not: false, values: ['closed'] }] }],
  ['votes:3..5', { filters: [{ values: [{ from: 3, to: 5 }] }] }],
  ['votes:3..', { filters: [{ values: [{ op: '>=', value: 3 }] }] }],
  ['votes:*..5', { filters: [{ values: [{ op: '<=', value: 5 }] }] }],
  [
    'votes:1,>=5',
    {
      filters: [
        {
          values: [
            { op: '=', value: 1 },
            { op: '>=', value: 5 },
          ],
        },
      ],
    },
  ],
  [
    'created:2026-11-01..2026-11-30',
    { filters: [{ values: [{ from: { day: '2026-11-01' }, to: { day: '2026-11-30' } }] }] },
  ],
  [
    'closed:>=2026-11-01t10:00z',
    { filters: [{ values: [{ op: '>=', value: { instant: '2026-11-01T10:00:00.000Z' } }] }] },
  ],
  ['created:7d', { filters: [{ values: [{ op: '<=', value: { age: 7, unit: 'd' } }] }] }],
  ['created:today', { filters: [{ values: [{ op: '=', value: { name: 'today' } }] }] }],
  ['author:robin,@sam', { filters: [{ values: [{ name: 'robin' }, { name: 'sam' }] }] }],
  ['assignee:"none"', { filters: [{ values: [{ name: 'none' }] }] }],
  ['sort:updated-asc', { sort: { key: 'updated', direction: 'asc' } }],
])('%s is understood', (text, expected) => {
  expect(understood(text)).toMatchObject(expected)
})

test.each([
  'http://localhost:3000/login',
  'localhost:3000',
  'std::vector',
  'TypeError:',
  'C:\\temp',
  '--verbose',
  '-',
  '10:30',
  'a-b',
  ',',
  '..',
  '<div>',
])('%s is a word', (text) => {
  expect(understood(text)).toEqual({ words: [{ text, phrase: false, not: false }], filters: [], sort: null })
})

describe('what is wrong is said with its place', () => {
  test.each([
    ['login lable:bug', 'lable:', /Did you mean label:\?/],
    ['foo:bar', 'foo:', /nothing called foo:.*quotes/],
    ['x label: bug', 'label:', /comes a value/],
    ['label:bug, y', 'label:bug,', /after each comma/],
    ['is:opne', 'opne', /open, closed/],
    ['status:done,gone', 'gone', /backlog/],
    ['priority:>=bad', '>=bad', /none, low/],
    ['votes:many', 'many', /whole number/],
    ['votes:99999999999', '99999999999', /never so many/],
    ['votes:>3..5', '>3..5', /Choose one/],
    ['votes:..', '..', /beginning or an end/],
    ['label:a..b', 'a..b', /quotes/],
    ['label:>bug', '>bug', /cannot be compared/],
    ['created:2026-02-30', '2026-02-30', /no such day/],
    ['created:soon', 'soon', /2026-11-01/],
    ['created:2026-11-01..7d', '2026-11-01..7d', /two days or between two ages/],
    ['author:none', 'none', /Only an assignee/],
    ['author:""', '""', /user name/],
    ['sort:beauty', 'beauty', /created, updated/],
    ['sort:votes sort:created', 'sort:created', /already/],
    ['-sort:votes', '-sort:votes', /cannot be excluded/],
    ['x "never ends', '"never ends', /no end/],
    ['x ""', '""', /nothing between/],
    ['label:"a"b', 'b', /cannot stand here/],
  ])('%s', (text, at, message) => {
    expect(problemsOf(text)).toEqual([{ at, message: expect.stringMatching(message) }])
  })

  test('everything at once, from left to right', () => {
    expect(problemsOf('is:x votes:y "z').map(({ at }) => at)).toEqual(['x', 'y', '"z'])
  })
})

test('a query has its limits', () => {
  expect(problemsOf('x'.repeat(1_001))).toMatchObject([{ at: 'x' }])
  expect(problemsOf('x '.repeat(31))).toMatchObject([{ at: 'x ' }])
  expect(problemsOf(`label:${'x,'.repeat(20)}y`)).toHaveLength(1)
  expect(understood('x '.repeat(30)).words).toHaveLength(30)
})

test('a query is printed as briefly as it can be understood', () => {
  const print = (text: string) => printQuery(understood(text))

  expect(print('sort:votes  label:"bug" -author:"Robin Tester" "a b" login')).toBe(
    '"a b" login label:bug -author:"Robin Tester" sort:votes-desc',
  )
  expect(print('assignee:"none","@me",none,@me')).toBe('assignee:"none","@me",none,@me')
  expect(print('state:open votes:3..* created:7d')).toBe('is:open votes:>=3 created:<=7d')
})
