import { countFields, parts, personFields, sortKeys, states, timeFields } from '#shared/query/syntax.ts'
import { wordOfRank } from './words.ts'

/** Every filter that the query language has, one that few issues fulfil and one that many do. */
const filters = [
  ...states.flatMap((state) => [`is:${state}`, `-is:${state}`]),
  'status:todo',
  'status:done',
  'label:bug',
  '-label:bug',
  'label:security',
  'label:bug,crash label:web',
  ...personFields.flatMap((field) => [`${field}:@me`, `${field}:person12`, `-${field}:person12`]),
  'assignee:none',
  'priority:urgent',
  'priority:>=low',
  ...countFields.flatMap((field) => [`${field}:>15`, `${field}:0`, `${field}:2..4`]),
  ...timeFields.flatMap((field) => [`${field}:<7d`, `${field}:>300d`, `${field}:2020-01-01..2020-02-01`]),
  ...parts.flatMap((part) => [`has:${part}`, `no:${part}`]),
]

const orders = sortKeys.flatMap((key) => [`sort:${key}`, `sort:${key}-asc`])

const [common, rare] = [wordOfRank(0), wordOfRank(15_000)]
const words = [
  common,
  rare,
  `${common} ${rare}`,
  common.slice(0, 3),
  `"${common} ${wordOfRank(1)}"`,
  `${common} -${rare}`,
  'zzzzqqqq',
]

/** The query strings of a list of issues: each filter, each order, each kind of words, and some of them together. */
export function listQueries(personId: string): string[] {
  const q = [
    ...filters,
    ...orders,
    ...orders.map((sort) => `is:open ${sort}`),
    ...orders.map((sort) => `label:security ${sort}`),
    ...words,
    ...words.map((text) => `${text} is:open`),
    ...words.map((text) => `${text} label:security`),
    ...words.map((text) => `${text} sort:created-asc`),
    ...words.map((text) => `${text} sort:votes`),
  ]
  return [
    '',
    'status=todo',
    'label=bug',
    'label=security',
    'status=todo&label=question',
    'author=me',
    `author=${personId}`,
    ...q.map((text) => `q=${encodeURIComponent(text)}`),
  ]
}

export function eventQueries(issue: number, personId: string): string[] {
  const filters = [
    '',
    `issue=${issue}`,
    'type=issue.created',
    'actor=me',
    `actor=${personId}`,
    `issue=${issue}&actor=me`,
  ]
  return filters.flatMap((filter) => ['newest', 'oldest'].map((order) => `order=${order}&limit=5&${filter}`))
}
