import type { WrittenAtom, WrittenValue } from './grammar.ts'
import { ageUnits, comparisons, dayNames, isOneOf, priorities, sortKeys } from './syntax.ts'
import type { Comparison, Moment, Person, Range, Sort } from './syntax.ts'

/** A value, or the sentence that says what it should have been. */
export type Read<T> = { value: T } | { wrong: string }

const or = new Intl.ListFormat('en', { type: 'disjunction' })

/** A value that stands alone: neither compared nor a range. */
export function readPlain<T>(
  { op, first, last }: WrittenValue,
  read: (atom: WrittenAtom) => Read<T>,
): Read<T> {
  if (op !== null || last !== null || first === null) {
    return {
      wrong:
        'This cannot be compared, nor be a range. Write one value, or several with commas, in quotes if need be.',
    }
  }
  return read(first)
}

export function readOption<const T extends string>(options: readonly T[]) {
  return ({ text }: WrittenAtom): Read<T> => {
    const lower = text.toLowerCase()
    return isOneOf(options, lower) ? { value: lower } : { wrong: `This can be ${or.format(options)}.` }
  }
}

export function readLabel({ text }: WrittenAtom): Read<string> {
  const name = text.trim()
  return name === ''
    ? { wrong: 'A label has a name. To find what has none, write no:label.' }
    : { value: name }
}

/** In quotes, `none` and `@me` are names. */
export function readPerson(canBeNobody: boolean) {
  return ({ text, quoted }: WrittenAtom): Read<Person> => {
    if (!quoted && text.toLowerCase() === '@me') return { value: 'me' }
    if (!quoted && text.toLowerCase() === 'none') {
      return canBeNobody ? { value: 'none' } : { wrong: 'Only an assignee can be none. Write @me or a name.' }
    }
    const name = quoted ? text : text.replace(/^@/, '')
    return name.trim() === ''
      ? { wrong: 'Write @me, a user name, or a name in quotes.' }
      : { value: { name } }
  }
}

/** `3`, `>=3`, `3..5`, `3..*`. */
export function readRange<T>(
  { op, first, last }: WrittenValue,
  read: (atom: WrittenAtom) => Read<T>,
): Read<Range<T>> {
  if (last === null) {
    if (first === null) return { wrong: 'After a comparison comes a value.' }
    return withOp(op !== null && isOneOf(comparisons, op) ? op : '=', read(first))
  }
  if (op !== null) return { wrong: 'This is compared and a range at once. Choose one of them.' }
  const isOpen = (end: WrittenAtom | null) =>
    end === null || (!end.quoted && (end.text === '' || end.text === '*'))
  if (first === null || isOpen(first)) {
    return isOpen(last) ? { wrong: 'A range has a beginning or an end.' } : withOp('<=', read(last))
  }
  const from = read(first)
  if (isOpen(last)) return withOp('>=', from)
  const to = read(last)
  if ('wrong' in from) return from
  return 'wrong' in to ? to : { value: { from: from.value, to: to.value } }
}

function withOp<T>(op: Comparison, read: Read<T>): Read<Range<T>> {
  return 'wrong' in read ? read : { value: { op, value: read.value } }
}

const largestCount = 2_147_483_647

export function readCount({ text }: WrittenAtom): Read<number> {
  if (!/^\d+$/.test(text)) return { wrong: 'This is a whole number, such as 3, >=3 or 3..5.' }
  const value = Number(text)
  return value <= largestCount ? { value } : { wrong: 'There are never so many.' }
}

export const readPriority = readOption(priorities)

/** What lies further back has not happened here. */
const oldestDay = '1970-01-01'
const newestDay = '9999-12-31'
const timeExamples = 'Write a day such as 2026-11-01, an age such as <7d (h, d, w, m or y), or today.'

export function readMoment({ text }: WrittenAtom): Read<Moment> {
  const lower = text.toLowerCase()
  if (isOneOf(dayNames, lower)) return { value: { name: lower } }
  const [, count, unit = ''] = /^(\d{1,4})([a-z])$/.exec(lower) ?? []
  if (count !== undefined && isOneOf(ageUnits, unit)) return { value: { age: Number(count), unit } }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)
  if (!isDay && !isInstant) return { wrong: timeExamples }
  const time = new Date(text.toUpperCase())
  if (Number.isNaN(time.getTime())) return { wrong: 'There is no such day or time.' }
  const iso = time.toISOString()
  // JavaScript takes 30 February for 2 March.
  if (isDay && iso.slice(0, 10) !== text) return { wrong: 'There is no such day.' }
  if (iso < oldestDay || iso > newestDay) return { wrong: `Write a day after ${oldestDay}.` }
  return { value: isDay ? { day: text } : { instant: iso } }
}

/** An age alone is how old it may be at most; a range lies between two ages, or between two days. */
export function readTime(written: WrittenValue): Read<Range<Moment>> {
  const range = readRange(written, readMoment)
  if ('wrong' in range) return range
  const { value } = range
  if ('op' in value) {
    const isAgeAlone = written.op === null && written.last === null && 'age' in value.value
    return isAgeAlone ? { value: { ...value, op: '<=' } } : range
  }
  if ('age' in value.from !== 'age' in value.to)
    return { wrong: 'A range lies between two days or between two ages.' }
  return range
}

export function readSort({ text }: WrittenAtom): Read<Sort> {
  const [, key = '', direction = 'desc'] = /^([a-z]+?)(?:-(asc|desc))?$/.exec(text.toLowerCase()) ?? []
  if (!isOneOf(sortKeys, key))
    return { wrong: `The order is ${or.format(sortKeys)}, with -asc or -desc behind it.` }
  return { value: { key, direction: direction === 'asc' ? 'asc' : 'desc' } }
}
