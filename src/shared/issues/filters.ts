import type {
  AgeUnit,
  Comparison,
  Filter,
  Moment,
  Person,
  PersonField,
  Range,
  State,
  Part,
} from '../query/syntax.ts'
import { closedStatuses } from './schema.ts'

/** Takes a value into the statement, and gives the parameter that stands for it. */
export type Parameter = (value: unknown) => string

/**
 * Whether hidden issues are among what is asked for. SQL does not know who may see
 * them, so a list shows them to nobody who has not asked for them, and policy is asked whether they may.
 */
export function wantsHidden(filters: readonly Filter[]): boolean {
  return filters.some(({ field, not, values }) => field === 'is' && !not && values.includes('hidden'))
}

/** What an issue `i` has to fulfil to be shown in a list. */
export function conditionsOf(filters: readonly Filter[], parameter: Parameter): string[] {
  const conditions = filters.map((filter) => {
    const condition = anyOf(alternativesOf(filter, parameter))
    // What is unknown, such as whether nobody is somebody, is not so.
    return filter.not ? `(${condition}) is not true` : condition
  })
  return ['i.deleted_at is null', ...(wantsHidden(filters) ? [] : ['i.hidden_at is null']), ...conditions]
}

function anyOf(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? String(alternatives[0]) : `(${alternatives.join(' or ')})`
}

function alternativesOf(filter: Filter, parameter: Parameter): string[] {
  switch (filter.field) {
    case 'is':
      return [...new Set(filter.values)].map((state) => stateConditions[state])
    case 'status': {
      const [only] = filter.values
      return filter.values.length === 1
        ? [`i.status = ${parameter(only)}::issue_status`]
        : [`i.status = any(${parameter(filter.values)}::issue_status[])`]
    }
    case 'label':
      return [labelled(filter.values, parameter)]
    case 'author':
    case 'assignee':
    case 'commenter':
    case 'mentions':
    case 'voted':
    case 'follows':
      return peopleConditions(filter.field, filter.values, parameter)
    case 'priority':
      return filter.values.map((range) =>
        inRange('i.priority', range, (value) => `${parameter(value)}::priority`),
      )
    case 'votes':
    case 'comments':
      return filter.values.map((range) =>
        inRange(`i.${filter.field}`, range, (value) => `${parameter(value)}::int`),
      )
    case 'created':
    case 'updated':
    case 'closed':
      return filter.values.map((range) => inTime(`i.${filter.field}_at`, range, parameter))
    case 'has':
      return [...new Set(filter.values)].map((part) => partConditions[part])
    case 'no':
      return [...new Set(filter.values)].map((part) => `not ${partConditions[part]}`)
  }
}

const closed = [...closedStatuses].map((status) => `'${status}'`).join(', ')

const stateConditions: Record<State, string> = {
  open: `i.status not in (${closed})`,
  closed: `i.status in (${closed})`,
  locked: 'i.locked',
  duplicate: 'i.duplicate_of is not null',
  hidden: 'i.hidden_at is not null',
  issue: 'true',
}

const partConditions: Record<Part, string> = {
  label: `exists (select 1 from issue_labels il where il.workspace_id = i.workspace_id and il.issue_number = i.number)`,
  assignee: '(i.assignee_id is not null)',
  priority: `(i.priority <> 'none')`,
  description: `(i.description <> '')`,
  comments: '(i.comments > 0)',
  votes: '(i.votes > 0)',
}

/** The labels are looked up first, so that their issues come newest first from the index, however many there are. */
function labelled(names: readonly string[], parameter: Parameter): string {
  const [only] = names
  const mine = 'select l.id from labels l where l.workspace_id = access.workspace_id'
  const which =
    names.length === 1
      ? `= (${mine} and lower(l.name) = lower(${parameter(only)}) order by l.name = ${parameter(only)} desc limit 1)`
      : `= any(array(${mine} and lower(l.name) in (select lower(name) from unnest(${parameter(names)}::text[]) name)))`
  return `i.number in (select il.issue_number from issue_labels il
    where il.workspace_id = access.workspace_id and il.label_id ${which})`
}

/** The issues that people have to do with: the rows of `table`, one for each issue and person. */
const participation = {
  commenter: {
    table: 'comments',
    person: 'author_id',
    also: 'and part.deleted_at is null and part.hidden_at is null',
  },
  mentions: { table: 'mentions', person: 'user_id', also: '' },
  voted: { table: 'votes', person: 'user_id', also: '' },
  follows: { table: 'subscriptions', person: 'user_id', also: 'and not part.muted' },
} as const satisfies Partial<Record<PersonField, unknown>>

function peopleConditions(field: PersonField, people: readonly Person[], parameter: Parameter): string[] {
  const names = people.flatMap((person) => (typeof person === 'string' ? [] : [person.name]))
  const who = [
    ...(people.includes('me') ? ['= access.user_id'] : []),
    ...(names.length > 0 ? [named(names, parameter)] : []),
  ]
  if (field === 'author') return who.map((fits) => `i.author_id ${fits}`)
  if (field === 'assignee') {
    const nobody = people.includes('none') ? ['i.assignee_id is null'] : []
    return [...who.map((fits) => `i.assignee_id ${fits}`), ...nobody]
  }
  const { table, person, also } = participation[field]
  return who.map(
    (fits) => `i.number in (select part.issue_number from ${table} part
      where part.workspace_id = access.workspace_id and part.${person} ${fits} ${also})`,
  )
}

/** People of one name whom a query is about; more are not told apart by it anyway. */
const namesakes = 20

/** Ids as they are; names, user names and accounts as whoever has them, whatever their case. */
function named(names: readonly string[], parameter: Parameter): string {
  const ids = names.filter((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name))
  if (ids.length === 1 && names.length === 1) return `= ${parameter(ids[0])}::uuid`
  const wanted = `(select lower(name) from unnest(${parameter(names)}::text[]) name)`
  const exact = `any(${parameter(names)}::text[])`
  return `= any(array(
      select coalesce(u.merged_into_id, u.id) from (
        select id from users where lower(name) in ${wanted}
        union select id from users where lower(username) in ${wanted}
        union select id from users where clerk_id = ${exact}
        union select id from users where discord_id = any(${parameter(discordIdsOf(names))}::text[])
        limit ${namesakes}) known join users u on u.id = known.id) || ${parameter(ids)}::uuid[])`
}

function discordIdsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => /^discord:(\d+)$/.exec(name)?.[1] ?? [])
}

function inRange<T>(column: string, range: Range<T>, write: (value: T) => string): string {
  if ('op' in range) return `${column} ${range.op} ${write(range.value)}`
  return `${column} between ${write(range.from)} and ${write(range.to)}`
}

/** Of an age, less is later. */
const turned: Record<Comparison, Comparison> = { '=': '>=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function inTime(column: string, range: Range<Moment>, parameter: Parameter): string {
  // A parameter that nothing asks for has no type, so each end is written where it is needed.
  const start = (moment: Moment) => startOf(moment, parameter)
  const end = (moment: Moment) => endOf(moment, parameter)
  if ('op' in range) {
    const { op, value } = range
    if ('age' in value) return `${column} ${turned[op]} ${start(value)}`
    if (op === '=') return `(${column} >= ${start(value)} and ${column} < ${end(value)})`
    // What is after a day begins where the day ends.
    if (op === '>' || op === '<=') return `${column} ${op === '>' ? '>=' : '<'} ${end(value)}`
    return `${column} ${op} ${start(value)}`
  }
  const { from, to } = range
  if (!('age' in from)) return `(${column} >= ${start(from)} and ${column} < ${end(to)})`
  const ends = `${start(from)}, ${start(to)}`
  return `(${column} >= least(${ends}) and ${column} <= greatest(${ends}))`
}

const unitHours: Record<AgeUnit, number> = { h: 1, d: 24, w: 168, m: 720, y: 8_760 }
const dayMs = 86_400_000
/** What is older than half a century has not happened here, and could be before the beginning of PostgreSQL's time. */
const oldestHours = 438_000

const today = `date_trunc('day', now(), 'UTC')`

function startOf(moment: Moment, parameter: Parameter): string {
  if ('age' in moment) {
    const hours = Math.min(moment.age * unitHours[moment.unit], oldestHours)
    return `(now() - make_interval(hours => ${parameter(hours)}::int))`
  }
  if ('name' in moment) return moment.name === 'today' ? today : `(${today} - interval '24 hours')`
  return `${parameter(new Date(startMs(moment)))}::timestamptz`
}

/** It does not belong to the moment any more. */
function endOf(moment: Moment, parameter: Parameter): string {
  if ('age' in moment) return startOf(moment, parameter)
  if ('name' in moment) return moment.name === 'yesterday' ? today : `(${today} + interval '24 hours')`
  return `${parameter(new Date(startMs(moment) + ('day' in moment ? dayMs : 1)))}::timestamptz`
}

function startMs(moment: { day: string } | { instant: string }): number {
  return Date.parse('day' in moment ? moment.day : moment.instant)
}
