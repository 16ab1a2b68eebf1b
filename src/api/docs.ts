import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { ApiEnv } from './env.ts'
import { answer, sendJson } from './responses.ts'

const assets: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
])

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Snag API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
    <script src="/api/docs/theme.js"></script>
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`

// Swagger UI has a dark mode, but leaves it to the page to ask for it. In the head, so that nothing flashes.
const theme = `const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()
`
const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null })\n`

/** Our own scripts are files, so that no inline script has to be allowed. */
const scripts: ReadonlyMap<string, string> = new Map([
  ['theme.js', theme],
  ['start.js', start],
])

const about = `The issue tracker that lives in your Discord.

A POST with an \`Idempotency-Key\` (1 to 255 visible characters) is done once: sent again within a day it gets the same \
answer, with \`Idempotency-Replayed: true\`; with another body it is refused with 409. Failures of 500 and above are not \
kept. \`RateLimit\` and \`RateLimit-Policy\` say how many reads or writes are left in this minute. \
Large answers are compressed for clients that ask for it.`

const description = {
  openapi: '3.1.0',
  info: { title: 'Snag', version: '1', description: about },
  security: [{ clerk: [] }, { apiKey: [] }],
}

const policed = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
})

/** OpenAPI 3.1 of the whole API, and a page to browse it, served from this machine. `open` stands before them. */
export function docs(app: OpenAPIHono<ApiEnv>, open: MiddlewareHandler<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'clerk', {
    type: 'http',
    scheme: 'bearer',
    description: 'A Clerk session token.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key (`ak_…`), made under /api/v1/account/api-keys. Reading needs its scope `issues:read`, writing issues `issues:write`, workspaces and accounts `admin`.',
  })
  // Not `doc31`, which would answer past `responses.ts`.
  app.get('/api/openapi.json', open, (c) => sendJson(c, app.getOpenAPI31Document(description)))
  app.use('/api/docs/*', policed, open)
  app.get('/api/docs', (c) => answer(c, page, 200, { 'content-type': 'text/html; charset=utf-8' }))
  // As an address of its own, beside one that is open, it would be more than Hono's fast router can do.
  app.get('/api/docs/:asset', (c, next) => {
    const script = scripts.get(c.req.param('asset'))
    if (script === undefined) return next()
    return answer(c, script, 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })
  app.get('/api/docs/:asset', async (c, next) => {
    const asset = c.req.param('asset')
    const type = assets.get(asset)
    if (type === undefined) return next()
    const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
    return answer(c, await readFile(join(folder, asset), 'utf8'), 200, {
      'content-type': type,
      'cache-control': 'public, max-age=86400',
    })
  })
}
