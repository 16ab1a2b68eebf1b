import { array, assert, constantFrom, property } from 'fast-check'
import { RuleType, parser } from 'markdown-to-jsx/html'
import type { MarkdownToJSX } from 'markdown-to-jsx/html'
import { expect, test } from 'vitest'
import { describeAnswers, withoutHeadings } from '#shared/templates/answers.ts'
import type { TemplateField } from '#shared/templates/schema.ts'

function field(id: string, more: Partial<TemplateField> = {}): TemplateField {
  const base = {
    id,
    label: `About ${id}`,
    kind: 'paragraph',
    required: false,
    placeholder: null,
    maxLength: 4_000,
  }
  return { ...base, ...more } as TemplateField // as the schema has it, but for what the test says
}

test('each question that was answered becomes a section, in the order of the template', () => {
  const fields = [field('one'), field('two'), field('three')]

  expect(describeAnswers(fields, { three: 'Third.', one: ' First,\n\nand more.\n', two: '  ' })).toBe(
    '### About one\n\nFirst,\n\nand more.\n\n### About three\n\nThird.',
  )
  expect(describeAnswers(fields, {})).toBe('')
})

test('every answer that does not fit its question is named', () => {
  const fields = [
    field('must', { required: true }),
    field('line', { kind: 'short', maxLength: 5 }),
    field('choice', { kind: 'choice', options: ['Yes', 'No'] }),
    field('long', { maxLength: 5 }),
  ]
  const problems = (answers: Record<string, string>) => {
    try {
      return describeAnswers(fields, answers)
    } catch (error) {
      return (error as { problems: { path: string; message: string }[] }).problems // an AppError
    }
  }

  expect(problems({ must: ' ', line: 'a\nb', choice: 'Maybe', long: '123456', other: 'x' })).toEqual([
    { path: 'answers.must', message: 'This has to be answered.' },
    { path: 'answers.line', message: 'This is one line.' },
    { path: 'answers.choice', message: 'This has to be Yes or No.' },
    { path: 'answers.long', message: 'This has at most 5 characters.' },
    { path: 'answers.other', message: 'The template has no such question. Leave it out.' },
  ])
  expect(problems({ must: 'Yes', choice: 'No' })).toBe('### About must\n\nYes\n\n### About choice\n\nNo')
})

test('what would be a heading shows its signs, and what is none stays as it is', () => {
  const shown = {
    '# Title': String.raw`\# Title`,
    '## Title': String.raw`\## Title`,
    '#': String.raw`\#`,
    '> - 1. ### Title': String.raw`> - 1. \### Title`,
    '-# small': String.raw`-\# small`,
    'Title\n===': 'Title\n\\===',
    'Title\n-': 'Title\n\\-',
    '> Title\n> ---': '> Title\n> \\---',
    '<h1>Title</h1>': String.raw`\<h1>Title\</h1>`,
    '<!-- from here on': String.raw`\<!-- from here on`,
    [String.raw`\# Title`]: String.raw`\# Title`,
    [String.raw`\\<b>`]: String.raw`\\\<b>`,
  }
  for (const [written, expected] of Object.entries(shown))
    expect(withoutHeadings(written), written).toBe(expected)
  for (const same of [
    'See #12 and #13',
    'a < b',
    '- one\n- two',
    '`<b>` is',
    '1.\n2.',
    '| a |\n|---|\n| b |',
  ])
    expect(withoutHeadings(same).replaceAll('\\', ''), same).toBe(same)
})

test('code stays as it is, and is closed where it was left open', () => {
  expect(withoutHeadings('```sh\n# a comment\n```\n# Title')).toBe('```sh\n# a comment\n```\n\\# Title')
  expect(withoutHeadings('````\n```\n# still code')).toBe('````\n```\n# still code\n````')
  expect(withoutHeadings('- one\n    ```\n    # code\n      more\n    ```\n# Title')).toBe(
    '- one\n```\n# code\n  more\n```\n\\# Title',
  )
  expect(withoutHeadings('~~~\n# code')).toBe('~~~\n# code\n~~~')
})

/** Every heading of a parsed text, whatever it stands in, by its words. */
function headingsOf(nodes: unknown): string[] {
  if (Array.isArray(nodes)) return nodes.flatMap(headingsOf)
  if (typeof nodes !== 'object' || nodes === null) return []
  if ('type' in nodes && nodes.type === RuleType.heading) return [wordsOf(nodes as MarkdownToJSX.ASTNode)]
  return Object.values(nodes).flatMap(headingsOf)
}

function wordsOf(node: MarkdownToJSX.ASTNode): string {
  if ('text' in node) return String(node.text)
  return 'children' in node && Array.isArray(node.children) ? node.children.map(wordsOf).join('') : ''
}

/** What Markdown is made of, put together as nobody would. */
const pieces = constantFrom(
  '# ',
  '#',
  '## x',
  '=',
  '===',
  '-',
  '---',
  '- ',
  '* ',
  '+ ',
  '> ',
  '1. ',
  '1) ',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '```',
  '````',
  '~~~',
  '`',
  '    ',
  '  ',
  '\t',
  '<h1>',
  '</h1>',
  '<!--',
  '-->',
  '<pre>',
  '<',
  '>',
  '\\',
  '\\\\',
  '[a]: b',
  '[^1]: ',
  '[a](b)',
  '|',
  '|---|',
  'About two',
  'text',
  ' ',
  '&#35; ',
  '\f',
  '\u00a0',
  '![',
  '- [ ] ',
)

test('no answer makes a heading, and none hides the next question', () => {
  const fields = [field('one'), field('two')]
  assert(
    property(array(pieces, { maxLength: 14 }), (written) => {
      const one = written.join('')
      const text = describeAnswers(fields, { one, two: 'The end.' })
      const expected = one.trim() === '' ? ['About two'] : ['About one', 'About two']
      expect(headingsOf(parser(text)), JSON.stringify(text)).toEqual(expected)
    }),
    { numRuns: 3_000 },
  )
})
