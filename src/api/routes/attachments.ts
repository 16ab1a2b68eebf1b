import { z } from '@hono/zod-openapi'
import { attachFile, deleteAttachment, forgetAttachment } from '#shared/attachments/operations.ts'
import { listAttachments } from '#shared/attachments/queries.ts'
import { AttachFile, AttachmentId, maxFileBytes } from '#shared/attachments/schema.ts'
import { AppError } from '#shared/errors.ts'
import { created, gone, ok } from '../documented.ts'
import { contextOf } from '../env.ts'
import { OfIssue } from '../params.ts'
import { sendGone, sendRead, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Attachments'
const list = '/workspaces/{slug}/issues/{number}/attachments' as const
const one = `${list}/{id}` as const

/** The bytes themselves, whatever they are said to be: what `curl --data-binary` and a browser's `fetch` send. */
const fileBody = {
  required: true,
  content: {
    'application/octet-stream': {
      schema: z.any().openapi({ type: 'string', format: 'binary', maxLength: maxFileBytes }),
    },
  },
} as const

export const attachments = router()
  .openapi(ok({ method: 'get', path: list, tag }, listAttachments, { params: OfIssue }), async (c) => {
    const { slug, number } = c.req.valid('param')
    return sendRead(c, await listAttachments(contextOf(c, slug), { number }))
  })
  .openapi(
    created({ path: list, tag }, attachFile, {
      params: OfIssue,
      query: AttachFile.omit({ number: true }),
      body: fileBody,
    }),
    async (c) => {
      const { slug, number } = c.req.valid('param')
      const input = { ...c.req.valid('query'), number }
      return sendResult(c, await attachFile(contextOf(c, slug), input, bodyOf(c.req.raw)), 201)
    },
  )
  .openapi(
    gone({ path: one, tag }, forgetAttachment, { params: OfIssue.extend({ id: AttachmentId }) }),
    async (c) => {
      const { slug, number, id } = c.req.valid('param')
      await deleteAttachment(contextOf(c, slug), { number, id })
      return sendGone(c)
    },
  )

function bodyOf({ headers, body }: Request): AsyncIterable<Uint8Array> {
  if (/^multipart\//i.test(headers.get('content-type') ?? '')) {
    throw new AppError(
      'invalid',
      'Send the bytes of one file as the body, and its name in the address, such as: curl --data-binary @screenshot.png "…/attachments?name=screenshot.png"',
    )
  }
  return body ?? nothing()
}

async function* nothing(): AsyncIterable<Uint8Array> {}
