import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { trace } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { startNodeSdk } from '@opentelemetry/sdk-node'
import type { Config } from '#shared/config.ts'

export interface Tracing {
  /** Names the span of a request after its route. To be called while it is being answered. */
  nameRequest: (method: string, route: string) => void
  /** Sends what has not been sent yet. */
  stop(): Promise<void>
}

const flushMs = 5_000
const unwatched = /^\/(healthz|readyz|metrics)(\?|$)/
/** Addresses hold words, tokens and signatures; `http.route` says what was asked for. */
const withheld = { 'url.path': 'withheld', 'url.query': 'withheld' }

/**
 * Sends a span for each request and for each of its statements, without their parameters, to where OpenTelemetry's own
 * variables say. Has to be called before anything is loaded that it watches: its hooks are in `require`, so the
 * modules are loaded by that first, and whoever imports them later gets the same ones.
 */
export function startTracing({ serviceName }: NonNullable<Config['tracing']>): Tracing {
  const sdk = startNodeSdk({
    ...(serviceName === null ? {} : { resourceAttributes: { 'service.name': serviceName } }),
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => unwatched.test(url ?? ''),
        startIncomingSpanHook: () => withheld,
        // Addresses at Discord hold tokens, those of signed storage their signature.
        disableOutgoingRequestInstrumentation: true,
      }),
      // Without a parent are the relay and the worker, which ask all the time.
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    ],
    // There is `/metrics`, and a log.
    metricReaders: [],
    logRecordProcessors: [],
    logLevel: 'warn',
  })
  const require = createRequire(import.meta.url)
  for (const watched of ['http', 'pg']) require(watched)
  return {
    nameRequest(method, route) {
      const span = trace.getActiveSpan()
      span?.updateName(`${method} ${route}`)
      span?.setAttribute('http.route', route)
    },
    async stop() {
      // A collector that is away must not keep us.
      await Promise.race([sdk.shutdown(), sleep(flushMs)])
    },
  }
}
