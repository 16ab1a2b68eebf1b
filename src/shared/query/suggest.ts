import { writtenTerms } from './grammar.ts'
import { qualifierNamed } from './lexer.ts'
import { printText } from './print.ts'
import type { QuerySuggestion } from './schema.ts'
import { ageUnits, parts, priorities, qualifiers, sortKeys, states, statuses } from './syntax.ts'
import type { Qualifier } from './syntax.ts'

export interface Suggestions {
  options: QuerySuggestion[]
  /** What only the workspace knows, where that fits here: those whose names contain `typed`, written with `write`. */
  wanted: { kind: 'label' | 'person'; typed: string; start: number; end: number } | null
}

const nothing: Suggestions = { options: [], wanted: null }

/** Suggests how to go on at the caret (in UTF-16 units): names of qualifiers, then their values. Never throws. */
export function suggestAt(text: string, caret: number): Suggestions {
  const at = Math.max(0, Math.min(caret, text.length))
  // What stands behind the caret in the same term is replaced with it, but says nothing of what is being typed.
  const begun = writtenTerms(text.slice(0, at)).terms.at(-1)
  const rest = /^[^\s",]*/.exec(text.slice(at))?.[0].length ?? 0
  if (begun === undefined || begun.end < at) return names('', at, at)
  if (begun.kind === 'words') {
    const minus = begun.not ? 1 : 0
    return begun.phrase ? nothing : names(begun.text, begun.start + minus, at + rest)
  }
  const field = qualifierNamed(begun.name)
  if (field === null) return nothing
  const value = begun.values.at(-1)
  const atom = value?.last ?? value?.first
  const start = value?.last?.start ?? Math.min(value?.start ?? at, at)
  const typed = atom?.quoted === true ? atom.text : text.slice(start, at)
  return values(field, typed, { start, end: at + rest })
}

function names(typed: string, start: number, end: number): Suggestions {
  const lower = typed.toLowerCase()
  const options = Object.entries(qualifiers)
    .filter(([name]) => name.startsWith(lower))
    .map(([name, hint]) => ({ start, end, text: `${name}:`, hint }))
  return { options, wanted: null }
}

function values(field: Qualifier, typed: string, span: { start: number; end: number }): Suggestions {
  const fixed = fixedValues[field]
  const lower = typed.toLowerCase()
  const options = Object.entries(fixed)
    .filter(([text]) => text.startsWith(lower))
    .map(([text, hint]) => ({ ...span, text, hint }))
  return { options, wanted: wantedOf(field, typed, span) }
}

function wantedOf(
  field: Qualifier,
  typed: string,
  span: { start: number; end: number },
): Suggestions['wanted'] {
  if (field === 'label') return { kind: 'label', typed, ...span }
  if (!people.has(field) || typed.startsWith('@m')) return null
  return { kind: 'person', typed: typed.replace(/^@/, ''), ...span }
}

/** What a label or a person found in the workspace becomes. */
export function suggestionOf(
  { start, end }: { start: number; end: number },
  { name, hint = '' }: { name: string; hint?: string },
): QuerySuggestion {
  return { start, end, text: printText(name), hint }
}

const people: ReadonlySet<Qualifier> = new Set([
  'author',
  'assignee',
  'commenter',
  'mentions',
  'voted',
  'follows',
] as const)

type Values = Readonly<Record<string, string>>

const me: Values = { '@me': 'Yourself' }
const counts: Values = { '>0': 'At least one', '>=5': 'Five or more', '0': 'None' }
const unitNames = { h: 'hour', d: 'day', w: 'week', m: 'month', y: 'year' } as const
const times: Values = {
  today: 'Today, in UTC',
  yesterday: 'Yesterday, in UTC',
  '<7d': 'In the last seven days',
  '<30d': 'In the last thirty days',
  '>30d': 'More than thirty days ago',
  ...Object.fromEntries(ageUnits.map((unit) => [`<1${unit}`, `In the last ${unitNames[unit]}`])),
}

const fixedValues: Record<Qualifier, Values> = {
  is: hinted(states.filter((state) => state !== 'issue')),
  status: hinted(statuses),
  label: {},
  author: me,
  assignee: { ...me, none: 'Nobody' },
  commenter: me,
  mentions: me,
  voted: me,
  follows: me,
  priority: { ...hinted(priorities), '>=high': 'High or urgent' },
  votes: counts,
  comments: counts,
  created: times,
  updated: times,
  closed: times,
  has: hinted(parts),
  no: hinted(parts),
  sort: hinted(sortKeys.flatMap((key) => [`${key}-desc`, `${key}-asc`])),
}

function hinted(values: readonly string[]): Values {
  return Object.fromEntries(values.map((value) => [value, '']))
}
