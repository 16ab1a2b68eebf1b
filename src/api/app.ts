import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import type { Config } from '#shared/config.ts'
import { AppError } from '#shared/errors.ts'
import type { Tracker } from '#shared/context.ts'
import type { LiveFeed } from '#shared/live/feed.ts'
import { article, failuresAsArticle } from './article.ts'
import { attachmentFiles } from './attachment-files.ts'
import { authenticate, authenticator } from './authenticate.ts'
import { jsonInUtf8, limitedBody } from './body.ts'
import { clerkWebhook } from './clerk-webhook.ts'
import { compressed } from './compression.ts'
import { docs } from './docs.ts'
import type { ApiEnv } from './env.ts'
import { admission, createLimits, limitStrangers } from './limits.ts'
import { metricsPage } from './metrics-page.ts'
import { observed } from './observed.ts'
import type { OnAnswered } from './observed.ts'
import { PageConfig } from './page-config.ts'
import { ok } from './documented.ts'
import { idempotent } from './idempotent.ts'
import { onError } from './problem.ts'
import { sendJson, sendResult } from './responses.ts'
import { router } from './router.ts'
import { account } from './routes/account.ts'
import { attachments } from './routes/attachments.ts'
import { events } from './routes/events.ts'
import { guilds } from './routes/guilds.ts'
import { issues } from './routes/issues.ts'
import { transfer } from './routes/transfer.ts'
import { templates } from './routes/templates.ts'
import { conversation } from './routes/conversation.ts'
import { views } from './routes/views.ts'
import { people } from './routes/people.ts'
import { webhooks } from './routes/webhooks.ts'
import { workspaces } from './routes/workspaces.ts'

export interface ApiOptions {
  tracker: Tracker
  live: LiveFeed
  page: PageConfig
  /** Our own origins, from which browsers may call: never empty. */
  origins: string[]
  /** What `/readyz` asks; throws `unavailable` when we are not. */
  assertReady: () => Promise<void>
  /** Opens `/metrics` to other machines; without it, it is for this one. */
  metricsToken?: string | null
  /** Requests a minute; without a limit where it is 0 or absent. */
  rateLimits?: Config['rateLimits']
  /** Networks of our own proxies. */
  proxies?: string[]
  /** Told of each request that was answered. */
  onAnswered?: OnAnswered
}

/** The whole of `/api/v1`, whose type is what the typed client is made from. */
function version1({ page, live }: ApiOptions) {
  const config = { operationName: 'getConfig', summary: 'What the page must know', output: PageConfig }
  const getConfig = { ...ok({ method: 'get', path: '/config', tag: 'Page' }, config, {}), security: [] }
  return router()
    .openapi(getConfig, (c) => sendResult(c, page, 200))
    .route('/', account)
    .route('/', workspaces)
    .route('/', people)
    .route('/', guilds)
    .route('/', issues)
    .route('/', attachments)
    .route('/', templates)
    .route('/', views)
    .route('/', conversation)
    .route('/', events(live))
    .route('/', transfer)
    .route('/', webhooks)
}

export type Api = ReturnType<typeof version1>

/** Every HTTP route of the product but the dashboard's files. */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnv> {
  const { tracker, origins, assertReady } = options
  const limits = createLimits(options.rateLimits ?? { reads: 0, writes: 0 }, options.proxies ?? [])
  const admit = admission(authenticator(tracker), limits)
  const authenticated = authenticate(admit)
  const open = limitStrangers(limits)
  const app = new OpenAPIHono<ApiEnv>()
  app.onError(onError)
  app.use(observed(tracker, options.onAnswered))
  const crossOrigin = cors({
    origin: origins,
    exposeHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
  })
  // Only pages send an Origin; for everybody else the middleware would make each response twice.
  app.use('/api/*', (c, next) => (c.req.header('origin') === undefined ? next() : crossOrigin(c, next)))
  app.use('/api/*', compressed)
  app.use('/api/*', failuresAsArticle)
  // A body of GET is never looked at; asking for it alone would slow every read down.
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], '/api/*', limitedBody, jsonInUtf8)
  app.use('/api/v1/*', async (c, next) =>
    c.req.path === '/api/v1/config' ? open(c, next) : authenticated(c, next),
  )

  app.on('POST', '/api/v1/*', idempotent)

  app.get('/healthz', (c) => sendJson(c, { status: 'alive' }))
  app.get('/readyz', async (c) => {
    await assertReady()
    return sendJson(c, { status: 'ready' })
  })
  app.get('/metrics', metricsPage(options.metricsToken ?? null))
  app.use(
    '/mcp',
    fromOurPages(origins),
    authenticate(admit, () => 'mcp'),
  )
  // Loaded when the first assistant comes: most installations have none, and all would wait for it at their start.
  app.post('/mcp', limitedBody, jsonInUtf8, async (c) => (await import('./mcp/mcp.ts')).answerMcp(c))
  // There is no stream and no session to end, which a client is told by this. Source: MCP, “Streamable HTTP”.
  app.on(['GET', 'DELETE'], '/mcp', (c) => c.text('Only POST can be done here.', 405, { Allow: 'POST' }))
  app.route('/api/v1', version1(options))
  attachmentFiles(app, open)
  app.route('/api', clerkWebhook(tracker))
  app.route('/api', article({ admit, origins }))
  docs(app, open)
  app.notFound((c) => {
    const others = methodsAt(app, c.req.path).filter((method) => method !== c.req.method)
    const words =
      others.length === 0
        ? 'There is no such address. The API is described at /api/docs.'
        : `${c.req.method} cannot be done here; ${new Intl.ListFormat('en').format(others)} can.`
    // What is thrown here would pass by what stands around the routes.
    return onError(new AppError('not_found', words), c)
  })
  return app
}

/** What speaks MCP is no page, and pages that are not ours must not speak it in somebody's name. */
function fromOurPages(origins: readonly string[]) {
  return createMiddleware<ApiEnv>((c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined || origins.includes(origin)) return next()
    throw new AppError('forbidden', 'Pages of other sites cannot do this.')
  })
}

/** What can be done at an address; what only stands before the routes is written with a `*`. */
function methodsAt({ router }: OpenAPIHono<ApiEnv>, path: string): string[] {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) =>
    router.match(method, path)[0].some(([[, route]]) => !route.path.endsWith('*')),
  )
}
