import { hash, timingSafeEqual } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { isFromHere } from './address.ts'
import { bearer } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import { answer } from './responses.ts'

/**
 * What Prometheus reads: for programs on this machine, or with the operator's token. Nobody else learns that it is
 * there. A proxy on this machine must pass on the host it was called by, as proxies do, or it looks like such a program.
 */
export function metricsPage(token: string | null) {
  return createMiddleware<ApiEnv>(async (c) => {
    if (!isFromHere(c) && !isToken(bearer(c.req.header('authorization')), token)) return c.notFound()
    const { text, contentType } = await c.get('tracker').metrics.page()
    return answer(c, text, 200, { 'content-type': contentType })
  })
}

/** Digests are of one length, and comparing them takes the same time wherever they differ. */
function isToken(given: string | null, token: string | null): boolean {
  if (given === null || token === null) return false
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'))
}
