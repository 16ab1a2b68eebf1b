import { z } from 'zod'
import type { Actor } from '../context.ts'
import { missingIssue } from '../issues/queries.ts'
import { IssueNumber } from '../issues/schema.ts'
import { refusal } from '../policy.ts'
import type { Action, Subject } from '../policy.ts'
import { read } from '../read.ts'
import { Permissions } from './schema.ts'

const ofIssue: readonly Action[] = [
  'issue.edit',
  'issue.set-status',
  'issue.set-labels',
  'issue.delete',
  'attachment.add',
]
const ofWorkspace: readonly Action[] = [
  'issue.create',
  'label.manage',
  'template.manage',
  'workspace.change',
  'member.read',
  'member.manage',
]

export const getIssuePermissions = read({
  name: 'getIssuePermissions',
  summary: 'What you may do with an issue',
  action: 'issue.read',
  input: z.strictObject({ number: IssueNumber }),
  output: Permissions,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'issue-permissions',
    answer: `select i.author_id::text as body from issues i
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
  present: (authorId, actor) => permissions(actor, ofIssue, { authorId }),
})

export const getWorkspacePermissions = read({
  name: 'getWorkspacePermissions',
  summary: 'What you may do in a workspace',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Permissions,
  statement: () => ({ name: 'workspace-permissions', answer: `select '' as body`, values: [] }),
  present: (_body, actor) => permissions(actor, ofWorkspace),
})

function permissions(actor: Actor, actions: readonly Action[], subject?: Subject): string {
  const data = actions.map((action) => {
    const reason = refusal(actor, action, subject)
    return { action, allowed: reason === null, reason }
  })
  return JSON.stringify({ data } satisfies Permissions)
}
