import { Readable } from 'node:stream'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { isShownInline } from '#shared/attachments/content-type.ts'
import { openLink } from '#shared/attachments/queries.ts'
import type { ServedFile } from '#shared/attachments/queries.ts'
import type { ApiEnv } from './env.ts'

interface Range {
  first: number
  /** The last byte of it, inclusive. */
  last: number
}

/**
 * The one address that asks for no token, because a page's `<img>` sends none: its link is the proof. What is sent can
 * only be looked at or saved: whatever it is, it never is a page of our origin. `open` stands before it.
 */
export function attachmentFiles(app: Hono<ApiEnv>, open: MiddlewareHandler<ApiEnv>): void {
  app.get('/api/attachments/:id', open, async (c) => {
    const { workspace, expires, signature } = c.req.query()
    const file = await openLink(c.get('tracker'), { workspace, id: c.req.param('id'), expires, signature })
    const etag = `"${Buffer.from(file.sha256).toString('base64url')}"`
    setHeaders(c, file, etag, secondsLeft(Number(expires), c.get('tracker').clock()))
    if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304)

    const range = wanted(c, etag, file.bytes)
    if (range === 'unsatisfiable') {
      c.header('Content-Range', `bytes */${file.bytes}`)
      return c.body(null, 416)
    }
    const { first, last } = range ?? { first: 0, last: file.bytes - 1 }
    if (range !== null) c.header('Content-Range', `bytes ${first}-${last}/${file.bytes}`)
    c.header('Content-Type', typeWithCharset(file.contentType))
    c.header('Content-Length', String(last - first + 1))
    const status = range === null ? 200 : 206
    if (c.req.method === 'HEAD') return c.body(null, status)
    return c.body(part(await file.open(), { first, last }), status)
  })
}

function setHeaders(c: Context<ApiEnv>, file: ServedFile, etag: string, maxAgeSeconds: number): void {
  c.header('Content-Disposition', disposition(file))
  c.header('Content-Security-Policy', "sandbox; default-src 'none'")
  c.header('X-Content-Type-Options', 'nosniff')
  c.header('Cross-Origin-Resource-Policy', 'same-origin')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Cache-Control', `private, max-age=${maxAgeSeconds}, immutable`)
  c.header('Accept-Ranges', 'bytes')
  c.header('ETag', etag)
  c.header('X-Request-Id', c.get('requestId'))
}

/** A browser keeps it no longer than its link opens it. */
function secondsLeft(expires: number, now: Date): number {
  return Math.max(0, Math.floor(expires - now.getTime() / 1000))
}

/** Text is UTF-8: it was looked through when it came in. */
function typeWithCharset(contentType: string): string {
  return contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType
}

/** Source: RFC 6266; the name in ASCII is for clients that do not know the other. */
function disposition({ name, contentType }: ServedFile): string {
  const kind = isShownInline(contentType) ? 'inline' : 'attachment'
  const plain = name.replaceAll(/[^ -~]|["\\%]/gu, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/** The part that is asked for; null for all of it, which also answers what is not one plain range. Source: RFC 9110, 14. */
function wanted(c: Context<ApiEnv>, etag: string, bytes: number): Range | 'unsatisfiable' | null {
  const ifRange = c.req.header('if-range')
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(c.req.header('range') ?? '') ?? []
  if ((from === '' && to === '') || (ifRange !== undefined && ifRange !== etag)) return null
  if (from === '') {
    return to.match(/^0+$/) ? 'unsatisfiable' : { first: Math.max(0, bytes - Number(to)), last: bytes - 1 }
  }
  const range = { first: Number(from), last: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) }
  if (to !== '' && Number(to) < range.first) return null
  return range.first < bytes ? range : 'unsatisfiable'
}

/** Neither kind of storage is asked for a part: of ten megabytes, what comes before is quickly passed over. */
function part(stream: Readable, range: Range): ReadableStream<Uint8Array<ArrayBuffer>> {
  return Readable.toWeb(Readable.from(bytesWithin(stream, range), { objectMode: false })) as ReadableStream<
    Uint8Array<ArrayBuffer>
  > // Node's own type of the same
}

async function* bytesWithin(stream: Readable, { first, last }: Range): AsyncIterable<Uint8Array> {
  let at = 0
  // Leaving the loop, also because the reader went away, closes the file.
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    const within = piece.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at))
    at += piece.byteLength
    if (within.byteLength > 0) yield within
    if (at > last) return
  }
}
