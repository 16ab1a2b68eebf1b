import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  orderTemplates,
} from '#shared/templates/operations.ts'
import { listTemplates } from '#shared/templates/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Templates'
const list = '/workspaces/{slug}/templates' as const
const one = `${list}/{id}` as const

export const templates = router()
  .openapi(...endpoint('get', list, tag, listTemplates))
  .openapi(...endpoint('post', list, tag, createTemplate))
  .openapi(...endpoint('put', `${list}/order`, tag, orderTemplates))
  .openapi(...endpoint('patch', one, tag, changeTemplate))
  .openapi(...endpoint('delete', one, tag, deleteTemplate))
