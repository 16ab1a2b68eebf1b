import { membersNamed } from '../members/queries.ts'
import { may } from '../policy.ts'
import { QuerySuggestions, SuggestQuery } from '../query/schema.ts'
import { suggestAt, suggestionOf } from '../query/suggest.ts'
import type { Suggestions } from '../query/suggest.ts'
import { read } from '../read.ts'
import type { Statement } from '../read.ts'

/** Labels or people; more are found by typing on. */
const most = 10

/**
 * What a door without the parser asks while somebody types a query. A guest, who may not see who is here, is suggested no
 * people.
 */
export const suggestQuery = read({
  name: 'suggestQuery',
  summary: 'Suggest how to go on with a query',
  action: 'issue.read',
  input: SuggestQuery,
  output: QuerySuggestions,
  statement: (input) => lookUp(suggestionsFor(input).wanted),
  present: (body, actor, _next, input) => {
    const { options, wanted } = suggestionsFor(input)
    const known = JSON.parse(body) as { name: string; hint?: string }[] // as the statement made it
    const isShown = wanted?.kind !== 'person' || may(actor, 'member.read')
    const found = wanted !== null && isShown ? known.map((one) => suggestionOf(wanted, one)) : []
    return JSON.stringify({ data: [...options, ...found] })
  },
})

function suggestionsFor({ q, caret }: SuggestQuery): Suggestions {
  return suggestAt(q, caret ?? q.length)
}

function lookUp(wanted: Suggestions['wanted']): Statement {
  if (wanted === null) return { name: 'nothing-wanted', answer: `select '[]' as body`, values: [] }
  const { kind, typed } = wanted
  return kind === 'label' ? labelsWith(typed) : peopleLike(typed)
}

/** Those that begin like it first. */
function labelsWith(typed: string): Statement {
  return {
    name: 'labels-with',
    answer: `select coalesce(json_agg(json_build_object('name', l.name, 'hint', l.description)), '[]')::text as body from (
      select name, description from labels
      where workspace_id = access.workspace_id and strpos(lower(name), lower($3)) > 0
      order by strpos(lower(name), lower($3)) > 1, lower(name) collate "C" limit ${most}) l`,
    values: [typed],
  }
}

/** By their username where they have one, because nobody else has it. Before anything is typed, those whom an admin gave a role. */
function peopleLike(typed: string): Statement {
  const granted = `select u.* from memberships m join users u on u.id = m.user_id
    where m.workspace_id = access.workspace_id and u.refused_at is null order by lower(u.name), u.id limit ${most}`
  return {
    name: typed === '' ? 'people-granted' : 'people-like',
    answer: `select coalesce(json_agg(case when u.username is null then json_build_object('name', u.name)
        else json_build_object('name', u.username, 'hint', u.name) end order by lower(u.name), u.id), '[]')::text as body
      from (${typed === '' ? granted : membersNamed('$3', most)}) u`,
    values: typed === '' ? [] : [typed],
  }
}
