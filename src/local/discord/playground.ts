import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

const BUILT = join(import.meta.dirname, 'playground', 'dist')

/**
 * `style-src` allows inline styles because Radix positions its popovers and locks scrolling with them; nothing
 * a message says can become one, since messages are drawn as text nodes. Pictures may also come from the other
 * local services, and from nowhere else: a local stand-in loads nothing from the internet.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: http://localhost:* http://127.0.0.1:*",
  "media-src 'self' http://localhost:* http://127.0.0.1:*",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Serves the built playground page at `/playground`. Until it has been built, the page is answered 503
 * with the command that builds it, and a build made while the server runs is served at once.
 */
export function playground(built = BUILT): Hono {
  const app = new Hono().basePath('/playground')

  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', CONTENT_SECURITY_POLICY)
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'same-origin')
  })

  app.use('/assets/*', async (c, next) => {
    await next()
    // Vite puts a hash of the content into the name of everything under `assets/`, so a name never changes its meaning.
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable')
  })
  app.use('/assets/*', async (c, next) => {
    // Made only now, because it complains on the console about a folder that is not there yet.
    if (!existsSync(built)) return next()
    const rewriteRequestPath = (path: string): string => path.replace(/^\/playground/, '')
    return serveStatic({ root: built, rewriteRequestPath })(c, next)
  })

  app.on('GET', ['/', ''], async (c) => {
    const page = join(built, 'index.html')
    c.header('cache-control', 'no-cache')
    if (!existsSync(page)) {
      return c.text(
        'The playground has not been built yet: run "npx vite build src/local/discord/playground", then reload.',
        503,
      )
    }
    return c.html(await readFile(page, 'utf8'))
  })

  return app
}
