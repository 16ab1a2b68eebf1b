import { hash } from 'node:crypto'
import type { Context, TypedResponse } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/read.ts'

type JsonResponse<T, S extends StatusCode> = Response & TypedResponse<T, S, 'json'>

/** Sends what PostgreSQL wrote, as it is; 304 when the client has just this. */
export function sendRead<T>(c: Context, json: Json<T>): JsonResponse<T, 200> {
  // A quote inside a text is escaped, so only the field itself can match.
  const version = /"version":(\d+)/.exec(json.text)?.[1]
  const body = Buffer.from(json.text)
  const tag = entityTag(body, version)
  const known = c.req.header('if-none-match')
  const headers = { etag: tag, 'cache-control': 'private, no-cache' }
  const response =
    known !== undefined && matches(known, tag)
      ? c.body(null, 304, headers)
      : c.body(body, 200, { ...headers, 'content-type': 'application/json' })
  return response as unknown as JsonResponse<T, 200> // the text is T's JSON, which Hono cannot know
}

/** A page also names the next one in its `Link` header (RFC 8288). */
export function sendPage<T extends { nextCursor: string | null }>(
  c: Context,
  json: Json<T>,
): JsonResponse<T, 200> {
  const cursor = /"nextCursor":"([\w-]+)"\}$/.exec(json.text)?.[1]
  if (cursor !== undefined) {
    const url = new URL(c.req.url)
    url.searchParams.set('cursor', cursor)
    c.header('Link', `<${url.pathname}${url.search}>; rel="next"`)
  }
  return sendRead(c, json)
}

/** Sends what an operation gave. The entity tag is the one a read right after it would give. */
export function sendResult<T extends object, S extends 200 | 201>(
  c: Context,
  result: T,
  status: S,
): JsonResponse<T, S> {
  const body = Buffer.from(JSON.stringify(result))
  const version = 'version' in result ? String(result.version) : undefined
  const response = c.body(body, status, {
    'content-type': 'application/json',
    etag: entityTag(body, version),
  })
  return response as unknown as JsonResponse<T, S> // as above
}

/**
 * Covers everything shown; of an issue it begins with its version, which `If-Match` is held against. It is made of the
 * bytes that are sent: making them out of a text is most of the work, and is done once.
 */
function entityTag(body: Uint8Array, version: string | undefined): string {
  const digest = hash('sha256', body, 'base64url').slice(0, 22)
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`
}

function matches(header: string, tag: string): boolean {
  return header === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
}

const ofOurs = /^(?:W\/)?"(\d{1,9})(?:-[\w-]+)?"$/

/**
 * The versions that `If-Match` asks for, any of which will do: each `"3"`, or an entity tag of ours, whose digest may be
 * out of date by a vote or a renamed author. None for `*` or no header. Throws `invalid`. Source: RFC 9110, 13.1.1.
 */
export function versionFrom(ifMatch: string | undefined): { version: number[] } | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const version = ifMatch.split(',').map((tag) => Number(ofOurs.exec(tag.trim())?.[1]))
  if (version.every(Number.isInteger)) return { version }
  const message = 'If-Match takes the ETag of the issue, or its version in quotes: "3".'
  throw new AppError('invalid', message, { problems: [{ path: 'If-Match', message }] })
}
