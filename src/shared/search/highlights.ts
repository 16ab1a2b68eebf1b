import type { Highlights } from '../issues/schema.ts'
import { isUnspaced, tokensOf } from './words.ts'

/** Comments that may be gone through for the one that is shown. */
const commentsTried = 30

/**
 * What `markMatches` needs of an issue `i` on a page of matches: the words that fit, and the newest comment with one of
 * them when title and description do not have them all. A text is gone through once, by one pattern of all the words, which
 * are letters and digits: once for each of them took a second for an issue with long comments.
 */
export const commentFound = `json_build_object('terms', (select wide::text from asked), 'comment', (
    select c.body from issue_search s cross join asked
    cross join lateral (
      select string_agg(term.match[1], '|') as any_of
      from regexp_matches(asked.wide::text, '''([^'']+)''', 'g') as term(match)) words
    cross join lateral (
      select body, id from comments
      where workspace_id = i.workspace_id and issue_number = i.number and deleted_at is null and hidden_at is null
      order by id desc limit ${commentsTried}) c
    where s.workspace_id = i.workspace_id and s.number = i.number and not ts_filter(s.vector, '{a,b}') @@ asked.wide
      and c.body ~* words.any_of
    order by c.id desc limit 1))`

interface Found {
  title: string
  description: string
  highlights: { terms: string | null; comment: string | null }
}

/** Characters of a comment around its first match. */
const around = 120
const mostMarks = 50

/** Replaces what `commentFound` brought by where the words stand. */
export function markMatches(page: string): string {
  const found = JSON.parse(page) as Found[] // what the statement of a search gives
  return JSON.stringify(
    found.map(({ highlights: { terms, comment }, ...issue }) => {
      const stems = stemsOf(terms ?? '')
      const highlights: Highlights = {
        title: marksIn(issue.title, stems),
        description: marksIn(issue.description, stems),
        comment: comment === null ? null : excerpt(comment, stems),
      }
      return { ...issue, highlights }
    }),
  )
}

/** The words of a `tsquery` as PostgreSQL writes it: their endings are cut off. */
function stemsOf(terms: string): Set<string> {
  return new Set([...terms.matchAll(/'([^']+)'/g)].map(([, stem]) => stem ?? ''))
}

function marksIn(text: string, stems: ReadonlySet<string>): [number, number][] {
  const marks: [number, number][] = []
  for (const { word, start, end } of tokensOf(text)) {
    if (!isMatch(word, stems)) continue
    const last = marks.at(-1)
    // Pairs of letters overlap.
    if (last !== undefined && start < last[1]) last[1] = end
    else if (marks.length < mostMarks) marks.push([start, end])
    else break
  }
  return marks
}

/** What English adds to a stem; it may have doubled its last letter, or made a `y` of its `i`. */
const ending = /^(?:e|s|es|ed|d|ing|ings|y|er|ers|or|ors|ly|ion|ions|ation|ations|ment|ments|able)?$/
const longestEnding = 6

function isMatch(word: string, stems: ReadonlySet<string>): boolean {
  if (stems.has(word)) return true
  if (isUnspaced(word)) return false
  for (let length = word.length; length > 1 && length >= word.length - longestEnding; length -= 1) {
    const start = word.slice(0, length)
    const rest = word.slice(length)
    const undoubled = rest.startsWith(start.slice(-1)) ? rest.slice(1) : rest
    if (stems.has(start) && (ending.test(rest) || ending.test(undoubled))) return true
    if (rest === 'y' && stems.has(`${start}i`)) return true
  }
  return false
}

function excerpt(text: string, stems: ReadonlySet<string>): NonNullable<Highlights['comment']> | null {
  const [first] = marksIn(text, stems)
  if (first === undefined) return null
  const shown = text.slice(Math.max(0, first[0] - around), first[1] + around).toWellFormed()
  return { text: shown, marks: marksIn(shown, stems) }
}
