import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { AppError } from '#shared/errors.ts'

export interface DashboardOptions {
  /** Where the built dashboard is. */
  dir: string
  /** The origin of Clerk's frontend API, from which its scripts come; null when it is our own. */
  clerkOrigin: string | null
}

/** The dashboard's files; every other page address is the dashboard's own, and gets its one document. */
export async function dashboard({ dir, clerkOrigin }: DashboardOptions): Promise<Hono> {
  const document = join(dir, 'index.html')
  await access(document).catch((cause: unknown) => {
    throw new AppError(
      'unavailable',
      'The dashboard has not been built. Run “npm run build”, then start again.',
      { cause },
    )
  })
  const clerk = clerkOrigin === null ? [] : [clerkOrigin]
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        // The last is the captcha that Clerk shows to robots.
        scriptSrc: ["'self'", ...clerk, 'https://challenges.cloudflare.com'],
        connectSrc: ["'self'", ...clerk],
        imgSrc: ["'self'", 'data:', 'https://img.clerk.com', 'https://cdn.discordapp.com'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'", 'blob:'],
        frameSrc: ['https://challenges.cloudflare.com'],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        formAction: ["'self'"],
      },
      referrerPolicy: 'same-origin',
      // The operator's other subdomains are none of our business.
      strictTransportSecurity: 'max-age=15552000',
      // Signing in with Discord comes back through another origin's window.
      crossOriginOpenerPolicy: 'same-origin-allow-popups',
    }),
  )
  app.use('/assets/*', async (c, next) => {
    await next()
    if (c.res.ok) c.header('Cache-Control', 'public, max-age=31536000, immutable')
  })
  app.get('/assets/*', serveStatic({ root: dir }), (c) => c.notFound())
  app.get('/favicon.svg', serveStatic({ root: dir }))
  // What programs look for is no page of ours.
  app.get('/.well-known/*', (c) => c.notFound())
  // Read anew each time: a build made while the server runs names other files.
  app.get('*', async (c) => c.html(await readFile(document, 'utf8'), 200, { 'Cache-Control': 'no-cache' }))
  return app
}
