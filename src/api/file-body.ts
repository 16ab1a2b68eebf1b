import { z } from '@hono/zod-openapi'
import { AppError } from '#shared/errors.ts'

/** A file as the body, whatever it is said to be: what `curl --data-binary` and a browser's `fetch` send. */
export function fileBody({ maxBytes }: { maxBytes: number }) {
  const schema = z.any().openapi({ type: 'string', format: 'binary', maxLength: maxBytes })
  return { required: true, content: { 'application/octet-stream': { schema } } } as const
}

/** The bytes of a body. Throws `invalid` for a form, whose parts are not the file; `instead` says what to send. */
export function bytesOf({ headers, body }: Request, instead: string): AsyncIterable<Uint8Array> {
  if (/^multipart\//i.test(headers.get('content-type') ?? '')) throw new AppError('invalid', instead)
  return body ?? nothing()
}

async function* nothing(): AsyncIterable<Uint8Array> {}
