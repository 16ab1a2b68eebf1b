import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from '#shared/query/parse.ts'
import { printQuery } from '#shared/query/print.ts'
import { suggestAt } from '#shared/query/suggest.ts'
import { parts, priorities, qualifiers, sortKeys, states, statuses } from '#shared/query/syntax.ts'
import type { Moment, Query, Range } from '#shared/query/syntax.ts'

/** Pieces that mean something beside each other, so that not everything is only a word. */
const piece = fc.oneof(
  fc.constantFrom(
    ...Object.keys(qualifiers).map((name) => `${name}:`),
    '"',
    '-',
    ',',
    ':',
    '<',
    '=',
    '.',
    '*',
    '@',
    '\\',
    '..',
    '>=',
    ' ',
    '\n',
    '@me',
  ),
  fc.constantFrom(
    ...states,
    ...statuses,
    ...priorities,
    ...parts,
    ...sortKeys,
    '7d',
    '2026-11-01',
    '3',
    'none',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
)

test('whatever the text, it is understood or what is wrong lies within it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseQuery(text)
      if ('query' in parsed) return
      for (const { start, end, message } of parsed.problems) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThanOrEqual(start)
        expect(end).toBeLessThanOrEqual(text.length)
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what was understood is understood the same when it is printed', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseQuery(text)
      fc.pre('query' in parsed)
      expect(parseQuery(printQuery(parsed.query))).toEqual(parsed)
    }),
    { numRuns: 2_000 },
  )
})

const plainText = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((text) => text.trim() === text)
const not = fc.boolean()
const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 })
const rangeOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Range<T>> =>
  fc.oneof(
    fc.record({ op: fc.constantFrom('=', '>', '>=', '<', '<='), value }),
    fc.record({ from: value, to: value }),
  )
const time = fc.date({ min: new Date('1970-01-02'), max: new Date('2999-01-01'), noInvalidDate: true })
const moment: fc.Arbitrary<Moment> = fc.oneof(
  time.map((date) => ({ day: date.toISOString().slice(0, 10) })),
  time.map((date) => ({ instant: date.toISOString() })),
  fc.constantFrom({ name: 'today' } as const, { name: 'yesterday' } as const),
)
const person = fc.oneof(
  fc.constant('me' as const),
  plainText.map((name) => ({ name })),
)
const query: fc.Arbitrary<Query> = fc.record({
  words: fc.array(
    fc.oneof(
      fc.record({ text: fc.stringMatching(/^[a-z0-9]{1,9}$/), phrase: fc.constant(false), not }),
      fc.record({ text: plainText, phrase: fc.constant(true), not }),
    ),
    { maxLength: 4 },
  ),
  filters: fc.array(
    fc.oneof(
      fc.record({ field: fc.constant('is' as const), not, values: few(fc.constantFrom(...states)) }),
      fc.record({ field: fc.constant('label' as const), not, values: few(plainText) }),
      fc.record({ field: fc.constantFrom('author', 'voted'), not, values: few(person) }),
      fc.record({ field: fc.constantFrom('votes', 'comments'), not, values: few(rangeOf(fc.nat())) }),
      fc.record({
        field: fc.constant('priority' as const),
        not,
        values: few(rangeOf(fc.constantFrom(...priorities))),
      }),
      fc.record({ field: fc.constantFrom('created', 'closed'), not, values: few(rangeOf(moment)) }),
      fc.record({ field: fc.constantFrom('has', 'no'), not, values: few(fc.constantFrom(...parts)) }),
    ),
    { maxLength: 5 },
  ),
  sort: fc.option(
    fc.record({ key: fc.constantFrom(...sortKeys), direction: fc.constantFrom('asc', 'desc') }),
  ),
})

test('every query that can be meant can be written', () => {
  fc.assert(
    fc.property(query, (meant) => {
      const text = printQuery(meant)
      fc.pre(text.length <= 1_000)
      expect(parseQuery(text)).toEqual({ query: meant })
    }),
    { numRuns: 1_000 },
  )
})

test('suggestions replace something around the caret, wherever it is', () => {
  fc.assert(
    fc.property(anyText, fc.nat(80), (text, caret) => {
      const at = Math.min(caret, text.length)
      const { options, wanted } = suggestAt(text, caret)
      for (const { start, end } of [...options, ...(wanted === null ? [] : [wanted])]) {
        expect(start).toBeLessThanOrEqual(at)
        expect(end).toBeGreaterThanOrEqual(at)
        expect(end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 1_000 },
  )
})
