import { changeComment, createComment, deleteComment } from '#shared/comments/operations.ts'
import { getComment, getCommentPermissions, listComments } from '#shared/comments/queries.ts'
import { getReferences } from '#shared/references/queries.ts'
import { removeSubscription, setSubscription, unvote, vote } from '#shared/viewers/operations.ts'
import { getViewer } from '#shared/viewers/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Conversation'
const issue = '/workspaces/{slug}/issues/{number}' as const
const comments = `${issue}/comments` as const
const comment = `${comments}/{commentId}` as const

/** What is said about an issue: comments, votes, who follows it, and what belongs together. */
export const conversation = router()
  .openapi(...endpoint('get', comments, tag, listComments))
  .openapi(...endpoint('post', comments, tag, createComment, { location: ({ id }) => id }))
  .openapi(...endpoint('get', comment, tag, getComment))
  .openapi(...endpoint('patch', comment, tag, changeComment))
  .openapi(...endpoint('delete', comment, tag, deleteComment))
  .openapi(...endpoint('get', `${comment}/permissions`, tag, getCommentPermissions))
  .openapi(...endpoint('get', `${issue}/me`, tag, getViewer))
  .openapi(...endpoint('put', `${issue}/vote`, tag, vote))
  .openapi(...endpoint('delete', `${issue}/vote`, tag, unvote))
  .openapi(...endpoint('put', `${issue}/subscription`, tag, setSubscription))
  .openapi(...endpoint('delete', `${issue}/subscription`, tag, removeSubscription))
  .openapi(...endpoint('get', `${issue}/references`, tag, getReferences))
