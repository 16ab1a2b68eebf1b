import { writtenTerms } from './grammar.ts'
import type { Span, WrittenTerm, WrittenValue } from './grammar.ts'
import { qualifierNamed } from './lexer.ts'
import { nearest } from './nearest.ts'
import { parts, qualifiers, queryLimits, states, statuses } from './syntax.ts'
import type { Field, Filter, FilterOf, Qualifier, Query, QueryProblem, Sort } from './syntax.ts'
import {
  readCount,
  readLabel,
  readOption,
  readPerson,
  readPlain,
  readPriority,
  readRange,
  readSort,
  readTime,
} from './values.ts'
import type { Read } from './values.ts'

export type Parsed = { query: Query } | { problems: [QueryProblem, ...QueryProblem[]] }

/** Understands a query, or says what is wrong with it and where; never throws, whatever the text is. */
export function parseQuery(text: string): Parsed {
  if (text.length > queryLimits.characters) {
    return problem(
      { start: queryLimits.characters, end: text.length },
      `A query has at most ${queryLimits.characters} characters.`,
    )
  }
  const { terms, problems } = writtenTerms(text)
  const tooMany = terms[queryLimits.terms]
  if (tooMany !== undefined) {
    return problem(
      { start: tooMany.start, end: text.length },
      `A query has at most ${queryLimits.terms} terms.`,
    )
  }
  const query: Query = { words: [], filters: [], sort: null }
  for (const term of terms) {
    const wrong = add(query, term)
    if (wrong !== null) problems.push(wrong)
  }
  problems.sort((one, other) => one.start - other.start)
  const [first, ...more] = problems
  return first === undefined ? { query } : { problems: [first, ...more] }
}

function problem({ start, end }: Span, message: string): { problems: [QueryProblem] } {
  return { problems: [{ start, end, message }] }
}

/** Takes the term into the query, or says what is wrong with it. */
function add(query: Query, term: WrittenTerm): QueryProblem | null {
  const { start, end, not } = term
  if (term.kind === 'words') {
    const { text, phrase } = term
    if (text.trim() === '') return { start, end, message: 'There is nothing between these quotes.' }
    query.words.push({ text, phrase, not })
    return null
  }
  const field = qualifierNamed(term.name)
  if (field === null) return { start, end: term.nameEnd, message: unknown(term.name) }
  if (field === 'sort') return addSort(query, term)
  const filter = filterOf(field, term)
  if ('message' in filter) return filter
  query.filters.push(filter)
  return null
}

function unknown(name: string): string {
  const meant = nearest(name, Object.keys(qualifiers))
  const quote = `Put it in quotes to search for these words.`
  return meant === null
    ? `There is nothing called ${name}: to search by. ${quote}`
    : `There is nothing called ${name}: to search by. Did you mean ${meant}:? ${quote}`
}

type WrittenQualifier = Extract<WrittenTerm, { kind: 'qualifier' }>

function addSort(query: Query, term: WrittenQualifier): QueryProblem | null {
  const { start, end } = term
  if (term.not)
    return {
      start,
      end,
      message: 'An order cannot be excluded. Write sort:votes-asc for the other way round.',
    }
  if (query.sort !== null) return { start, end, message: 'There is an order already. Leave one of them out.' }
  const read = valuesOf<Sort>(term, (value) => readPlain(value, readSort))
  if (!Array.isArray(read)) return read
  const [sort, ...more] = read
  if (sort === undefined || more.length > 0) return { start, end, message: 'There is one order only.' }
  query.sort = sort
  return null
}

function filterOf(field: Exclude<Qualifier, 'sort'>, term: WrittenQualifier): Filter | QueryProblem {
  switch (field) {
    case 'is':
      return filter(field, term, (value) => readPlain(value, readOption(states)))
    case 'status':
      return filter(field, term, (value) => readPlain(value, readOption(statuses)))
    case 'label':
      return filter(field, term, (value) => readPlain(value, readLabel))
    case 'author':
    case 'assignee':
    case 'commenter':
    case 'mentions':
    case 'voted':
    case 'follows':
      return filter(field, term, (value) => readPlain(value, readPerson(field === 'assignee')))
    case 'priority':
      return filter(field, term, (value) => readRange(value, readPriority))
    case 'votes':
    case 'comments':
      return filter(field, term, (value) => readRange(value, readCount))
    case 'created':
    case 'updated':
    case 'closed':
      return filter(field, term, readTime)
    case 'has':
    case 'no':
      return filter(field, term, (value) => readPlain(value, readOption(parts)))
  }
}

function filter<F extends Field>(
  field: F,
  term: WrittenQualifier,
  read: (value: WrittenValue) => Read<FilterOf<F>['values'][number]>,
): Filter | QueryProblem {
  const values = valuesOf(term, read)
  if (!Array.isArray(values)) return values
  return { field, not: term.not, values } as Filter // the reader was chosen by the field
}

function valuesOf<T>(term: WrittenQualifier, read: (value: WrittenValue) => Read<T>): T[] | QueryProblem {
  const { name, nameEnd, end, values } = term
  if (values.length > queryLimits.valuesPerTerm) {
    return { start: nameEnd, end, message: `There are at most ${queryLimits.valuesPerTerm} values here.` }
  }
  const found: T[] = []
  for (const value of values) {
    const isEmpty = value.op === null && value.first === null && value.last === null
    if (isEmpty) {
      return {
        start: term.start,
        end,
        message: `After ${name.toLowerCase()}: and after each comma comes a value, without a space.`,
      }
    }
    const one = read(value)
    if ('wrong' in one) return { start: value.start, end: value.end, message: one.wrong }
    found.push(one.value)
  }
  return found
}
