import { z } from 'zod'
import { isHidden, missingIssue } from '../issues/queries.ts'
import { IssueNumber } from '../issues/schema.ts'
import type { Action, Subject } from '../policy.ts'
import { read } from '../read.ts'
import { permissionsJson } from './present.ts'
import { Permissions } from './schema.ts'

const ofIssue: readonly Action[] = [
  'issue.edit',
  'issue.set-status',
  'issue.set-labels',
  'issue.set-priority',
  'issue.assign',
  'issue.lock',
  'issue.hide',
  'issue.set-duplicate',
  'issue.delete',
  'issue.vote',
  'issue.subscribe',
  'comment.create',
  'attachment.add',
]
const ofWorkspace: readonly Action[] = [
  'issue.create',
  'label.manage',
  'template.manage',
  'workspace.change',
  'member.read',
  'member.manage',
  'person.block',
  'issue.read-hidden',
  'issue.list-deleted',
]

export const getIssuePermissions = read({
  name: 'getIssuePermissions',
  summary: 'What you may do with an issue',
  action: 'issue.read',
  ofIssue: true,
  input: z.strictObject({ number: IssueNumber }),
  output: Permissions,
  missing: missingIssue,
  statement: ({ number }) => ({
    name: 'issue-permissions',
    answer: `select ${isHidden}, json_build_object('authorId', i.author_id, 'locked', i.locked)::text as body from issues i
      where i.workspace_id = access.workspace_id and i.number = $3 and i.deleted_at is null`,
    values: [number],
  }),
  present: (subject, actor) => permissionsJson(actor, ofIssue, JSON.parse(subject) as Subject), // as the statement made it
})

export const getWorkspacePermissions = read({
  name: 'getWorkspacePermissions',
  summary: 'What you may do in a workspace',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Permissions,
  statement: () => ({ name: 'workspace-permissions', answer: `select '' as body`, values: [] }),
  present: (_body, actor) => permissionsJson(actor, ofWorkspace),
})
