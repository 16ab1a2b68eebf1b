import { expect, test } from 'vitest'
import { suggestAt, suggestionOf } from '#shared/query/suggest.ts'

/** The caret is where the bar is. */
function suggested(marked: string) {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { options, wanted } = suggestAt(text, caret)
  return {
    becomes: options.map((option) => text.slice(0, option.start) + option.text + text.slice(option.end)),
    wanted,
  }
}

test('at the beginning of a term, the names of qualifiers are suggested', () => {
  expect(suggested('|').becomes).toContain('label:')
  expect(suggested('login st|').becomes).toEqual(['login status:'])
  expect(suggested('-lab|').becomes).toEqual(['-label:'])
  expect(suggested('login |').becomes).toContain('login is:')
})

test('after a name, its values are suggested, and replace what was begun', () => {
  expect(suggested('is:|').becomes).toEqual([
    'is:open',
    'is:closed',
    'is:locked',
    'is:duplicate',
    'is:hidden',
  ])
  expect(suggested('status:do| login').becomes).toEqual(['status:done login'])
  expect(suggested('status:todo,in|').becomes).toEqual(['status:todo,inprogress'])
  expect(suggested('status:d|x').becomes).toEqual(['status:done'])
  expect(suggested('priority:>|').becomes).toEqual(['priority:>=high'])
  expect(suggested('sort:v|').becomes).toEqual(['sort:votes-desc', 'sort:votes-asc'])
})

test('labels and people are asked for, because only the workspace knows them', () => {
  expect(suggested('label:bu|').wanted).toEqual({ kind: 'label', typed: 'bu', start: 6, end: 8 })
  expect(suggested('label:"good fi|').wanted).toEqual({ kind: 'label', typed: 'good fi', start: 6, end: 14 })
  expect(suggested('author:ro|').wanted).toMatchObject({ kind: 'person', typed: 'ro' })
  expect(suggested('author:@|')).toEqual({
    becomes: ['author:@me'],
    wanted: { kind: 'person', typed: '', start: 7, end: 8 },
  })
  expect(suggested('assignee:|').becomes).toEqual(['assignee:@me', 'assignee:none'])
  expect(suggestionOf({ start: 6, end: 8 }, { name: 'good first issue' })).toMatchObject({
    text: '"good first issue"',
  })
})

test('in a phrase, or after a name there is not, nothing is suggested', () => {
  expect(suggested('"log|').becomes).toEqual([])
  expect(suggested('foo:b|')).toEqual({ becomes: [], wanted: null })
})
