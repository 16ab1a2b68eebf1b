import type { Actor } from '../context.ts'
import { asJson } from '../db/fields.ts'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { may } from '../policy.ts'
import { read } from '../read.ts'
import { OneIssue } from '../viewers/schema.ts'
import { References, linksShown } from './schema.ts'
import type { IssueLink } from './schema.ts'

type FoundLink = IssueLink & { hidden: boolean }

const linkJson = asJson({
  number: 'o.number',
  reference: `access.key || '-' || o.number`,
  title: 'o.title',
  status: 'o.status',
  hidden: 'o.hidden_at is not null',
})

/** The issues of `numbers`, a statement that gives them, as JSON. */
function linksTo(numbers: string): string {
  return `(select coalesce(json_agg(link order by number desc), '[]') from (
    select o.number, ${linkJson} as link from issues o
    where o.workspace_id = i.workspace_id and o.deleted_at is null and o.number in (${numbers})
    order by o.number desc limit ${linksShown}) found)`
}

const inWorkspace = 'workspace_id = i.workspace_id'
/** A comment that is spam names nothing. */
const isRead = `not exists (select 1 from comments c where c.${inWorkspace} and c.id = r.source_id and c.hidden_at is not null)`

export const getReferences = read({
  name: 'getReferences',
  summary: 'Read which issues an issue names, which name it, and which repeat it',
  action: 'issue.read',
  ofIssue: true,
  input: OneIssue,
  output: References,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'references',
    answer: `select ${isHidden}, json_build_object(
        'references', ${linksTo(`select r.to_number from issue_references r where r.${inWorkspace} and r.from_number = i.number and ${isRead}`)},
        'referencedBy', ${linksTo(`select r.from_number from issue_references r where r.${inWorkspace} and r.to_number = i.number and ${isRead}`)},
        'duplicateOf', ${linksTo('i.duplicate_of')},
        'duplicates', ${linksTo(`select d.number from issues d where d.${inWorkspace} and d.duplicate_of = i.number`)})::text as body
      from issues i where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
  present(body, actor) {
    const found = JSON.parse(body) as Record<keyof References, FoundLink[]> // as the statement made it
    const { references, referencedBy, duplicateOf, duplicates } = found
    const [original = null] = shown(duplicateOf, actor)
    return JSON.stringify({
      references: shown(references, actor),
      referencedBy: shown(referencedBy, actor),
      duplicateOf: original,
      duplicates: shown(duplicates, actor),
    } satisfies References)
  },
})

/** Nobody learns of what was hidden from where it is linked. */
function shown(links: FoundLink[], actor: Actor): IssueLink[] {
  const seesHidden = may(actor, 'issue.read-hidden')
  return links.filter(({ hidden }) => seesHidden || !hidden).map(({ hidden: _hidden, ...link }) => link)
}
