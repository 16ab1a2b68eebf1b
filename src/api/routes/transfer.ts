import { createRoute } from '@hono/zod-openapi'
import { exportDescription, exportWorkspace } from '#shared/exports/operations.ts'
import { ExportWorkspace } from '#shared/exports/schema.ts'
import { cancelImport, startImport } from '#shared/imports/operations.ts'
import { getImport, listImportNotes, listImports } from '#shared/imports/queries.ts'
import { Import, StartImport, maxFileBytes } from '#shared/imports/schema.ts'
import { takeImport } from '#shared/imports/take.ts'
import { claimPlaceholder, listClaimablePlaceholders } from '#shared/placeholders/operations.ts'
import { about, file, problems } from '../documented.ts'
import { endpoint } from '../endpoint.ts'
import { contextOf } from '../env.ts'
import { bytesOf, fileBody } from '../file-body.ts'
import { InWorkspace } from '../params.ts'
import { answer, sendResult } from '../responses.ts'
import { router } from '../router.ts'

const tag = 'Import and export'
const workspace = '/workspaces/{slug}' as const
const list = `${workspace}/imports` as const
const one = `${list}/{importId}` as const
const placeholders = `${workspace}/placeholders` as const

const noForm =
  'Send the file itself as the body, such as: curl --data-binary @issues.json "…/imports?format=github"'

const sendFile = createRoute({
  method: 'post',
  path: list,
  ...about(startImport, tag),
  description: `The file is the body. It is read as it comes in, and refused whole when it is not of the format. What is in \
it is imported afterwards: follow it at the address in \`Location\`. Importing the same source again adds only what is \
new. Nobody is notified, and only one event is recorded, at the end.

Nobody is made to say what they did not: authors become placeholders, which whoever has proven to have that account can \
claim. Only what the file says of you, and an unchanged export of this installation, brought by an admin of where it came \
from, keeps its authors.`,
  request: { params: InWorkspace, query: StartImport, body: fileBody({ maxBytes: maxFileBytes }) },
  responses: {
    201: { description: 'Made.', content: { 'application/json': { schema: Import } } },
    ...problems,
  },
})

export const transfer = router()
  .openapi(
    file({ path: `${workspace}/export`, tag }, exportDescription, {
      params: InWorkspace,
      query: ExportWorkspace,
    }),
    async (c) => {
      const ctx = contextOf(c, c.req.valid('param').slug)
      const { fileName, contentType, body } = await exportWorkspace(ctx, c.req.valid('query'))
      return answer(c, body, 200, {
        'content-type': contentType,
        'content-disposition': `attachment; filename="${fileName}"`,
      })
    },
  )
  .openapi(sendFile, async (c) => {
    const { slug } = c.req.valid('param')
    const made = await takeImport(contextOf(c, slug), c.req.valid('query'), bytesOf(c, noForm))
    return sendResult(c, made, 201, { location: `${c.req.path}/${made.id}` })
  })
  .openapi(...endpoint('get', list, tag, listImports))
  .openapi(...endpoint('get', one, tag, getImport))
  .openapi(...endpoint('get', `${one}/notes`, tag, listImportNotes))
  .openapi(...endpoint('post', `${one}/cancel`, tag, cancelImport, { status: 200 }))
  .openapi(...endpoint('get', placeholders, tag, listClaimablePlaceholders))
  .openapi(...endpoint('post', `${placeholders}/{userId}/claim`, tag, claimPlaceholder, { status: 200 }))
