import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { createApi } from '#api/app.ts'
import { serveHttp } from '#api/server.ts'
import { openDatabase } from '#shared/db/database.ts'
import { createMetrics } from '#shared/metrics/metrics.ts'
import type { Tracker } from '#shared/context.ts'
import { openFiles } from '#shared/files/files.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { createFeed } from '#shared/live/feed.ts'
import { entrance } from '../src/entrance.ts'
import { serve } from './server-process.ts'

// The API as a process of SNAG_ROLES=api composes it in production: everything on, the dashboard's files aside.
await serve(async ({ databaseUrl, maxConnections, clerk, origin }) => {
  const log = pino({ level: 'warn', base: null })
  const db = openDatabase({
    url: databaseUrl,
    maxConnections,
    onIdleError: (error) => log.warn({ err: error }, 'An idle database connection broke'),
  })
  const clock = () => new Date()
  const tracker: Tracker = {
    db,
    clerk: connectClerk({ ...clerk, authorizedParties: [origin], clock }),
    discord: { guildRole: async () => 'unavailable' },
    linking: false,
    local: false,
    relay: { wake: () => {} },
    files: await openFiles({
      db,
      dataDir: await mkdtemp(join(tmpdir(), 'snag-bench-')),
      s3: null,
      now: clock(),
    }),
    clock,
    newId: uuidv7,
    log,
    metrics: createMetrics(),
  }
  const api = createApi({
    tracker,
    live: createFeed({ tracker, limits: { perProcess: 5_000, perUser: 5_000 } }),
    origins: [origin],
    page: {
      clerkPublishableKey: clerk.publishableKey,
      clerkProxyUrl: null,
      local: false,
      linking: false,
      playgroundUrl: null,
      localAccounts: [],
    },
    assertReady: async () => {
      await db.pool.query('select 1')
    },
  })
  const pages = { fetch: () => new Response(null, { status: 404 }) }
  const all = await entrance({ config: { local: false, origins: [origin] }, api, pages, standIns: null })
  const server = await serveHttp({
    fetch: (request, bindings) => all.fetch(request, bindings),
    host: '127.0.0.1',
    port: 0,
  })
  return server.port
})
