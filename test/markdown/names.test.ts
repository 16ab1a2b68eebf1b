import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issuesPerText, namesIn, peoplePerText } from '#shared/markdown/names.ts'
import { proseOf } from '#shared/markdown/prose.ts'

const people = (text: string) => namesIn(text, 'SNAG').people
const issues = (text: string) => namesIn(text, 'SNAG').issues

describe('people are named', () => {
  test.for<[string, string[]]>([
    ['@ada', ['ada']],
    ['Ask @ada, @bob_2 and (@carol-x).', ['ada', 'bob_2', 'carol-x']],
    ['@Ada and @ada', ['ada']],
    ['**@ada** _@bob_ __@carol__ @dave_', ['ada', 'bob', 'carol', 'dave_']],
    ['> @ada said so', ['ada']],
    ['- @ada\n- [ ] @bob', ['ada', 'bob']],
    ['@größe', ['größe']],
    ['thanks @dave.', ['dave']],
    ['@dave.lee...', ['dave.lee']],
    ['a list\n\n- one\n\n    @ada in its second paragraph', ['ada']],
    ['`unclosed @ada', ['ada']],
    ['`` ` `` @ada', ['ada']],
    ['a <!-- unclosed @ada', ['ada']],
    ['3 < 4 @ada > 2', ['ada']],
    ['[@ada](https://example.com/@bob)', ['ada']],
  ])('in %j', ([text, expected]) => expect(people(text)).toEqual(expected))
})

describe('nobody is named', () => {
  test.for([
    'ada@example.com',
    'mailto:@ada',
    '<ada@example.com>',
    '@ada@social.example',
    '\\@ada',
    '`@ada`',
    '``a ` @ada``',
    '`a\n@ada`',
    '```\n@ada\n```',
    '~~~ts\n@ada\n~~~~',
    '```\n@ada',
    '> ```\n> @ada\n> ```',
    '- ```\n  @ada\n  ```',
    'before\n\n    @ada in code\n    @bob',
    '<!-- @ada -->',
    '<!-- for\n\n@ada\n-->',
    'a <!-- @ada --> b',
    'https://example.com/@ada',
    'https://example.com/(@ada)',
    'www.example.com?(@ada)',
    '[a](@ada)',
    '<img alt="@ada">',
    '@clerk/backend',
    'x/@ada',
    '<@1234>',
    '@',
    '@ ada',
    '@-ada',
    `@${'a'.repeat(65)}`,
  ])('in %j', (text) => expect(people(text)).toEqual([]))
})

describe('issues are named', () => {
  test.for<[string, number[]]>([
    ['#12', [12]],
    ['See #12, SNAG-13 and snag-14.', [12, 13, 14]],
    ['#12 #12', [12]],
    ['(#12)', [12]],
    ['#007', [7]],
    ['##12 MOON-12 XSNAG-12 SNAG-12a #12-3 #1.5 &#12; a#12 #0 #9999999999 #abc', []],
    ['`#12` \\#12 [a](#12) https://example.com/x#12', []],
    ['https://example.com/SNAG-12 x/SNAG-12', []],
    ['\\SNAG-12', [12]],
  ])('in %j', ([text, expected]) => expect(issues(text)).toEqual(expected))
})

test('only so many are taken from one text, the first ones', () => {
  const many = Array.from({ length: 100 }, (_, n) => `@p${n} #${n + 1}`).join(' ')
  const found = namesIn(many, 'SNAG')

  expect(found.people).toEqual(Array.from({ length: peoplePerText }, (_, n) => `p${n}`))
  expect(found.issues).toEqual(Array.from({ length: issuesPerText }, (_, n) => n + 1))
})

// Signs that mean something, and what can stand between them.
const parts =
  '` `` ``` ~~~ \\ \n \n\n \t \r\n > - 1. <!-- --> <a < ]( ) https:// @ada @ #1 SNAG-1 a . " é 😀'.split(' ')
const markup = fc.constantFrom(...parts, ' ', '    ')
const markdown = fc.array(fc.oneof(markup, fc.string()), { maxLength: 60 }).map((parts) => parts.join(''))

test('words stay where they are, and nothing is added to them', () => {
  fc.assert(
    fc.property(markdown, (text) => {
      const prose = proseOf(text)
      expect(prose).toHaveLength(text.length)
      for (let at = 0; at < text.length; at++) expect([' ', '\0', text[at]], `at ${at}`).toContain(prose[at])
      expect(prose.split('\n')).toHaveLength(text.split('\n').length)
    }),
  )
})

test('a name is found between any words, and never inside of code', () => {
  const plain = fc.stringMatching(/^[a-z ,]{0,30}$/)
  fc.assert(
    fc.property(plain, plain, fc.integer({ min: 1, max: 5 }), (before, after, ticks) => {
      const code = '`'.repeat(ticks)
      expect(people(`x${before} @ada ${after}`)).toEqual(['ada'])
      expect(people(`x${before} ${code}y @ada ${after}z${code} x`)).toEqual([])
      expect(
        people(`${before}\n\n${'`'.repeat(ticks + 2)}\n@ada ${after}\n${'`'.repeat(ticks + 2)}\n`),
      ).toEqual([])
    }),
  )
})

test('what escaping or quoting does to a text changes nothing but that', () => {
  fc.assert(
    fc.property(markdown, (text) => {
      const escaped = text.replaceAll(/[@#-]/g, String.raw`\$&`).replaceAll(/\\{2,}/g, '\\')
      for (const name of people(escaped)) expect(people(text)).toContain(name)
      expect(namesIn(`\`\`\`\`\`\`\`\`\n${text.replaceAll('`', '')}`, 'SNAG')).toEqual({
        people: [],
        issues: [],
      })
    }),
  )
})

test.for([
  '`'.repeat(9),
  '<!--',
  '](',
  '<a',
  '\\',
  '> ',
  '- ',
  '@a.',
  '#1',
  '    \n',
  '`` ` ',
  'a://',
  '~~~\n',
  '"',
  '@',
])('twenty thousand characters of %j are gone through in no time', (part) => {
  const text = part.repeat(Math.ceil(20_000 / part.length)).slice(0, 20_000)
  const start = performance.now()
  namesIn(text, 'SNAG')
  expect(performance.now() - start).toBeLessThan(250)
})

test.for(['`', '~'])('a row of a hundred thousand %s that opens no code is gone through once', (sign) => {
  const start = performance.now()
  namesIn(`${sign.repeat(100_000)}x\` @ada`, 'SNAG')
  expect(performance.now() - start).toBeLessThan(250)
})
