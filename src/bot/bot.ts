import { Events, REST } from 'discord.js'
import type { Client, Interaction } from 'discord.js'
import type { Tracker } from '#shared/context.ts'
import type { FollowBatch } from '#shared/events/relay.ts'
import type { Job } from '#shared/jobs/job.ts'
import type { DiscordMessage } from '#shared/webhooks/message.ts'
import { createCardUpdates } from './card-updates.ts'
import { commands } from './commands.ts'
import { dashboardAt } from './dashboard.ts'
import { connectDiscordRest } from './discord-port.ts'
import { createDispatch } from './dispatch.ts'
import { connectGateway } from './gateway.ts'
import { registerCommands } from './registration.ts'
import { webhookMessages } from './webhook-message.ts'

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
  /**
   * Registers the commands if they have changed, connects, and resolves once Discord sends interactions. While Discord
   * is away it keeps trying, until it is stopped; it rejects when Discord refuses the token.
   */
  start(): Promise<void>
  /** Takes no more interactions, finishes those under way, and disconnects. */
  stop(): Promise<void>
  /** Work for a worker; it uses REST only, so that the worker needs no gateway connection. */
  jobs: Job[]
  /** The jobs that follow from what happened. */
  follow: FollowBatch
  /** How webhooks tell Discord of an event. */
  webhookMessage: DiscordMessage
}

export function createBot({ tracker, token, apiUrl, publicUrl }: BotOptions): Bot {
  const { log } = tracker
  const dashboard = dashboardAt({ publicUrl, apiUrl })
  const rest = new REST({ api: apiUrl, version: '10' }).setToken(token)
  const { applicationId } = connectDiscordRest({ token, apiUrl })
  const cards = createCardUpdates({ tracker, dashboard, rest })
  const dispatch = createDispatch({ tracker, dashboard, commands, cards })
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  let client: Client | null = null

  function take(interaction: Interaction): void {
    const work = dispatch(interaction).finally(() => underWay.delete(work))
    underWay.add(work)
  }

  return {
    jobs: [cards.job],
    follow: cards.follow,
    webhookMessage: webhookMessages(dashboard),

    async start() {
      const { signal } = stopping
      const prepare = async () =>
        registerCommands(tracker, { rest, applicationId: await applicationId(), commands })
      const connected = await connectGateway({ token, apiUrl, log, take, signal, prepare })
      if (signal.aborted) await connected?.destroy()
      else client = connected
    },

    async stop() {
      stopping.abort()
      client?.off(Events.InteractionCreate, take)
      const { promise: tooLong, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, finishMs)
      await Promise.race([Promise.allSettled(underWay), tooLong])
      clearTimeout(timer)
      await client?.destroy()
    },
  }
}
