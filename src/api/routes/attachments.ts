import { createRoute } from '@hono/zod-openapi'
import { attachFile, deleteAttachment } from '#shared/attachments/operations.ts'
import { listAttachments } from '#shared/attachments/queries.ts'
import { AttachFile, maxFileBytes } from '#shared/attachments/schema.ts'
import { about, problems } from '../documented.ts'
import { endpoint } from '../endpoint.ts'
import { contextOf } from '../env.ts'
import { bytesOf, fileBody } from '../file-body.ts'
import { InWorkspace } from '../params.ts'
import { sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Attachments'
const list = '/workspaces/{slug}/issues/{number}/attachments' as const

const noForm =
  'Send the bytes of one file as the body, and its name in the address, such as: curl --data-binary @screenshot.png "…/attachments?name=screenshot.png"'

const upload = createRoute({
  method: 'post',
  path: list,
  ...about(attachFile, tag),
  request: {
    params: InWorkspace.extend(AttachFile.pick({ number: true }).shape),
    query: AttachFile.omit({ number: true }),
    body: fileBody({ maxBytes: maxFileBytes }),
  },
  responses: {
    201: { description: 'Made.', content: { 'application/json': { schema: attachFile.output } } },
    ...problems,
  },
})

export const attachments = router()
  .openapi(...endpoint('get', list, tag, listAttachments))
  .openapi(upload, async (c) => {
    const { slug, number } = c.req.valid('param')
    const input = { ...c.req.valid('query'), number }
    return sendResult(c, await attachFile(contextOf(c, slug), input, bytesOf(c, noForm)), 201)
  })
  .openapi(...endpoint('delete', `${list}/{attachmentId}`, tag, deleteAttachment))
