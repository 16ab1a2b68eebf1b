import { IssueStatus, Priority } from '../issues/schema.ts'

/** What a query asks for. Words and filters all have to fit; their order says nothing, but for the ranking of words. */
export interface Query {
  words: Words[]
  filters: Filter[]
  /** Null: by rank where there are words, else newest first. */
  sort: Sort | null
}

/** Free text: a word, or a phrase whose words stand beside each other. */
export interface Words {
  text: string
  phrase: boolean
  not: boolean
}

/** One of the values has to fit; with `not`, none may. */
export type Filter =
  | { field: 'is'; not: boolean; values: State[] }
  | { field: 'status'; not: boolean; values: IssueStatus[] }
  | { field: 'label'; not: boolean; values: string[] }
  | { field: PersonField; not: boolean; values: Person[] }
  | { field: 'priority'; not: boolean; values: Range<Priority>[] }
  | { field: CountField; not: boolean; values: Range<number>[] }
  | { field: TimeField; not: boolean; values: Range<Moment>[] }
  | { field: PresenceField; not: boolean; values: Part[] }

export type Field = Filter['field']
export type FilterOf<F extends Field> = Extract<Filter, { field: F }>

/** `issue` is always so: what people are used to write elsewhere. */
export const states = ['open', 'closed', 'locked', 'duplicate', 'hidden', 'issue'] as const
export type State = (typeof states)[number]

export const statuses = IssueStatus.options
/** In ascending order. */
export const priorities = Priority.options

export const personFields = ['author', 'assignee', 'commenter', 'mentions', 'voted', 'follows'] as const
export type PersonField = (typeof personFields)[number]
/** The caller, nobody (of an assignee), or whoever has this name, user name or id. */
export type Person = 'me' | 'none' | { name: string }

export const countFields = ['votes', 'comments'] as const
export type CountField = (typeof countFields)[number]

export const timeFields = ['created', 'updated', 'closed'] as const
export type TimeField = (typeof timeFields)[number]

export const presenceFields = ['has', 'no'] as const
export type PresenceField = (typeof presenceFields)[number]
export const parts = ['label', 'assignee', 'priority', 'description', 'comments', 'votes'] as const
export type Part = (typeof parts)[number]

export const comparisons = ['=', '>', '>=', '<', '<='] as const
export type Comparison = (typeof comparisons)[number]
/** Both ends of a range belong to it. */
export type Range<T> = { op: Comparison; value: T } | { from: T; to: T }

export const ageUnits = ['h', 'd', 'w', 'm', 'y'] as const
export type AgeUnit = (typeof ageUnits)[number]
/**
 * A day in UTC, an instant, or an age counted back from now (a month has 30 days, a year 365). Of ages, less is
 * later: `updated:<7d` is what was updated within the last seven days.
 */
export type Moment =
  | { day: string }
  | { instant: string }
  | { age: number; unit: AgeUnit }
  | { name: DayName }
export const dayNames = ['today', 'yesterday'] as const
export type DayName = (typeof dayNames)[number]

export const sortKeys = ['created', 'updated', 'votes', 'comments', 'priority'] as const
export type SortKey = (typeof sortKeys)[number]
export interface Sort {
  key: SortKey
  direction: 'desc' | 'asc'
}

/** Everything that can stand before a colon, and what it is for. */
export const qualifiers = {
  is: 'What state the issue is in',
  status: 'Its status',
  label: 'A label it has',
  author: 'Who filed it',
  assignee: 'Whose work it is',
  priority: 'How urgent it is',
  votes: 'How many people voted for it',
  comments: 'How many comments it has',
  created: 'When it was filed',
  updated: 'When it was changed last',
  closed: 'When it was closed',
  has: 'What it has',
  no: 'What it lacks',
  commenter: 'Who wrote a comment',
  mentions: 'Who is mentioned in it',
  voted: 'Who voted for it',
  follows: 'Who is told of what happens to it',
  sort: 'The order',
} as const satisfies Record<Field | 'sort', string>
export type Qualifier = keyof typeof qualifiers

/** What people write who know other trackers. */
export const aliases: Readonly<Record<string, Qualifier>> = { state: 'is', order: 'sort' }

/** Limits that keep one query from being the work of many. */
export const queryLimits = { characters: 1_000, terms: 30, valuesPerTerm: 20 } as const

/** What is wrong with a query, from `start` up to `end` (in UTF-16 units), and what to do. */
export interface QueryProblem {
  start: number
  end: number
  message: string
}

export function isOneOf<const T extends string>(options: readonly T[], text: string): text is T {
  return (options as readonly string[]).includes(text) // `includes` asks for what is being found out
}
