import { z } from 'zod'
import { changeComment, createComment, deleteComment } from '#shared/comments/operations.ts'
import { getComment, getCommentPermissions, listComments } from '#shared/comments/queries.ts'
import type { Context } from '#shared/context.ts'
import { listAttachments } from '#shared/attachments/queries.ts'
import { getHistory, listEvents } from '#shared/events/queries.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { changeIssues } from '#shared/issues/bulk.ts'
import { listDeletedIssues } from '#shared/issues/trash.ts'
import { changeLabel, createLabel } from '#shared/labels/operations.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { listMembers } from '#shared/members/queries.ts'
import { getIssuePermissions, getWorkspacePermissions } from '#shared/permissions/queries.ts'
import { findSimilarIssues } from '#shared/search/similar.ts'
import { changeView, createView, deleteView } from '#shared/views/operations.ts'
import { getView, listViewIssues, listViews } from '#shared/views/queries.ts'
import { getReferences } from '#shared/references/queries.ts'
import { removeSubscription, setSubscription, unvote, vote } from '#shared/viewers/operations.ts'
import { getViewer } from '#shared/viewers/queries.ts'
import { listTemplates } from '#shared/templates/queries.ts'
import { getWorkspace, listWorkspaces } from '#shared/workspaces/queries.ts'
import { Slug } from '#shared/workspaces/schema.ts'

/** An operation or a read, of whatever it takes and gives. */
export interface AnyOperation {
  (ctx: Context, input: never): Promise<unknown>
  readonly kind: 'operation' | 'read'
  readonly operationName: string
  readonly summary: string
  readonly input: z.ZodObject
  readonly output: z.ZodType
  readonly worldly: boolean
}

/**
 * What an assistant may be asked to do: the work on issues. Who is in a workspace, its settings and its connections are
 * for people, so that a sentence in some issue cannot talk an assistant into changing them.
 */
export const tools: readonly AnyOperation[] = [
  listWorkspaces,
  getWorkspace,
  getWorkspacePermissions,
  listIssues,
  findSimilarIssues,
  getIssue,
  getIssuePermissions,
  getHistory,
  listEvents,
  createIssue,
  changeIssue,
  deleteIssue,
  restoreIssue,
  listAttachments,
  listTemplates,
  listDeletedIssues,
  changeIssues,
  getReferences,
  listComments,
  getComment,
  getCommentPermissions,
  createComment,
  changeComment,
  deleteComment,
  getViewer,
  vote,
  unvote,
  setSubscription,
  removeSubscription,
  listLabels,
  createLabel,
  changeLabel,
  listViews,
  getView,
  listViewIssues,
  createView,
  changeView,
  deleteView,
  listMembers,
  getMe,
  getUser,
]

/** The field by which a tool says where; routes have it in their path. */
export const workspaceField = 'workspace'

/** How a tool is described to whoever may call it. Source: Model Context Protocol, 2025-11-25, “Tools”. */
export function describeTool({ kind, operationName, summary, input, worldly }: AnyOperation) {
  const fields = worldly ? input.shape : { [workspaceField]: Slug, ...input.shape }
  const entries = Object.entries(fields)
  return {
    name: operationName,
    description: `${summary}.`,
    inputSchema: {
      type: 'object' as const,
      properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])),
      required: entries.filter(([, field]) => !field.safeParse(undefined).success).map(([name]) => name),
      additionalProperties: false,
    },
    annotations: {
      readOnlyHint: kind === 'read',
      destructiveHint: operationName.startsWith('delete'),
      openWorldHint: false,
    },
  }
}

/** What comes out of a field says more than what goes in: a number in an address goes in as anything. */
function schemaOf(field: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(field, { io: 'output' })
  return schema
}
