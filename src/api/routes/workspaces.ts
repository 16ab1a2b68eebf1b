import { z } from '@hono/zod-openapi'
import { createLabel } from '#shared/labels/operations.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { CreateLabel } from '#shared/labels/schema.ts'
import { removeMember, setMemberRole } from '#shared/members/operations.ts'
import { listMembers } from '#shared/members/queries.ts'
import { SetMemberRole } from '#shared/members/schema.ts'
import { getWorkspacePermissions } from '#shared/permissions/queries.ts'
import { changeWorkspace, createWorkspace } from '#shared/workspaces/operations.ts'
import { getWorkspace, listWorkspaces } from '#shared/workspaces/queries.ts'
import { ChangeWorkspace, CreateWorkspace } from '#shared/workspaces/schema.ts'
import { created, gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { InWorkspace } from '../params.ts'
import { sendGone, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Workspaces'
const path = '/workspaces/{slug}' as const
const params = InWorkspace
const member = InWorkspace.extend({ userId: z.uuid() })

export const workspaces = router()
  .openapi(ok({ method: 'get', path: '/workspaces', tag }, listWorkspaces, {}), async (c) =>
    sendRead(c, await listWorkspaces(contextOf(c, null), {})),
  )
  .openapi(
    created({ path: '/workspaces', tag }, createWorkspace, { body: jsonBody(CreateWorkspace) }),
    async (c) => sendResult(c, await createWorkspace(contextOf(c, null), c.req.valid('json')), 201),
  )
  .openapi(ok({ method: 'get', path, tag }, getWorkspace, { params }), async (c) =>
    sendRead(c, await getWorkspace(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    ok({ method: 'patch', path, tag }, changeWorkspace, { params, body: jsonBody(ChangeWorkspace) }),
    async (c) =>
      sendResult(c, await changeWorkspace(contextOf(c, c.req.valid('param').slug), c.req.valid('json')), 200),
  )
  .openapi(
    ok({ method: 'get', path: `${path}/permissions`, tag }, getWorkspacePermissions, { params }),
    async (c) => sendRead(c, await getWorkspacePermissions(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(ok({ method: 'get', path: `${path}/labels`, tag }, listLabels, { params }), async (c) =>
    sendRead(c, await listLabels(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    created({ path: `${path}/labels`, tag }, createLabel, { params, body: jsonBody(CreateLabel) }),
    async (c) =>
      sendResult(c, await createLabel(contextOf(c, c.req.valid('param').slug), c.req.valid('json')), 201),
  )
  .openapi(ok({ method: 'get', path: `${path}/members`, tag }, listMembers, { params }), async (c) =>
    sendRead(c, await listMembers(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    ok({ method: 'put', path: `${path}/members/{userId}`, tag }, setMemberRole, {
      params: member,
      body: jsonBody(SetMemberRole.omit({ userId: true })),
    }),
    async (c) => {
      const { slug, userId } = c.req.valid('param')
      return sendResult(c, await setMemberRole(contextOf(c, slug), { ...c.req.valid('json'), userId }), 200)
    },
  )
  .openapi(gone({ path: `${path}/members/{userId}`, tag }, removeMember, { params: member }), async (c) => {
    const { slug, userId } = c.req.valid('param')
    await removeMember(contextOf(c, slug), { userId })
    return sendGone(c)
  })
