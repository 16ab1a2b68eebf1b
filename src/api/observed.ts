import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Context } from 'hono'
import type { Level } from 'pino'
import type { Tracker } from '#shared/context.ts'
import type { ApiEnv } from './env.ts'

/** What is asked every few seconds by machines, and of no interest while it goes well. */
const healthChecks = new Set(['/healthz', '/readyz', '/metrics'])

/** Told of each request once it is answered, by its method and the pattern of its route. */
export type OnAnswered = (method: string, route: string) => void

/**
 * Gives each request its id, which is taken from no one, and afterwards one line in the log and its place among the
 * metrics. Both know the pattern of the route, never the address: that may hold words, tokens and signatures.
 */
export function observed(tracker: Tracker, onAnswered: OnAnswered = () => {}) {
  const { log, metrics } = tracker
  return createMiddleware<ApiEnv>(async (c, next) => {
    const began = performance.now()
    c.set('requestId', randomUUID())
    c.set('tracker', tracker)
    await next()
    const ms = performance.now() - began
    const { method } = c.req
    const { status } = c.res
    const route = routeOf(c)
    metrics.requestSeconds.observe({ method, route, status }, ms / 1_000)
    onAnswered(method, route)
    const level = levelOf(route, status)
    if (!log.isLevelEnabled(level)) return
    const failure = c.get('failure')
    log[level](
      {
        method,
        route,
        status,
        ms: Math.round(ms * 10) / 10,
        requestId: c.get('requestId'),
        userId: c.get('caller')?.userId,
        ...(failure === undefined ? {} : { err: failure }),
      },
      status === 500 ? 'A request failed' : 'Answered',
    )
  })
}

/** A bug is an error, somebody else's outage a warning; a refusal is ordinary. */
function levelOf(route: string, status: number): Level {
  if (status >= 500) return status === 503 ? 'warn' : 'error'
  return healthChecks.has(route) ? 'debug' : 'info'
}

/** What stands around the routes ends with a `*`; where nothing else matched, there is no such address. */
function routeOf(c: Context<ApiEnv>): string {
  return matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'none'
}
