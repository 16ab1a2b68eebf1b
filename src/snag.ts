import { join } from 'node:path'
import { createApi } from '#api/app.ts'
import { dashboard } from '#api/dashboard.ts'
import type { OnAnswered } from '#api/observed.ts'
import type { PageConfig } from '#api/page-config.ts'
import { serveHttp } from '#api/server.ts'
import { createBot } from '#bot/bot.ts'
import { connectDiscordRest } from '#bot/discord-port.ts'
import type { ClerkSettings, Config, DiscordSettings } from '#shared/config.ts'
import type { Tracker } from '#shared/context.ts'
import { openDatabase } from '#shared/db/database.ts'
import { applyMigrations, migrationStatus } from '#shared/db/migrations.ts'
import { AppError } from '#shared/errors.ts'
import { orphansJob } from '#shared/attachments/orphans.ts'
import { startRelay } from '#shared/events/relay.ts'
import { openFiles } from '#shared/files/files.ts'
import { forgetMessagesJob } from '#shared/identity/clerk-messages.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { deleteAtClerkJob, followAccounts } from '#shared/identity/erasing.ts'
import { purgeRequestsJob } from '#shared/idempotency/purge.ts'
import { claimInstallation } from '#shared/installation.ts'
import { createImporter } from '#shared/imports/importer.ts'
import { purgeJob } from '#shared/issues/purge.ts'
import { observeDatabase } from '#shared/metrics/database.ts'
import { createMetrics } from '#shared/metrics/metrics.ts'
import { observeReaders } from '#shared/metrics/readers.ts'
import { releaseJob } from '#shared/jobs/abandoned.ts'
import { migrateJobs, startWorker } from '#shared/jobs/worker.ts'
import { createSearchFollower } from '#shared/search/follow.ts'
import { createFeed } from '#shared/live/feed.ts'
import { followWebhooks } from '#shared/webhooks/follow.ts'
import { startWebhooks } from '#shared/webhooks/service.ts'
import { ensureHome, grantHomeAdmins } from '#shared/workspaces/home.ts'
import type { StandIns } from '#local/stand-ins.ts'
import { v7 as uuidv7 } from 'uuid'
import { banner } from './banner.ts'
import { clerkOriginOf, identityOf } from './credentials.ts'
import { entrance } from './entrance.ts'
import { openLog } from './log.ts'

export interface Snag {
  /** What to tell whoever started it. */
  banner: string
  /** Finishes what is under way, then lets go of everything; the reverse of starting. */
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..')
/** How long the start waits for Discord before it says that everything else is there. */
const patienceMs = 5_000

/**
 * Builds the services, opens the doors of this process's parts, and says what is real and what is a stand-in.
 * `onAnswered` is told of each request.
 */
export async function startSnag(config: Config, onAnswered: OnAnswered = () => {}): Promise<Snag> {
  const closing = new AsyncDisposableStack()
  try {
    return await open(config, onAnswered, closing)
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

async function open(config: Config, onAnswered: OnAnswered, closing: AsyncDisposableStack): Promise<Snag> {
  const log = openLog(config)
  const loopbackUrl = `http://127.0.0.1:${config.port}`

  const databaseUrl = config.databaseUrl ?? (await startLocalPostgres(config, closing))
  const migrations = { dir: join(root, 'prisma/migrations') }
  await applyMigrations({ url: databaseUrl, ...migrations })
  const db = openDatabase({
    url: databaseUrl,
    onIdleError: (error) => log.warn({ err: error }, 'An idle database connection broke'),
  })
  closing.defer(() => db.close())

  const standIns = await createStandIns(config, loopbackUrl, closing)
  const clerk = config.clerk ?? localClerk(standIns, loopbackUrl)
  const discord = config.discord ?? localDiscord(standIns, loopbackUrl)
  await claimInstallation(db, identityOf(clerk, discord, standIns))

  const rest = connectDiscordRest(discord)
  const files = await openFiles({ db, dataDir: config.dataDir, s3: config.s3, now: clock() })
  const relaying = config.parts.has('worker')
  let wake = () => {}
  const tracker: Tracker = {
    db,
    clerk: connectClerk({ ...clerk, ...issuerOf(config, clerk), authorizedParties: config.origins, clock }),
    discord: rest.port,
    linking: config.linking,
    local: config.local,
    relay: { wake: () => wake() },
    files,
    clock,
    newId: uuidv7,
    log,
    metrics: createMetrics(),
  }
  observeDatabase(tracker.metrics, db, log)
  const search = createSearchFollower({ db })
  const jobs = [
    purgeJob(tracker),
    orphansJob(tracker),
    purgeRequestsJob(tracker),
    forgetMessagesJob(tracker),
    deleteAtClerkJob(tracker),
    releaseJob(tracker),
  ]
  const bot = createBot({ tracker, publicUrl: config.publicUrl, ...discord })
  const homeId = await ensureHome(tracker)
  await migrateJobs(db.pool)

  if (config.parts.has('api')) {
    const assertReady = async () => {
      await db.pool.query('select 1')
      const { pending, failed } = await migrationStatus(db.pool, migrations)
      if (pending.length + failed.length > 0)
        throw new AppError('unavailable', 'The database is being migrated.')
    }
    const live = createFeed({ tracker, limits: config.live })
    observeReaders(tracker.metrics, live)
    const api = createApi({
      tracker,
      live,
      page: pageConfig(config, clerk, standIns),
      origins: config.origins,
      assertReady,
      metricsToken: config.metricsToken,
      rateLimits: config.rateLimits,
      proxies: config.proxies,
      onAnswered,
    })
    const pages = await dashboard({
      dir: config.pagesDir === null ? join(root, 'web/dist') : join(config.pagesDir, 'web'),
      clerkOrigin: standIns?.clerk ? null : clerkOriginOf(clerk),
    })
    const server = await serveHttp({
      ...(await entrance({ config, api, pages, standIns })),
      host: config.host,
      port: config.port,
    })
    closing.defer(() => server.close())
    // Before the server, which waits for what is under way, and a stream would go on.
    closing.defer(() => live.stop())
  }

  if (standIns !== null) {
    const { furnish } = await import('#local/demo.ts')
    await furnish(tracker, homeId, standIns)
  }
  await grantHomeAdmins(tracker, homeId, config.adminClerkIds)

  if (relaying) {
    const importer = createImporter(tracker)
    const relay = startRelay({
      pool: db.pool,
      follow: (event) => [...followAccounts(event), ...search.follow(event), ...importer.follow(event)],
      followBatch: () => {
        const webhooks = followWebhooks(tracker)
        return async (client, events) => [
          ...(await webhooks(client, events)),
          ...(await bot.follow(client, events)),
        ]
      },
      log,
    })
    wake = relay.wake
    closing.defer(() => relay.stop())
    const worker = await startWorker(db.pool, [...jobs, ...search.jobs, ...bot.jobs, ...importer.jobs], log)
    closing.defer(() => worker.stop())
    // Before the worker, which waits for what is under way, and an import may take minutes.
    closing.defer(() => importer.stop())
    const webhooks = await startWebhooks(tracker, bot.webhookMessage)
    closing.defer(() => webhooks.stop())
  }
  if (config.parts.has('bot')) {
    closing.defer(() => bot.stop())
    const started = bot.start().catch((error: unknown) => log.error({ err: error }, 'The bot cannot start'))
    await Promise.race([started, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())])
  }
  return { banner: banner(config, standIns), stop: () => closing.disposeAsync() }
}

const clock = () => new Date()

async function startLocalPostgres(config: Config, closing: AsyncDisposableStack): Promise<string> {
  const { startPostgres } = await import('#local/postgres/start-postgres.ts')
  const postgres = await startPostgres({ dataDir: config.dataDir })
  closing.defer(() => postgres.stop())
  return postgres.url
}

async function createStandIns(
  config: Config,
  loopbackUrl: string,
  closing: AsyncDisposableStack,
): Promise<StandIns | null> {
  const missing = { clerk: config.clerk === null, discord: config.discord === null }
  if (!missing.clerk && !missing.discord) return null
  const { createStandIns } = await import('#local/stand-ins.ts')
  const { publicUrl, origins, dataDir, pagesDir } = config
  const standIns = await createStandIns({ missing, publicUrl, loopbackUrl, origins, dataDir, pagesDir })
  closing.defer(() => standIns.close())
  return standIns
}

function localClerk(standIns: StandIns | null, loopbackUrl: string): ClerkSettings {
  if (standIns?.clerk == null) throw new Error('There is neither a Clerk nor a stand-in for it.')
  const { secretKey, publishableKey, jwtKey, webhookSigningSecret } = standIns.clerk
  return { secretKey, publishableKey, jwtKey, webhookSigningSecret, apiUrl: `${loopbackUrl}/__clerk` }
}

/** A Clerk that somebody else serves on this machine is known by its key alone. */
function issuerOf(config: Config, clerk: ClerkSettings): { issuer?: string } {
  if (config.clerk === null) return { issuer: `${config.publicUrl}/__clerk` }
  return clerk.apiUrl === undefined ? { issuer: clerkOriginOf(clerk) } : {}
}

function localDiscord(standIns: StandIns | null, loopbackUrl: string): DiscordSettings {
  if (standIns?.discord == null) throw new Error('There is neither a Discord nor a stand-in for it.')
  const { token, publicKey } = standIns.discord
  return { token, publicKey, apiUrl: `${loopbackUrl}/__discord/api` }
}

function pageConfig(config: Config, clerk: ClerkSettings, standIns: StandIns | null): PageConfig {
  return {
    clerkPublishableKey: clerk.publishableKey,
    clerkProxyUrl: standIns?.clerk ? '/__clerk' : null,
    local: config.local,
    linking: config.linking,
    playgroundUrl: standIns?.discord ? '/playground' : null,
    localAccounts: standIns?.clerk ? standIns.accounts : [],
  }
}
