import { EmbeddedActionsParser, EOF } from 'chevrotain'
import type { IToken } from 'chevrotain'
import {
  Bare,
  Comma,
  Comparison,
  Dots,
  Minus,
  Name,
  OpenPhrase,
  Phrase,
  Word,
  tokenTypes,
  tokensOf,
} from './lexer.ts'
import type { QueryProblem } from './syntax.ts'

/** A stretch of the text. */
export interface Span {
  start: number
  end: number
}

/** A term as it is written, before anything is known of what its values mean. */
export type WrittenTerm = Span & { not: boolean } & (
    | { kind: 'words'; text: string; phrase: boolean }
    | { kind: 'qualifier'; name: string; nameEnd: number; values: WrittenValue[] }
  )

export interface WrittenValue extends Span {
  op: string | null
  first: WrittenAtom | null
  /** After `..`. */
  last: WrittenAtom | null
}

export interface WrittenAtom extends Span {
  text: string
  quoted: boolean
}

class QueryParser extends EmbeddedActionsParser {
  readonly problems: QueryProblem[] = []

  constructor() {
    super(tokenTypes, { maxLookahead: 2 })
    this.performSelfAnalysis()
  }

  readonly terms = this.RULE('terms', (): WrittenTerm[] => {
    const terms: WrittenTerm[] = []
    this.MANY(() => terms.push(this.SUBRULE(this.#term)))
    return terms
  })

  readonly #term = this.RULE('term', (): WrittenTerm => {
    let minus: IToken | null = null
    this.OPTION(() => {
      minus = this.CONSUME(Minus)
    })
    const term: WrittenTerm = this.OR([
      { ALT: () => this.SUBRULE(this.#qualifier) },
      {
        ALT: (): WrittenTerm => {
          const { text, quoted: phrase, ...span } = this.SUBRULE(this.#phrase)
          return { ...span, kind: 'words', not: false, text, phrase }
        },
      },
      {
        ALT: (): WrittenTerm => {
          const token = this.CONSUME(Word)
          return { ...spanOf(token), kind: 'words', not: false, text: token.image, phrase: false }
        },
      },
    ])
    return withSign(term, minus)
  })

  readonly #qualifier = this.RULE('qualifier', (): WrittenTerm => {
    const name = this.CONSUME(Name)
    const { start, end: nameEnd } = spanOf(name)
    const values: WrittenValue[] = []
    let end = nameEnd
    this.OPTION(() => {
      values.push(this.SUBRULE(this.#value))
      this.MANY(() => {
        end = this.CONSUME(Comma).startOffset + 1
        this.OPTION1(() => values.push(this.SUBRULE1(this.#value)))
      })
    })
    const lastEnd = values.at(-1)?.end ?? end
    return {
      kind: 'qualifier',
      not: false,
      name: name.image.slice(0, -1),
      nameEnd,
      values,
      start,
      end: Math.max(end, lastEnd),
    }
  })

  readonly #value = this.RULE('value', (): WrittenValue => {
    const value: WrittenValue = { op: null, first: null, last: null, start: Infinity, end: 0 }
    const reach = ({ start, end }: Span) => {
      value.start = Math.min(value.start, start)
      value.end = end
    }
    this.OPTION(() => {
      const token = this.CONSUME(Comparison)
      value.op = token.image
      reach(spanOf(token))
    })
    this.OPTION1(() => {
      value.first = this.SUBRULE(this.#atom)
      reach(value.first)
    })
    this.OPTION2(() => {
      const dots = spanOf(this.CONSUME(Dots))
      reach(dots)
      value.last = { text: '', quoted: false, start: dots.end, end: dots.end }
      this.OPTION3(() => {
        value.last = this.SUBRULE1(this.#atom)
        reach(value.last)
      })
    })
    return value
  })

  readonly #atom = this.RULE('atom', (): WrittenAtom =>
    this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(Bare)
          return { ...spanOf(token), text: token.image, quoted: false }
        },
      },
      { ALT: () => this.SUBRULE(this.#phrase) },
    ]),
  )

  readonly #phrase = this.RULE('phrase', (): WrittenAtom =>
    this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(Phrase)
          return { ...spanOf(token), text: unquoted(token.image.slice(1, -1)), quoted: true }
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(OpenPhrase)
          const span = spanOf(token)
          this.ACTION(() =>
            this.problems.push({ ...span, message: 'This quotation has no end. Write a " where it ends.' }),
          )
          return { ...span, text: unquoted(token.image.slice(1)), quoted: true }
        },
      },
    ]),
  )
}

const parser = new QueryParser()

/** The terms of a text, as far as they can be told apart, and what is wrong with how they are written. */
export function writtenTerms(text: string): { terms: WrittenTerm[]; problems: QueryProblem[] } {
  parser.input = tokensOf(text)
  parser.problems.length = 0
  const terms = parser.terms()
  const problems = [...parser.problems]
  for (const { token } of parser.errors) {
    const span = token.tokenType === EOF ? { start: text.length, end: text.length } : spanOf(token)
    problems.push({ ...span, message: 'This cannot stand here. Put it in quotes to search for it as it is.' })
  }
  // What could not be read to its end gives nothing.
  return { terms: parser.errors.length > 0 ? [] : terms, problems }
}

/** Asked outside of the rule, where the compiler does not follow what its callbacks assign. */
function withSign(term: WrittenTerm, minus: IToken | null): WrittenTerm {
  return minus === null ? term : { ...term, not: true, start: minus.startOffset }
}

function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length }
}

function unquoted(text: string): string {
  return text.replaceAll(/\\([^])/g, '$1')
}
