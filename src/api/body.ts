import { isUtf8 } from 'node:buffer'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { AppError } from '#shared/errors.ts'

/** Four times the longest description, written in characters of three bytes. */
const maxBodyBytes = 256 * 1024

/** Where a file is the body: it has limits of its own, and is taken in piece by piece. */
export const takesFile = /^\/api\/v1\/workspaces\/[^/]+\/(issues\/[^/]+\/attachments|imports)$/

const limited = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new HTTPException(413)
  },
})

export const limitedBody = createMiddleware((c, next) =>
  takesFile.test(c.req.path) ? next() : limited(c, next),
)

/**
 * Lets through JSON in UTF-8, or nothing. A body without a type would be passed over by the validator, and the
 * change in it be confirmed though it was never made; bytes that are not UTF-8 would be replaced and stored.
 */
export const jsonInUtf8 = createMiddleware(async (c, next) => {
  if (takesFile.test(c.req.path)) return next()
  const body = await c.req.arrayBuffer()
  // All fields of a change may be left out; a PUT without a body either needs none, or is refused for what is missing.
  const isExpected = c.req.method === 'PATCH'
  if ((body.byteLength > 0 || isExpected) && !isJson(c.req.header('content-type')))
    throw new AppError('invalid', 'Send JSON, with Content-Type: application/json.')
  if (!isUtf8(body)) throw new AppError('invalid', 'The body is not valid UTF-8. Send JSON in UTF-8.')
  await next()
})

function isJson(contentType: string | undefined): boolean {
  return /^application\/json *(;|$)/i.test(contentType ?? '')
}
