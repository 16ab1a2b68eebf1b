import { changeView, createView, deleteView } from '#shared/views/operations.ts'
import { getView, listViewIssues, listViews } from '#shared/views/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Views'
const list = '/workspaces/{slug}/views' as const
const one = `${list}/{viewId}` as const

export const views = router()
  .openapi(...endpoint('get', list, tag, listViews))
  .openapi(...endpoint('post', list, tag, createView, { location: ({ id }) => id }))
  .openapi(...endpoint('get', one, tag, getView))
  .openapi(...endpoint('patch', one, tag, changeView))
  .openapi(...endpoint('delete', one, tag, deleteView))
  .openapi(...endpoint('get', `${one}/issues`, tag, listViewIssues))
