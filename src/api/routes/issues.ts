import { getHistory } from '#shared/events/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { CreateIssue, IssueChange } from '#shared/issues/schema.ts'
import { getIssuePermissions } from '#shared/permissions/queries.ts'
import { created, gone, jsonBody, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { versionFrom } from '../if-match.ts'
import { IfMatch, InWorkspace, OfIssue } from '../params.ts'
import { sendGone, sendPage, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Issues'
const list = '/workspaces/{slug}/issues' as const
const one = `${list}/{number}` as const

export const issues = router()
  .openapi(
    ok({ method: 'get', path: list, tag }, listIssues, { params: InWorkspace, query: listIssues.input }),
    async (c) => sendPage(c, await listIssues(contextOf(c, c.req.valid('param').slug), c.req.valid('query'))),
  )
  .openapi(
    created({ path: list, tag }, createIssue, { params: InWorkspace, body: jsonBody(CreateIssue) }),
    async (c) => {
      const { slug } = c.req.valid('param')
      const issue = await createIssue(contextOf(c, slug), c.req.valid('json'))
      return sendResult(c, issue, 201, { location: `/api/v1/workspaces/${slug}/issues/${issue.number}` })
    },
  )
  .openapi(ok({ method: 'get', path: one, tag }, getIssue, { params: OfIssue }), async (c) => {
    const { slug, number } = c.req.valid('param')
    return sendRead(c, await getIssue(contextOf(c, slug), { number }))
  })
  .openapi(
    ok({ method: 'patch', path: one, tag }, changeIssue, {
      params: OfIssue,
      headers: IfMatch,
      body: jsonBody(IssueChange),
    }),
    async (c) => {
      const { slug, number } = c.req.valid('param')
      const version = versionFrom(c.req.valid('header')['if-match'])
      return sendResult(
        c,
        await changeIssue(contextOf(c, slug), { ...c.req.valid('json'), number, ...version }),
        200,
      )
    },
  )
  .openapi(gone({ path: one, tag }, deleteIssue, { params: OfIssue, headers: IfMatch }), async (c) => {
    const { slug, number } = c.req.valid('param')
    await deleteIssue(contextOf(c, slug), { number, ...versionFrom(c.req.valid('header')['if-match']) })
    return sendGone(c)
  })
  .openapi(
    ok({ method: 'post', path: `${one}/restore`, tag }, restoreIssue, { params: OfIssue }),
    async (c) => {
      const { slug, number } = c.req.valid('param')
      return sendResult(c, await restoreIssue(contextOf(c, slug), { number }), 200)
    },
  )
  .openapi(
    ok({ method: 'get', path: `${one}/permissions`, tag }, getIssuePermissions, { params: OfIssue }),
    async (c) => {
      const { slug, number } = c.req.valid('param')
      return sendRead(c, await getIssuePermissions(contextOf(c, slug), { number }))
    },
  )
  .openapi(
    ok({ method: 'get', path: `${one}/history`, tag }, getHistory, {
      params: OfIssue,
      query: getHistory.input.omit({ number: true }),
    }),
    async (c) => {
      const { slug, number } = c.req.valid('param')
      return sendPage(c, await getHistory(contextOf(c, slug), { ...c.req.valid('query'), number }))
    },
  )
