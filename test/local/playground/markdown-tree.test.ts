import { expect, test } from 'vitest'
import { isOnlyEmoji, parseMarkdown, safeLink } from '#local/discord/playground/messages/markdown-tree.ts'
import type { MarkdownNode } from '#local/discord/playground/messages/markdown-tree.ts'

/** The tree in brackets, e.g. `strong[a]`, so that a test reads like what it is about. */
function outline(nodes: MarkdownNode[]): string {
  return nodes.map(outlineNode).join('')
}

function outlineNode(node: MarkdownNode): string {
  if (node.type === 'text') return node.content
  if (node.type === 'br') return '⏎'
  if (node.type === 'list') {
    const items = node.items.map((item) => `(${outline(item)})`).join('')
    return `${node.ordered ? `ol${node.start}` : 'ul'}[${items}]`
  }
  if (!('content' in node)) return `${node.type}[]`
  return `${node.type}[${typeof node.content === 'string' ? node.content : outline(node.content)}]`
}

test('the marks of Discord are read', () => {
  const text = '**a** *b* __c__ ~~d~~ `e` ||f||'
  expect(outline(parseMarkdown(text))).toBe(
    'strong[a] em[b] underline[c] strikethrough[d] inlineCode[e] spoiler[f]',
  )
})

test('a backslash keeps a mark from being one', () => {
  expect(outline(parseMarkdown('\\*a\\* snake_case_name'))).toBe('*a* snake_case_name')
})

test('headings, subtext, quotes and code blocks are read where they begin a line', () => {
  const text = '# One\n## Two\n> quoted\n-# small\n```ts\ncode\n```'
  expect(outline(parseMarkdown(text))).toBe(
    'heading[One]heading[Two]blockQuote[quoted⏎]subtext[small]codeBlock[code]',
  )
})

test('a number sign in the middle of a line is no heading', () => {
  expect(outline(parseMarkdown('see # 12'))).toBe('see # 12')
})

test('lists nest by indentation and end where the lines do', () => {
  expect(outline(parseMarkdown('before\n- a\n- b\n  - c\n    more\nafter'))).toBe(
    'before⏎ul[(a)(b⏎ul[(c⏎more)])]after',
  )
})

test('a numbered list keeps its first number', () => {
  expect(outline(parseMarkdown('3. a\n4. b'))).toBe('ol3[(a)(b)]')
})

test('a list in a quote is a list', () => {
  expect(outline(parseMarkdown('> - a\n> - b'))).toBe('blockQuote[ul[(a)(b)]]')
})

test('mentions of people, roles, channels, commands and times carry what they name', () => {
  const id = '112233445566778899'
  const text = `<@${id}><@&${id}><#${id}></issue create:${id}><t:1700000000:R>`
  expect(parseMarkdown(text)).toMatchObject([
    { type: 'user', id },
    { type: 'role', id },
    { type: 'channel', id },
    { type: 'slashCommand', fullName: 'issue create', id },
    { type: 'timestamp', timestamp: '1700000000', format: 'R' },
  ])
})

test.each(['javascript:alert(1)', 'data:text/html,<p>', 'file:///etc/passwd', 'nonsense'])(
  'a link to %s leads nowhere',
  (target) => {
    expect(safeLink(target)).toBeNull()
  },
)

test('a link to the web leads there', () => {
  expect(safeLink('https://example.com/a?b=c')).toBe('https://example.com/a?b=c')
})

test('text that nests deeper than the parser can follow stays as it was written', () => {
  const text = '*'.repeat(20_000)
  expect(parseMarkdown(text)).toEqual([{ type: 'text', content: text }])
})

test('only a message of nothing but emoji is drawn large', () => {
  expect(isOnlyEmoji(parseMarkdown('🎉 🎉'))).toBe(true)
  expect(isOnlyEmoji(parseMarkdown('🎉 hooray'))).toBe(false)
  expect(isOnlyEmoji(parseMarkdown(' '))).toBe(false)
})
