import type { Parameter } from '../issues/filters.ts'
import type { Words } from '../query/syntax.ts'
import { beyond, matchesSql } from './matches.ts'
import type { Looking } from './matches.ts'
import { isUnspaced, tokensOf } from './words.ts'

/** How far back words are looked for: the newest matches, of which those that rank highest come first. */
const rankedMatches = 1_000
/** Where there are filters as well: so many matches of words, and so many of filters, may have to be gone through. */
const triedMatches = 1_500
/** Without filters only what is hidden or deleted is left out: few of those that are tried. */
const triedUnfiltered = 1_250
/** What a word that is begun may become, and what a misspelt one may have meant; the commonest, and the likest. */
const continuations = 20
const corrections = 3
const shortestToCorrect = 4

interface SearchTerm {
  /** For `to_tsquery`. */
  exact: string
  /** What can be continued or corrected; null for phrases and numbers. */
  word: string | null
  /** It may only be the beginning of a word. */
  begun: boolean
}

/** What is searched for; empty when the words hold neither letters nor digits, so that nothing fits. */
export function searchTerms(words: readonly Words[]): SearchTerm[] {
  const wanted = words.filter(({ not }) => !not)
  return wanted.flatMap(({ text, phrase }, index) => {
    const tokens = tokensOf(text)
    const [first] = tokens
    if (first === undefined) return []
    const isLast = index === wanted.length - 1
    const isAlone = !phrase && tokens.length === 1 && !/^\d+$/.test(first.word)
    return [{ exact: exactly(text), word: isAlone ? first.word : null, begun: isAlone && isLast }]
  })
}

/** Its words beside each other. Words hold letters and digits only, so nothing in them ends the quotes. */
function exactly(text: string): string {
  const operands = tokensOf(text).map(({ word }) => `'${word}'`)
  return `(${operands.join(' <-> ')})`
}

/** Of what must not be there, a word fits as it is, or with another ending. */
export function withoutWords(words: readonly Words[], parameter: Parameter): string[] {
  const unwanted = words.filter(({ not, text }) => not && tokensOf(text).length > 0)
  if (unwanted.length === 0) return []
  const query = parameter(unwanted.map(({ text }) => exactly(text)).join(' | '))
  return [
    `not exists (select 1 from issue_search without where without.workspace_id = i.workspace_id
      and without.number = i.number and without.vector @@ to_tsquery('snag', ${query}))`,
  ]
}

/**
 * `asked`: one row with the words as they are (`exact`) and with what they may mean (`wide`). A word is continued when it
 * is the last one, and corrected when nobody here has ever written it.
 */
export function askedSql(terms: readonly SearchTerm[], parameter: Parameter): string {
  const exact = parameter(terms.map((term) => term.exact))
  const word = parameter(terms.map((term) => term.word))
  const begun = parameter(terms.map((term) => term.begun))
  const corrected = parameter(terms.map((term) => isCorrectable(term)))
  const mine = 'from search_words known where known.workspace_id = access.workspace_id'
  return `asked as materialized (
      select to_tsquery('snag', string_agg(term.exact, ' & ')) as exact,
        to_tsquery('snag', string_agg('(' || concat_ws(' | ', term.exact, continued.words, meant.words) || ')', ' & ')) as wide
      from unnest(${exact}::text[], ${word}::text[], ${begun}::bool[], ${corrected}::bool[])
        as term(exact, word, begun, correctable)
      cross join access
      cross join lateral (
        select string_agg('''' || found.word || '''', ' | ') as words from (
          select known.word ${mine} and term.begun and known.word >= term.word and known.word < term.word || chr(1114111)
          order by known.issues desc, known.word limit ${continuations}) found) continued
      cross join lateral (
        select string_agg('''' || found.word || '''', ' | ') as words from (
          select known.word ${mine} and lower(known.word) % term.word
            and term.correctable and continued.words is null and (select count(*) ${mine} and known.word = term.word) = 0
          order by similarity(lower(known.word), term.word) desc, known.issues desc limit ${corrections}) found) meant)`
}

function isCorrectable({ word }: SearchTerm): boolean {
  return word !== null && word.length >= shortestToCorrect && !isUnspaced(word)
}

/**
 * `hits`: the numbers of the newest issues that fulfil `wide` of `asked` and the conditions, newest (or oldest) first. When
 * there are more matches than are tried, and too few of them fulfil the conditions, also the other way round: the words
 * are common then, and the conditions rare. `filtered` when more is asked of them than to be shown at all.
 */
export function hitsSql(
  conditions: readonly string[],
  { filtered, limit = rankedMatches, ...looking }: Looking & { filtered: boolean; limit?: number },
): string {
  const { direction } = looking
  const fulfilled = ['i.workspace_id = access.workspace_id', ...conditions].join(' and ')
  const tried = filtered ? triedMatches : Math.min(triedUnfiltered, 2 * limit)
  return `${matchesSql('matches', 's.number', looking, tried)},
    byWords as materialized (
      select match.number from access cross join matches match
      cross join lateral (select from issues i where ${fulfilled} and i.number = match.number limit 1) fitting
      limit ${limit}),
    byConditions as materialized (
      select tried.number from access cross join lateral (
        select i.number from issues i where ${fulfilled} and ${beyond('i.number', looking)}
          and case when (select count(*) from byWords) < ${limit} then (select count(*) from matches) = ${tried} end
        order by i.number ${direction} limit ${tried}) tried
      cross join lateral (
        select from issue_search s
        where s.workspace_id = access.workspace_id and s.number = tried.number and s.vector @@ (select wide from asked)
        limit 1) fitting
      limit ${limit}),
    hits as materialized (
      select number from byWords union select number from byConditions order by number ${direction} limit ${limit})`
}

/** `D, C, B, A`: nothing, comments, description, title. */
const weights = `'{0, 0.2, 0.4, 1}'`

/**
 * A row of a table for each of the issues that were found, looked up one by one. As a plain join it would be PostgreSQL's
 * choice to read all of a large workspace instead, which it takes for an average one.
 */
export function ofEach(table: 'issues' | 'issue_search', number: string): string {
  return `lateral (select * from ${table} own
    where own.workspace_id = access.workspace_id and own.number = ${number} limit 1)`
}

/** How well a row `s` of `issue_search` fits, as a whole number; the words as they are written count twice. */
const rank = `(1000000 * (ts_rank(${weights}, s.vector, (select wide from asked), 1)
      + ts_rank(${weights}, s.vector, (select exact from asked), 1)))::int as rank`

/** `ranked`: the hits with how well they fit. */
export const rankedSql = `ranked as materialized (
    select hits.number, ${rank} from access cross join hits cross join ${ofEach('issue_search', 'hits.number')} s)`

/** `ranked`, where nothing is asked of the issues but to be shown: whether they are is seen when the best are known. */
export const newestRankedSql = matchesSql(
  'ranked',
  `s.number, ${rank}`,
  { direction: 'desc', start: null },
  rankedMatches,
)
