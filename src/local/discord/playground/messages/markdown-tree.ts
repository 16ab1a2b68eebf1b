import { SimpleMarkdown, rulesExtended } from 'discord-markdown-parser'

/** What Discord's Markdown can say. */
export type MarkdownNode =
  | { type: 'text' | 'inlineCode' | 'emoticon'; content: string }
  | { type: 'br' | 'everyone' | 'here' }
  | {
      type: 'strong' | 'em' | 'underline' | 'strikethrough' | 'spoiler' | 'blockQuote' | 'subtext'
      content: MarkdownNode[]
    }
  | { type: 'heading'; level: number; content: MarkdownNode[] }
  | { type: 'codeBlock'; lang: string; content: string }
  | { type: 'list'; ordered: boolean; start: number; items: MarkdownNode[][] }
  | { type: 'link' | 'url' | 'autolink'; target: string; content: MarkdownNode[] }
  | { type: 'user' | 'role' | 'channel' | 'guildNavigation'; id: string }
  | { type: 'slashCommand'; fullName: string; id: string }
  | { type: 'emoji'; name: string; id: string }
  | { type: 'twemoji'; name: string }
  | { type: 'timestamp'; timestamp: string; format: string | undefined }

type Rule = (typeof rulesExtended)[string]

const { defaultRules } = SimpleMarkdown
const { blockQuote: quote, heading, subtext } = rulesExtended
if (!quote || !heading || !subtext) throw new Error('discord-markdown-parser has lost a rule')

function beginsLine(before: string): boolean {
  return before === '' || before.endsWith('\n')
}

/** The parser's own rules for whole lines do not see the end of a quote or a list as the end of a line. */
function onLineOfItsOwn(rule: Rule): Rule {
  return {
    ...rule,
    match: (source, state, before) =>
      beginsLine(before) ? rule.match(source, { ...state, prevCapture: null }, before) : null,
  }
}

const BULLET = String.raw`(?:[-*]|\d{1,9}\.) +`
const LIST = new RegExp(String.raw`^( *)${BULLET}[^\n]*(?:\n(?: *${BULLET}| {2,}(?=\S))[^\n]*)*(?:\n|$)`)
const ITEM = new RegExp(String.raw`^( *)([-*]|\d{1,9}\.) +(.*)$`)

/** The parser knows no lists. Discord draws them only at the start of a line, nested by indentation. */
const list: Rule = {
  order: defaultRules.heading.order - 0.2,
  match: (source, _state, before) => (beginsLine(before) ? LIST.exec(source) : null),
  parse: ([whole = ''], parse, state) => {
    const lines = whole.replace(/\n$/, '').split('\n')
    const [, indent = '', marker = ''] = ITEM.exec(lines[0] ?? '') ?? []
    const below = new RegExp(`^ {0,${indent.length + 2}}`)
    const items: string[] = []
    for (const line of lines) {
      const item = ITEM.exec(line)
      const isSibling = item !== null && (item[1] ?? '').length <= indent.length
      if (isSibling) items.push(item[3] ?? '')
      else items.push(`${items.pop() ?? ''}\n${line.replace(below, '')}`)
    }
    return {
      type: 'list',
      ordered: /\d/.test(marker),
      start: Number.parseInt(marker, 10) || 1,
      items: items.map((item) => parse(item, { ...state, prevCapture: null })),
    }
  },
}

/** What is quoted begins a line too, so that a quoted list or heading is one. */
const blockQuote: Rule = {
  ...quote,
  parse: (capture, parse, state) => quote.parse(capture, parse, { ...state, prevCapture: null }),
}

const parser = SimpleMarkdown.parserFor({
  ...rulesExtended,
  heading: onLineOfItsOwn(heading),
  subtext: onLineOfItsOwn(subtext),
  list,
  blockQuote,
})

/**
 * Reads Discord's Markdown. Text which nests deeper than the parser can follow stays as it was written; Discord
 * gives up on such text as well.
 */
export function parseMarkdown(text: string): MarkdownNode[] {
  try {
    // The library types its nodes as records of anything; these are the shapes its rules and the two above make.
    return parser(text, { inline: true }) as MarkdownNode[]
  } catch (error) {
    if (error instanceof RangeError) return [{ type: 'text', content: text }]
    throw error
  }
}

/** A message of nothing but a few emoji is drawn large. */
export function isOnlyEmoji(nodes: MarkdownNode[]): boolean {
  const emoji = nodes.filter(({ type }) => type === 'twemoji' || type === 'emoji')
  const isBlank = (node: MarkdownNode): boolean =>
    node.type === 'br' || (node.type === 'text' && node.content.trim() === '')
  return (
    emoji.length > 0 && emoji.length <= 30 && nodes.every((node) => emoji.includes(node) || isBlank(node))
  )
}

/**
 * The address of a link, if it may be followed. Only web addresses may: a message must not be able to run
 * `javascript:` in the page that shows it.
 */
export function safeLink(target: string): string | null {
  const url = URL.parse(target)
  return url && ['http:', 'https:'].includes(url.protocol) ? url.href : null
}
