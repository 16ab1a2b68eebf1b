import { hash } from 'node:crypto'
import type { Context, TypedResponse } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { asRefusal } from '#shared/db/failures.ts'
import type { Json } from '#shared/read.ts'
import type { ApiEnv } from './env.ts'

type JsonResponse<T, S extends StatusCode> = Response & TypedResponse<T, S, 'json'>

export type PlainHeaders = Record<string, string>

/** What every answer says: they are somebody's own, refusals too, and the article's cookie tells no cache so. */
function ownHeaders(c: Context<ApiEnv>): PlainHeaders {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    'x-request-id': c.get('requestId'),
    ...c.get('limit'),
  }
}

/**
 * Makes every answer of the API, with all its headers in one plain object. Of headers that are set one by one Hono
 * makes a `Headers`, and the server takes that apart again: a tenth of the time of reading an issue.
 */
export function answer(
  c: Context<ApiEnv>,
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null,
  status: number,
  headers: PlainHeaders,
): Response {
  if (!(body instanceof ReadableStream)) c.set('body', body)
  return new Response(body, { status, headers: { ...ownHeaders(c), ...headers } })
}

/** Sends what is no answer of an operation or a read. */
export function sendJson(
  c: Context<ApiEnv>,
  value: unknown,
  status = 200,
  more: PlainHeaders = {},
): Response {
  return answer(c, JSON.stringify(value), status, { 'content-type': 'application/json', ...more })
}

/** Sends what PostgreSQL wrote, as it is; 304 when the client has just this. */
export function sendRead<T>(
  c: Context<ApiEnv>,
  json: Json<T>,
  more: PlainHeaders = {},
): JsonResponse<T, 200> {
  // A quote inside a text is escaped, so only the field itself can match.
  const version = /"version":(\d+)/.exec(json.text)?.[1]
  const body = bytesOf(json.text)
  const tag = entityTag(body, version)
  const known = c.req.header('if-none-match')
  const headers = { etag: tag, 'cache-control': 'private, no-cache', ...more }
  const match = known === undefined ? undefined : matching(known, tag)
  const response =
    match === undefined
      ? answer(c, body, 200, { ...headers, 'content-type': 'application/json' })
      : answer(c, null, 304, { ...headers, etag: match === '*' ? tag : match })
  return response as JsonResponse<T, 200> // the text is T's JSON, which Hono cannot know
}

/** A cursor and its name, at the end of a page. */
const maxCursorTail = 250

/** A page also names the next one in its `Link` header (RFC 8288). */
export function sendPage<T extends { nextCursor: string | null }>(
  c: Context<ApiEnv>,
  json: Json<T>,
): JsonResponse<T, 200> {
  const cursor = /"nextCursor":"([\w-]+)"\}$/.exec(json.text.slice(-maxCursorTail))?.[1]
  if (cursor === undefined) return sendRead(c, json)
  const url = new URL(c.req.url)
  url.searchParams.set('cursor', cursor)
  return sendRead(c, json, { link: `<${url.pathname}${url.search}>; rel="next"` })
}

/** Sends what an operation gave. The entity tag is the one a read right after it would give. */
export function sendResult<T extends object, S extends 200 | 201>(
  c: Context<ApiEnv>,
  result: T,
  status: S,
  more: PlainHeaders = {},
): JsonResponse<T, S> {
  const body = bytesOf(JSON.stringify(result))
  const version = 'version' in result ? String(result.version) : undefined
  const headers = { 'content-type': 'application/json', etag: entityTag(body, version), ...more }
  return answer(c, body, status, headers) as JsonResponse<T, S> // as above
}

/** JSON Lines, by the name that most programs know. Source: https://jsonlines.org */
export const linesType = 'application/x-ndjson'

/**
 * Sends a file of lines as fast as it is taken. What refuses it before the first of them is an answer like any other;
 * after that all that can be done is to break it off.
 */
export async function sendLines(
  c: Context<ApiEnv>,
  lines: AsyncGenerator<string, void>,
  filename: string,
): Promise<Response> {
  let next = await lines.next()
  const { requestId, tracker } = c.var
  const { log } = tracker
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (next.done === true) return controller.close()
      controller.enqueue(encoder.encode(next.value))
      try {
        next = await lines.next()
      } catch (error) {
        const refusal = asRefusal(error)
        if (refusal === null) log.error({ err: error, requestId }, 'A download failed')
        else log.warn({ err: refusal, requestId }, 'A download broke off')
        throw error
      }
    },
    cancel: async () => {
      await lines.return()
    },
  })
  return new Response(stream, {
    headers: {
      ...ownHeaders(c),
      'content-type': linesType,
      'content-disposition': `attachment; filename="${filename}"`,
    },
  })
}

/** Says that it is gone. */
export function sendGone(c: Context<ApiEnv>): Response & TypedResponse<null, 204, 'body'> {
  return answer(c, null, 204, {}) as Response & TypedResponse<null, 204, 'body'> // nothing, as the type says
}

/**
 * Covers everything shown; of an issue it begins with its version, which `If-Match` is held against. It is made of the
 * bytes that are sent: making them out of a text is most of the work, and is done once.
 */
function entityTag(body: Uint8Array, version: string | undefined): string {
  const digest = hash('sha256', body, 'base64url').slice(0, 22)
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`
}

/** The tag as the client has it: a weak one when what it got was compressed. */
function matching(header: string, tag: string): string | undefined {
  const candidates = header.split(',').map((candidate) => candidate.trim())
  return candidates.find((candidate) => candidate === '*' || candidate.replace(/^W\//, '') === tag)
}

const scratch = Buffer.allocUnsafeSlow(256 * 1024)

/** The text in UTF-8. Written into memory that is there already, it is not gone through first only to be measured. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  // A UTF-16 unit becomes three bytes at most.
  if (text.length * 3 > scratch.length) return Buffer.from(text)
  return Buffer.copyBytesFrom(scratch, 0, scratch.write(text))
}
