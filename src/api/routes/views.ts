import { z } from '@hono/zod-openapi'
import { changeView, createView, deleteView } from '#shared/views/operations.ts'
import { ListViewIssues, getView, listViewIssues, listViews } from '#shared/views/queries.ts'
import { CreateView, ViewChange } from '#shared/views/schema.ts'
import { created, gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { InWorkspace } from '../params.ts'
import { sendGone, sendPage, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Views'
const list = '/workspaces/{slug}/views' as const
const one = `${list}/{viewId}` as const
const params = InWorkspace.extend({ viewId: z.uuid() })

export const views = router()
  .openapi(ok({ method: 'get', path: list, tag }, listViews, { params: InWorkspace }), async (c) =>
    sendRead(c, await listViews(contextOf(c, c.req.valid('param').slug), {})),
  )
  .openapi(
    created({ path: list, tag }, createView, { params: InWorkspace, body: jsonBody(CreateView) }),
    async (c) => {
      const { slug } = c.req.valid('param')
      const view = await createView(contextOf(c, slug), c.req.valid('json'))
      return sendResult(c, view, 201, { location: `/api/v1/workspaces/${slug}/views/${view.id}` })
    },
  )
  .openapi(ok({ method: 'get', path: one, tag }, getView, { params }), async (c) => {
    const { slug, viewId } = c.req.valid('param')
    return sendRead(c, await getView(contextOf(c, slug), { viewId }))
  })
  .openapi(
    ok({ method: 'patch', path: one, tag }, changeView, { params, body: jsonBody(ViewChange) }),
    async (c) => {
      const { slug, viewId } = c.req.valid('param')
      return sendResult(c, await changeView(contextOf(c, slug), { ...c.req.valid('json'), viewId }), 200)
    },
  )
  .openapi(gone({ path: one, tag }, deleteView, { params }), async (c) => {
    const { slug, viewId } = c.req.valid('param')
    await deleteView(contextOf(c, slug), { viewId })
    return sendGone(c)
  })
  .openapi(
    ok({ method: 'get', path: `${one}/issues`, tag }, listViewIssues, { params, query: ListViewIssues }),
    async (c) => {
      const { slug, viewId } = c.req.valid('param')
      return sendPage(c, await listViewIssues(contextOf(c, slug), { ...c.req.valid('query'), viewId }))
    },
  )
