import { Moment } from '../db/fields.ts'
import { read } from '../read.ts'
import { restorableDays } from './operations.ts'
import { newestFirst, pageOfIssues } from './queries.ts'
import { DeletedIssuePage, IssueNumber, ListDeletedIssues } from './schema.ts'

/**
 * What was deleted and can be restored, newest number first. Authors ask for their own with `author=me`, and do not find
 * what was hidden among it; an admin sees everything.
 */
export const listDeletedIssues = read({
  name: 'listDeletedIssues',
  summary: 'List the issues that can be restored',
  action: ({ author }) => (author === 'me' ? 'issue.read' : 'issue.list-deleted'),
  input: ListDeletedIssues,
  output: DeletedIssuePage,
  listOf: ({ author }) => [author],
  place: IssueNumber,
  statement: ({ author, limit }, after) => {
    // They are few: found first, they are put in order without going through all that were not deleted.
    const deleted = `i.number in (select d.number from issues d where d.workspace_id = access.workspace_id
      and d.deleted_at > now() - interval '${restorableDays} days')`
    const own = author === 'me' ? ['i.author_id = access.user_id', 'i.hidden_at is null'] : []
    return {
      name: `trash:${author ?? 'all'}`,
      answer: `with ${pageOfIssues(['i.number < $3', deleted, ...own], newestFirst, {
        fields: { deletedAt: new Moment('i.deleted_at') },
      })}`,
      columns: { limit },
      values: [after ?? 2_147_483_647, limit],
    }
  },
})
