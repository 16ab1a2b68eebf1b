import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '#shared/errors.ts'
import type { ApiEnv } from './env.ts'

/** A file as the body, whatever it is said to be: what `curl --data-binary` and a browser's `fetch` send. */
export function fileBody({ maxBytes }: { maxBytes: number }) {
  const schema = z.any().openapi({ type: 'string', format: 'binary', maxLength: maxBytes })
  return { required: true, content: { 'application/octet-stream': { schema } } } as const
}

/**
 * The bytes of a body, whose digest is in the context when they have all been taken. Throws `invalid` for a form, whose
 * parts are not the file; `instead` says what to send.
 */
export function bytesOf(c: Context<ApiEnv>, instead: string): AsyncIterable<Uint8Array> {
  const { headers, body } = c.req.raw
  if (/^multipart\//i.test(headers.get('content-type') ?? '')) throw new AppError('invalid', instead)
  return digested(c, body)
}

/** What is in a file that nobody else takes. */
export async function digestOfFile(c: Context<ApiEnv>): Promise<string | null> {
  for await (const _ of digested(c, c.req.raw.body));
  return c.get('fileDigest') ?? null
}

async function* digested(c: Context<ApiEnv>, body: Request['body']): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of body ?? []) {
    hash.update(piece)
    yield piece
  }
  c.set('fileDigest', hash.digest('base64'))
}
