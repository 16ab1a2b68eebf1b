import { z } from 'zod'
import { Description, SimilarIssue, titleLimits } from '../issues/schema.ts'
import { read } from '../read.ts'
import { hitsSql, ofEach } from './query.ts'
import { isUnspaced, searchable, tokensOf } from './words.ts'

/** What is looked at of a text that may be long: the beginning says what it is about. */
const textLength = 4_000
const wordsLookedUp = 60
/** So many of the rarest words, as long as not more than so many issues have them, say which issues are looked at. */
const rarestWords = 12
const candidates = 400
/** What is less alike than this is something else. */
const leastScore = 0.3
const shown = 5

/**
 * The issues that are most like one that is being written, the likest first; fast enough to ask while it is. Of its words, the
 * rarest in the workspace say which issues are looked at; the score is how much of its title and of its words they have,
 * where rare words count more.
 */
export const findSimilarIssues = read({
  name: 'findSimilarIssues',
  summary: 'Find issues that are like one to be filed',
  action: 'issue.read',
  input: z.strictObject({
    title: z.string().max(titleLimits.max, `A title has at most ${titleLimits.max} characters.`).default(''),
    text: Description.default(''),
  }),
  output: z.object({ data: z.array(SimilarIssue) }).meta({ id: 'SimilarIssues' }),
  statement: ({ title, text }) => {
    const words = wordsOf(title, text)
    return {
      name: 'similar',
      answer: similarSql,
      values: [
        words.map(({ word }) => word),
        words.map(({ weight }) => weight),
        searchable(title),
        words.map(({ query }) => query),
      ],
      isSlow: true,
    }
  },
})

interface Word {
  word: string
  /** How much it says: a word of the title more than one of the text. */
  weight: number
  /** For `to_tsquery`. */
  query: string
}

function wordsOf(title: string, text: string): Word[] {
  const weights = new Map<string, number>()
  for (const { word } of tokensOf(title)) weights.set(word, 2)
  for (const { word } of tokensOf(text.slice(0, textLength))) if (!weights.has(word)) weights.set(word, 1)
  return [...weights]
    .filter(([word]) => word.length > 1 && (isUnspaced(word) || !/^\d+$/.test(word)))
    .slice(0, wordsLookedUp)
    .map(([word, weight]) => ({ word, weight, query: `'${word}'` }))
}

/** Without the places of the words, and by that no longer packed: it would be unpacked again for each word that is looked for. */
const wordsOfIssue = `lateral (select strip(own.vector) as vector from issue_search own
      where own.workspace_id = access.workspace_id and own.number = hits.number limit 1)`

/** `words`: those that some issue has, how rare they are (0 to 1), and how many issues come with them and the rarer ones. */
const similarSql = `with words as materialized (
    select given.word, to_tsquery('snag', given.query) as query,
      given.weight * ln(1 + w.last_issue_number::float8 / known.issues) as weight,
      row_number() over rarest as rank, sum(known.issues) over rarest as issues
    from access join workspaces w on w.id = access.workspace_id
    cross join unnest($3::text[], $4::int[], $6::text[]) as given(word, weight, query)
    join search_words known on known.workspace_id = access.workspace_id and known.word = given.word
    where known.issues > 0
    window rarest as (order by known.issues, given.word)),
  asked as materialized (
    select to_tsquery('snag', string_agg(words.query::text, ' | ')) as wide from words
    where rank <= ${rarestWords} and (rank = 1 or issues <= ${candidates * 5})),
  ${hitsSql(['i.deleted_at is null', 'i.hidden_at is null'], {
    direction: 'desc',
    start: null,
    filtered: false,
    limit: candidates,
  })},
  scored as (
    select i.number, i.title, i.status, coalesce((
        select sum(words.weight) filter (where s.vector @@ words.query) / sum(words.weight) from words), 0) as shared,
      similarity(lower(i.title), lower($5)) as likeness
    from access cross join hits
    cross join ${ofEach('issues', 'hits.number')} i
    cross join ${wordsOfIssue} s),
  likest as (
    select scored.*, round((0.5 * likeness + 0.5 * shared)::numeric, 3) as score from scored
    order by score desc, number desc limit ${shown})
  select json_build_object('data', coalesce(json_agg(json_build_object('number', likest.number,
      'reference', access.key || '-' || likest.number, 'title', likest.title, 'status', likest.status,
      'score', likest.score) order by likest.score desc, likest.number desc), '[]'))::text as body
  from likest cross join access where likest.score >= ${leastScore}`
