import { Lexer, createToken } from 'chevrotain'
import type { CustomPatternMatcherFunc, IToken } from 'chevrotain'
import { aliases, isOneOf, qualifiers } from './syntax.ts'
import type { Qualifier } from './syntax.ts'

const namePattern = /([a-z]+):/iy

/**
 * A qualifier's name and colon. Of names that there are not, only those that look meant: `http://…`, `std::sort`,
 * `TypeError: …` and `localhost:3000` are words.
 */
const matchName: CustomPatternMatcherFunc = (text, offset) => {
  namePattern.lastIndex = offset
  const match = namePattern.exec(text)
  if (match === null) return null
  const name = match[1] ?? ''
  if (qualifierNamed(name) !== null) return match
  const next = text.charAt(namePattern.lastIndex)
  return name === name.toLowerCase() && next !== '' && !/[\s/\\:\d]/.test(next) ? match : null
}

export function qualifierNamed(name: string): Qualifier | null {
  const lower = name.toLowerCase()
  const names = Object.keys(qualifiers) as Qualifier[] // a Record's keys are its key type
  if (isOneOf(names, lower)) return lower
  return Object.hasOwn(aliases, lower) ? (aliases[lower] ?? null) : null
}

const space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED })
/** A space ends a value. */
const spaceAfterValue = createToken({
  name: 'SpaceAfterValue',
  pattern: /\s+/,
  group: Lexer.SKIPPED,
  pop_mode: true,
})
export const Minus = createToken({ name: 'Minus', pattern: /-(?=[^\s-])/ })
export const Name = createToken({
  name: 'Name',
  pattern: matchName,
  line_breaks: false,
  push_mode: 'value',
})
export const Phrase = createToken({ name: 'Phrase', pattern: /"(?:[^"\\]|\\[^])*"/, line_breaks: true })
export const OpenPhrase = createToken({ name: 'OpenPhrase', pattern: /"[^]*/, line_breaks: true })
export const Word = createToken({ name: 'Word', pattern: /[^\s"]+/ })
export const Comma = createToken({ name: 'Comma', pattern: /,/ })
export const Dots = createToken({ name: 'Dots', pattern: /\.\./ })
export const Comparison = createToken({ name: 'Comparison', pattern: />=|<=|>|<|=/ })
export const Bare = createToken({ name: 'Bare', pattern: /(?:(?!\.\.)[^\s",])+/ })

export const tokenTypes = [
  space,
  spaceAfterValue,
  Minus,
  Name,
  Phrase,
  OpenPhrase,
  Word,
  Comma,
  Dots,
  Comparison,
  Bare,
]

const lexer = new Lexer({
  defaultMode: 'terms',
  modes: {
    terms: [space, Minus, Name, Phrase, OpenPhrase, Word],
    value: [spaceAfterValue, Comma, Dots, Comparison, Phrase, OpenPhrase, Bare],
  },
})

/** Any text falls into tokens: whatever is nothing else is a word or a value. */
export function tokensOf(text: string): IToken[] {
  return lexer.tokenize(text).tokens
}
