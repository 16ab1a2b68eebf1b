import { getHistory } from '#shared/events/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { getIssue, listIssues } from '#shared/issues/queries.ts'
import { getIssuePermissions } from '#shared/permissions/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Issues'
const list = '/workspaces/{slug}/issues' as const
const one = `${list}/{number}` as const

export const issues = router()
  .openapi(...endpoint('get', list, tag, listIssues))
  .openapi(...endpoint('post', list, tag, createIssue, { location: ({ number }) => String(number) }))
  .openapi(...endpoint('get', one, tag, getIssue))
  .openapi(...endpoint('patch', one, tag, changeIssue))
  .openapi(...endpoint('delete', one, tag, deleteIssue))
  .openapi(...endpoint('post', `${one}/restore`, tag, restoreIssue, { status: 200 }))
  .openapi(...endpoint('get', `${one}/permissions`, tag, getIssuePermissions))
  .openapi(...endpoint('get', `${one}/history`, tag, getHistory))
