import { Client, Events, GatewayIntentBits, Options, REST } from 'discord.js'
import type { Interaction } from 'discord.js'
import type { Tracker } from '#shared/context.ts'
import type { RelayedEvent } from '#shared/events/relay.ts'
import type { Job, JobRequest } from '#shared/jobs/job.ts'
import { createCardUpdates } from './card-updates.ts'
import { commands } from './commands.ts'
import { dashboardAt } from './dashboard.ts'
import { connectDiscordRest } from './discord-port.ts'
import { createDispatch } from './dispatch.ts'
import { registerCommands } from './registration.ts'

/** How long a stop waits for what is under way: a deferred answer is worth a few seconds. */
const finishMs = 5_000

export interface BotOptions {
  tracker: Tracker
  token: string
  apiUrl: string
  /** Where the dashboard is. */
  publicUrl: string
}

export interface Bot {
  /** Registers the commands if they have changed, connects, and resolves once Discord sends interactions. */
  start(): Promise<void>
  /** Takes no more interactions, finishes those under way, and disconnects. */
  stop(): Promise<void>
  /** Work for a worker; it uses REST only, so that the worker needs no gateway connection. */
  jobs: Job[]
  /** The jobs that follow from an event. */
  follow: (event: RelayedEvent) => JobRequest[]
}

export function createBot({ tracker, token, apiUrl, publicUrl }: BotOptions): Bot {
  const { log } = tracker
  const dashboard = dashboardAt(publicUrl)
  const rest = new REST({ api: apiUrl, version: '10' }).setToken(token)
  const cards = createCardUpdates({ tracker, dashboard, rest })
  const dispatch = createDispatch({ tracker, dashboard, commands, cards })
  const underWay = new Set<Promise<void>>()
  let client: Client | null = null

  function take(interaction: Interaction): void {
    const work = dispatch(interaction).finally(() => underWay.delete(work))
    underWay.add(work)
  }

  return {
    jobs: [cards.job],
    follow: cards.follow,

    async start() {
      const { applicationId } = connectDiscordRest({ token, apiUrl })
      await registerCommands(tracker, { rest, applicationId: await applicationId(), commands })
      client = connect(apiUrl)
      client.on(Events.InteractionCreate, take)
      client.on(Events.Error, (error) => log.error({ err: error }, 'The connection to Discord failed'))
      client.on(Events.Warn, (warning) => log.warn(warning))
      client.on(Events.ShardDisconnect, ({ code }) => log.warn({ code }, 'Discord closed the connection'))
      client.on(Events.ShardReconnecting, () => log.info('Reconnecting to Discord'))
      const { promise: ready, resolve } = Promise.withResolvers<void>()
      client.once(Events.ClientReady, () => resolve())
      await client.login(token)
      await ready
    },

    async stop() {
      client?.off(Events.InteractionCreate, take)
      const { promise: tooLong, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, finishMs)
      await Promise.race([Promise.allSettled(underWay), tooLong])
      clearTimeout(timer)
      await client?.destroy()
    },
  }
}

/** Only the intent that tells of guilds, their roles and channels; it is not privileged. */
function connect(apiUrl: string): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    // Answers to interactions are exempt from Discord's global limit, which discord.js would hold them to.
    rest: { api: apiUrl, version: '10', globalRequestsPerSecond: Number.POSITIVE_INFINITY },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: 100,
    }),
  })
}
