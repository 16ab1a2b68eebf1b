import { isHidden, missingIssue } from '../issues/queries.ts'
import { read } from '../read.ts'
import { OneIssue, Viewer } from './schema.ts'

export const getViewer = read({
  name: 'getViewer',
  summary: 'How you stand to an issue: whether you voted, and whether you follow it',
  action: 'issue.read',
  ofIssue: true,
  input: OneIssue,
  output: Viewer,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'viewer',
    answer: `select ${isHidden}, json_build_object(
        'voted', exists (select 1 from votes v where v.workspace_id = i.workspace_id and v.issue_number = i.number
          and v.user_id = access.user_id),
        'votes', i.votes,
        'subscription', (select case when s.muted then 'muted' else 'following' end from subscriptions s
          where s.workspace_id = i.workspace_id and s.issue_number = i.number and s.user_id = access.user_id))::text as body
      from issues i where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
  // As an operation gives it, so that it has the same entity tag.
  present: (body) => JSON.stringify(JSON.parse(body)),
})
