import { setTimeout as pause } from 'node:timers/promises'
import {
  Client,
  DiscordAPIError,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayIntentBits,
  Options,
} from 'discord.js'
import type { Interaction } from 'discord.js'
import type { Logger } from 'pino'
import { sendingAnswersOnce } from './repeated-answers.ts'

const firstPauseMs = 1_000
const longestPauseMs = 30_000

export interface GatewayOptions {
  token: string
  apiUrl: string
  log: Logger
  take: (interaction: Interaction) => void
  /** Ends the attempts. */
  signal: AbortSignal
  /** What has to be done beforehand, each time. */
  prepare: () => Promise<void>
}

/**
 * Connects, and tries again with growing pauses while Discord is away; what Discord refuses, such as a wrong token,
 * it would refuse again. Later interruptions are discord.js' own to mend. Rejects when refused; null when aborted.
 */
export async function connectGateway(options: GatewayOptions): Promise<Client | null> {
  const { log, signal } = options
  let pauseMs = firstPauseMs
  while (!signal.aborted) {
    try {
      await options.prepare()
      return await connect(options)
    } catch (error) {
      if (signal.aborted) break
      if (isRefusal(error)) throw error
      log.warn({ err: error, pauseMs }, 'Discord cannot be reached, and is tried again')
      await rest(pauseMs, signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  return null
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function connect({ token, apiUrl, log, take, signal }: GatewayOptions): Promise<Client> {
  const client = new Client({
    // Guilds, their roles and channels; it is not a privileged intent.
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    // Answers to interactions are exempt from Discord's global limit, which discord.js would hold them to.
    rest: {
      api: apiUrl,
      version: '10',
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
      makeRequest: sendingAnswersOnce(),
    },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: 100,
    }),
  })
  client.on(Events.InteractionCreate, take)
  client.on(Events.Error, (error) => log.error({ err: error }, 'The connection to Discord failed'))
  client.on(Events.Warn, (warning) => log.warn(warning))
  client.on(Events.ShardDisconnect, ({ code }) => log.warn({ code }, 'Discord closed the connection'))
  client.on(Events.ShardReconnecting, () => {
    // discord.js says so of a connection that is being ended as well.
    if (!signal.aborted) log.info('Reconnecting to Discord')
  })
  client.on(Events.Invalidated, () => log.error('Discord has ended the session; start the bot again'))
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  client.once(Events.ClientReady, () => resolve())
  try {
    await client.login(token)
    await ready
    return client
  } catch (error) {
    await client.destroy()
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof DiscordjsError) return error.code === DiscordjsErrorCodes.TokenInvalid
  return error instanceof DiscordAPIError && error.status < 500 && error.status !== 429
}
