import { changeLabel, createLabel, deleteLabel } from '#shared/labels/operations.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { removeMember, setMemberRole } from '#shared/members/operations.ts'
import { listMembers } from '#shared/members/queries.ts'
import { getWorkspacePermissions } from '#shared/permissions/queries.ts'
import { changeWorkspace, createWorkspace } from '#shared/workspaces/operations.ts'
import { getWorkspace, listWorkspaces } from '#shared/workspaces/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'Workspaces'
const one = '/workspaces/{slug}' as const
const label = `${one}/labels/{id}` as const
const member = `${one}/members/{userId}` as const

export const workspaces = router()
  .openapi(...endpoint('get', '/workspaces', tag, listWorkspaces))
  .openapi(...endpoint('post', '/workspaces', tag, createWorkspace, { location: ({ slug }) => slug }))
  .openapi(...endpoint('get', one, tag, getWorkspace))
  .openapi(...endpoint('patch', one, tag, changeWorkspace))
  .openapi(...endpoint('get', `${one}/permissions`, tag, getWorkspacePermissions))
  .openapi(...endpoint('get', `${one}/labels`, tag, listLabels))
  .openapi(...endpoint('post', `${one}/labels`, tag, createLabel))
  .openapi(...endpoint('patch', label, tag, changeLabel))
  .openapi(...endpoint('delete', label, tag, deleteLabel))
  .openapi(...endpoint('get', `${one}/members`, tag, listMembers))
  .openapi(...endpoint('put', member, tag, setMemberRole))
  .openapi(...endpoint('delete', member, tag, removeMember))
