import { getHistory } from '#shared/events/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { changeIssues } from '#shared/issues/bulk.ts'
import { listDeletedIssues } from '#shared/issues/trash.ts'
import { getIssuePermissions } from '#shared/permissions/queries.ts'
import { findSimilarIssues } from '#shared/search/similar.ts'
import { suggestQuery } from '#shared/search/suggestions.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Issues'
const list = '/workspaces/{slug}/issues' as const
const one = `${list}/{number}` as const

export const issues = router()
  .openapi(...endpoint('get', list, tag, listIssues))
  .openapi(...endpoint('post', list, tag, createIssue, { location: ({ number }) => String(number) }))
  // A POST, because a description is too long for an address.
  .openapi(...endpoint('post', '/workspaces/{slug}/similar-issues', tag, findSimilarIssues, { status: 200 }))
  .openapi(...endpoint('get', '/workspaces/{slug}/query-suggestions', tag, suggestQuery))
  .openapi(...endpoint('patch', list, tag, changeIssues))
  .openapi(...endpoint('get', '/workspaces/{slug}/trash', tag, listDeletedIssues))
  .openapi(...endpoint('get', one, tag, getIssue))
  .openapi(...endpoint('patch', one, tag, changeIssue))
  .openapi(...endpoint('delete', one, tag, deleteIssue))
  .openapi(...endpoint('post', `${one}/restore`, tag, restoreIssue, { status: 200 }))
  .openapi(...endpoint('get', `${one}/permissions`, tag, getIssuePermissions))
  .openapi(...endpoint('get', `${one}/history`, tag, getHistory))
