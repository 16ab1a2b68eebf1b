import { hash } from 'node:crypto'
import { z } from 'zod'
import { notOurs } from '../cursor.ts'
import { AppError } from '../errors.ts'
import { parseQuery } from '../query/parse.ts'
import type { Filter, Query, QueryProblem, Sort, SortKey } from '../query/syntax.ts'
import { read } from '../read.ts'
import type { Statement } from '../read.ts'
import { commentFound, markMatches } from '../search/highlights.ts'
import {
  askedSql,
  hitsSql,
  newestRankedSql,
  ofEach,
  rankedSql,
  searchTerms,
  withoutWords,
} from '../search/query.ts'
import { conditionsOf, wantsHidden } from './filters.ts'
import { newestFirst, pageOfIssues } from './queries.ts'
import type { PageOrder } from './queries.ts'
import { IssueNumber, IssuePage, ListIssues, pageSizes } from './schema.ts'

type Asked = z.output<typeof ListIssues>

/**
 * The issues that a query and the filters beside it name, a page at a time. Words are searched for among the newest: the
 * 1,000 newest matches are ranked. Throws `invalid` for a query that is not understood, with the place of what is wrong, and
 * `forbidden` for `is:hidden` unless the caller may read those.
 */
export const listIssues = read({
  name: 'listIssues',
  summary: 'List and search issues, the newest or the likeliest first',
  action: (asked) => (wantsHidden(queryOf(asked).filters) ? 'issue.read-hidden' : 'issue.read'),
  input: ListIssues,
  output: IssuePage,
  listOf: ({ q, status, label, author, hidden }) => [
    status,
    label,
    author,
    hidden,
    ...(q === undefined ? [] : [q]),
  ],
  place: z.union([IssueNumber, z.string().regex(/^\d{1,15}\.\d{1,10}$/)]),
  statement: (asked, after) => listStatement(queryOf(asked), asked.limit, after),
  present: (body, _actor, _next, asked) => (isSearch(queryOf(asked)) ? markMatches(body) : body),
})

const understood = new WeakMap<Asked, Query>()

/** The query with the filters beside it; parsed once for each request, though several ask for it. */
function queryOf(asked: Asked): Query {
  const known = understood.get(asked)
  if (known !== undefined) return known
  const { q, status, label, author, hidden } = asked
  const query = q === undefined ? { words: [], filters: [], sort: null } : parsedOrRefused(q)
  const beside: Filter[] = []
  if (status !== undefined) beside.push({ field: 'status', not: false, values: [status] })
  if (label !== undefined) beside.push({ field: 'label', not: false, values: [label] })
  if (author !== undefined)
    beside.push({ field: 'author', not: false, values: [author === 'me' ? 'me' : { name: author }] })
  if (hidden === 'true') beside.push({ field: 'is', not: false, values: ['hidden'] })
  const whole = { ...query, filters: [...beside, ...query.filters] }
  understood.set(asked, whole)
  return whole
}

/** Understands a query that came in as the field `path`. Throws `invalid`, with every place and what is wrong there. */
export function parsedOrRefused(text: string, path = 'q'): Query {
  const parsed = parseQuery(text)
  if ('query' in parsed) return parsed.query
  const [first] = parsed.problems
  const part = text.slice(first.start, first.end).trim()
  const where = part === '' ? '' : `“${part.length > 40 ? `${part.slice(0, 40)}…` : part}”: `
  const problems = parsed.problems.map((problem: QueryProblem) => ({ path, ...problem }))
  throw new AppError('invalid', where + first.message, { problems })
}

function isSearch({ words }: Query): boolean {
  return words.some(({ not }) => !not)
}

function listStatement(query: Query, limit: number, after: number | string | null): Statement {
  // The page takes its beginning from `$3`, its size from `$4`.
  const values: unknown[] = [null, limit]
  const parameter = (value: unknown) => `$${values.push(value) + 2}`
  const conditions = [...conditionsOf(query.filters, parameter), ...withoutWords(query.words, parameter)]
  const answer = isSearch(query)
    ? searchSql(query, conditions, { values, after, parameter })
    : listSql(query.sort ?? byCreation, conditions, { values, after })
  return { name: nameOf(answer), answer, values, columns: { limit }, isSlow: isSearch(query) }
}

const byCreation: Sort = { key: 'created', direction: 'desc' }

interface Place {
  values: unknown[]
  after: number | string | null
}

function listSql({ key, direction }: Sort, conditions: readonly string[], place: Place): string {
  const order: PageOrder = { ...orders[key], direction }
  return `with ${pageOfIssues([beyond(order, bounds[key], place), ...conditions], order)}`
}

function searchSql(
  { words, filters, sort }: Query,
  conditions: readonly string[],
  { parameter, ...place }: Place & { parameter: (value: unknown) => string },
): string {
  const terms = searchTerms(words)
  const filtered = filters.length > 0 || words.some(({ not }) => not)
  const isRanked = sort === null
  const order: PageOrder = isRanked ? rankedFirst : { ...orders[sort.key], direction: sort.direction }
  const start = beyond(order, isRanked ? wholeNumber : bounds[sort.key], place)
  const fulfilled = terms.length === 0 ? ['false'] : conditions
  // By number, the pages go on beyond the newest matches.
  const isByNumber = order.by === null
  const found =
    isRanked && !filtered
      ? newestRankedSql
      : `${hitsSql(fulfilled, {
          direction: isByNumber ? order.direction : 'desc',
          start: isByNumber ? '$3::int' : null,
          filtered,
        })}, ${rankedSql}`
  // What does not come onto the page need not be read for its rank.
  const hits = isRanked ? `(${bestRanked(start, fulfilled)})` : 'ranked'
  const page = pageOfIssues([isRanked ? 'true' : start], order, {
    from: `${hits} hit cross join ${ofEach('issues', 'hit.number')} i`,
    more: ', hit.rank',
    fields: { highlights: commentFound },
  })
  return `with ${askedSql(terms, parameter)}, ${found}, ${page}`
}

const rankedFirst: PageOrder = { by: 'rank', place: `i.rank || '.' || i.number`, direction: 'desc' }

/**
 * The best of a page that begins where `start` says, on the row `i`. What is looked up for each keeps their order, and ends with
 * the page.
 */
function bestRanked(start: string, fulfilled: readonly string[]): string {
  return `select best.number, best.rank
    from (select * from ranked i where ${start} order by i.rank desc, i.number desc offset 0) best
    cross join lateral (
      select from issues i where i.workspace_id = access.workspace_id and i.number = best.number and ${fulfilled.join(' and ')}
      limit 1) shown
    limit ${pageSizes.max + 1}`
}

const largestInt = 2_147_483_647
const wholeNumber: Bound = { largest: largestInt, sql: (value) => `${value}::int` }

const orders: Record<SortKey, Omit<PageOrder, 'direction'>> = {
  created: newestFirst,
  updated: placed('i.updated_at', '(extract(epoch from i.updated_at) * 1000)::bigint'),
  votes: placed('i.votes', 'i.votes'),
  comments: placed('i.comments', 'i.comments'),
  priority: placed('i.priority', 'array_position(enum_range(null::priority), i.priority)'),
}

/** A place in an order by something: that as a whole number, and the issue's own. */
function placed(by: string, key: string): Omit<PageOrder, 'direction'> {
  return { by, place: `${key} || '.' || i.number` }
}

/** How what `placed` wrote is read again, and how large it can be. */
interface Bound {
  largest: number
  sql: (parameter: string) => string
}

const bounds: Record<SortKey, Bound> = {
  created: wholeNumber,
  updated: { largest: 253_402_300_799_999, sql: (value) => `to_timestamp(${value}::float8 / 1000)` },
  votes: wholeNumber,
  comments: wholeNumber,
  priority: { largest: 5, sql: (value) => `(enum_range(null::priority))[${value}::int]` },
}

/** The condition that an issue comes after the last one of the page before; true on the first page. */
function beyond({ by, direction }: PageOrder, { largest, sql }: Bound, { values, after }: Place): string {
  const than = direction === 'desc' ? '<' : '>'
  if (by === null) {
    if (typeof after === 'string') throw notOurs()
    values[0] = after ?? (direction === 'desc' ? largestInt : 0)
    return `i.number ${than} $3::int`
  }
  if (after === null) return '$3::int is null'
  const [key, number] = String(after).split('.').map(Number)
  if (key === undefined || number === undefined || key > largest || number > largestInt) throw notOurs()
  values[0] = number
  return `(${by}, i.number) ${than} (${sql(`$${values.push(key) + 2}`)}, $3::int)`
}

const names = new Map<string, string>()
/** PostgreSQL keeps a plan for each on every connection. People use few; who sends more pays for planning each time. */
const mostNames = 200

/** One name for each shape of a list: values are not part of it. Null when there are too many already. */
function nameOf(answer: string): string | null {
  const known = names.get(answer)
  if (known !== undefined) return known
  if (names.size >= mostNames) return null
  const name = `issues:${hash('sha1', answer, 'base64url')}`
  names.set(answer, name)
  return name
}
