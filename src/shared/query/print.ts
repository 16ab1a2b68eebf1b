import type { Filter, Moment, Person, Query, Range, Words } from './syntax.ts'

/** Writes a query so that parsing it gives the same query again: words first, then filters, then the order. */
export function printQuery({ words, filters, sort }: Query): string {
  const order = sort === null ? [] : [`sort:${sort.key}-${sort.direction}`]
  return [...words.map(printWords), ...filters.map(printFilter), ...order].join(' ')
}

function printWords({ text, phrase, not }: Words): string {
  return (not ? '-' : '') + (phrase ? quoted(text) : text)
}

/** One filter, as it stands in a query. */
export function printFilter(filter: Filter): string {
  return `${filter.not ? '-' : ''}${filter.field}:${printValues(filter).join(',')}`
}

function printValues(filter: Filter): string[] {
  switch (filter.field) {
    case 'is':
    case 'status':
    case 'has':
    case 'no':
      return filter.values
    case 'label':
      return filter.values.map(printText)
    case 'author':
    case 'assignee':
    case 'commenter':
    case 'mentions':
    case 'voted':
    case 'follows':
      return filter.values.map(printPerson)
    case 'priority':
      return filter.values.map((range) => printRange(range, (priority) => priority))
    case 'votes':
    case 'comments':
      return filter.values.map((range) => printRange(range, String))
    case 'created':
    case 'updated':
    case 'closed':
      return filter.values.map((range) => printRange(range, printMoment))
  }
}

function printPerson(person: Person): string {
  if (person === 'me') return '@me'
  return person === 'none' ? 'none' : printText(person.name)
}

function printRange<T>(range: Range<T>, print: (value: T) => string): string {
  if ('from' in range) return `${print(range.from)}..${print(range.to)}`
  return (range.op === '=' ? '' : range.op) + print(range.value)
}

function printMoment(moment: Moment): string {
  if ('day' in moment) return moment.day
  if ('instant' in moment) return moment.instant
  return 'name' in moment ? moment.name : `${moment.age}${moment.unit}`
}

/** In quotes only where it would be something else without them. */
export function printText(text: string): string {
  const isPlain = /^[^\s",<>=@*][^\s",]*$/.test(text) && !text.includes('..') && text.toLowerCase() !== 'none'
  return isPlain ? text : quoted(text)
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
