import { readConfig } from '#shared/config.ts'
import { startSnag } from '../src/snag.ts'
import { freePort } from './free-port.ts'
import { serve } from './server-process.ts'

// The product as it starts in production, but for the bot: the API, with the relay and the jobs beside it.
await serve(async ({ databaseUrl, dataDir, clerk, origin }) => {
  const port = await freePort()
  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: origin,
    DATABASE_URL: databaseUrl,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_JWT_KEY: clerk.jwtKey,
    CLERK_API_URL: clerk.apiUrl,
    // Nobody is there: no issue is shown in a server, so nothing is sent.
    DISCORD_TOKEN: `${Buffer.from('900000000000000001').toString('base64')}.bench.bench`,
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    SNAG_DATA_DIR: dataDir,
    SNAG_ROLES: 'api,bot,worker',
    SNAG_LIVE_STREAMS_PER_USER: '5000',
    // What is measured is how fast it is, not when it has had enough.
    SNAG_RATE_LIMIT_READS: '0',
    SNAG_RATE_LIMIT_WRITES: '0',
    LOG_LEVEL: 'warn',
  })
  // In production nothing is a stand-in, so no request has to be looked at for whether it comes from this machine.
  const snag = await startSnag({ ...config, local: false, parts: new Set(['api', 'worker']) })
  // Whoever is killed keeps the jobs it was at, which would then be done by nobody for hours.
  return { port, stop: () => snag.stop() }
})
