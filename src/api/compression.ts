import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { accepts } from 'hono/accepts'
import { createMiddleware } from 'hono/factory'
import type { ApiEnv } from './env.ts'

/** Less hardly becomes smaller than what saying so costs. */
const worthwhileBytes = 1_024
/** A page of issues takes two thirds of gzip's time, and becomes no larger. The default, 11, is for files made once. */
const brotliQuality = 2

const encoders = {
  br: (body: Uint8Array) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
      },
    }),
  gzip: promisify(gzip),
}

type Encoding = keyof typeof encoders

/**
 * Compresses what is whole and large, away from the main thread; streams are made past `answer` and stay as they are.
 * The tag of what was compressed becomes a weak one, because it was made of other bytes (RFC 9110, 8.8.3.3).
 */
export const compressed = createMiddleware<ApiEnv>(async (c, next) => {
  await next()
  if (c.req.header('accept-encoding') === undefined || c.req.method === 'HEAD') return
  const body = c.get('body')
  if (body == null || body.length < worthwhileBytes) return
  const encoding = accepts(c, {
    header: 'Accept-Encoding',
    supports: Object.keys(encoders),
    default: 'identity',
    match: liked,
  })
  if (!isEncoding(encoding)) return
  const smaller = await encoders[encoding](typeof body === 'string' ? Buffer.from(body) : body)
  const { status, headers } = c.res
  headers.set('content-encoding', encoding)
  headers.delete('content-length')
  const tag = headers.get('etag')
  if (tag?.startsWith('"')) headers.set('etag', `W/${tag}`)
  c.res = new Response(smaller, { status, headers })
})

/** What the client likes most; between equals, what we do. Browsers name gzip first and mean nothing by it. */
const liked: NonNullable<Parameters<typeof accepts>[1]['match']> = (accepted, config) => {
  const weightOf = (name: string) =>
    (accepted.find(({ type }) => type.toLowerCase() === name) ?? accepted.find(({ type }) => type === '*'))
      ?.q ?? 0
  const wanted = config.supports.filter((name) => weightOf(name) > 0)
  return wanted.toSorted((a, b) => weightOf(b) - weightOf(a))[0] ?? config.default
}

function isEncoding(name: string): name is Encoding {
  return name in encoders
}
