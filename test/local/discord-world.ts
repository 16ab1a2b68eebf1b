import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'
import { Client, Events, GatewayIntentBits, REST, type ClientOptions } from 'discord.js'
import { onTestFinished } from 'vitest'

import {
  createLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from '#local/discord/local-discord.ts'
import type { DiscordSeed } from '#local/discord/seed.ts'

const SEED: DiscordSeed = {
  users: [
    { username: 'ada', globalName: 'Ada Lovelace', about: 'owner of the guild' },
    { username: 'bob', globalName: 'Bob' },
    { username: 'eve', globalName: 'Eve' },
  ],
  guilds: [
    {
      name: 'Workshop',
      owner: 'ada',
      roles: [
        { name: 'triage', color: 0x2e7d32 },
        { name: 'managers', permissions: ['ManageGuild'] },
      ],
      members: [{ user: 'bob', roles: ['triage'] }],
      channels: [
        { name: 'general', topic: 'Everything' },
        { name: 'owners', overwrites: [{ role: '@everyone', deny: ['ViewChannel'] }] },
      ],
    },
  ],
}

export interface DiscordWorld {
  discord: LocalDiscord
  /** A second look at the same server, over plain HTTP. */
  url: string
  /** A real discord.js client, ready. */
  connect: (options?: Partial<ClientOptions>) => Promise<Client<true>>
  /** discord.js' REST client, without retries so that a refusal is seen at once. */
  rest: REST
  guildId: string
  generalId: string
}

/** Stands in the way to Discord: sends requests on, or does not, and answers what it likes. */
export type InTheWay = (
  request: Request,
  answer: (request: Request) => Promise<Response>,
) => Promise<Response>

export interface DiscordWorldOptions extends Partial<LocalDiscordOptions> {
  inTheWay?: InTheWay
}

/** A local Discord on a free port, with a guild, three people and a bot; gone when the test is. */
export async function discordWorld({
  inTheWay = (request, answer) => answer(request),
  ...options
}: DiscordWorldOptions = {}): Promise<DiscordWorld> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/__discord`
  const discord = await createLocalDiscord({ url, seed: SEED, ...options })
  const answer = getRequestListener((request) => inTheWay(request, async (passed) => discord.fetch(passed)))
  server.on('request', (request, response) => void answer(request, response))
  server.on('upgrade', (request, socket, head) => {
    if (!discord.upgrade(request, socket, head)) socket.destroy()
  })
  onTestFinished(() => stop(server, discord))

  const guildId = discord.findGuild('Workshop').id
  return {
    discord,
    url,
    connect: (options) => connect(discord, options),
    rest: new REST({ api: discord.apiUrl, version: '10', retries: 0 }).setToken(discord.token),
    guildId,
    generalId: discord.findChannel(guildId, 'general').id,
  }
}

async function connect(discord: LocalDiscord, options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: discord.apiUrl, version: '10', retries: 0 },
    ...options,
  })
  onTestFinished(() => client.destroy())
  const { promise: ready, resolve } = Promise.withResolvers<Client<true>>()
  client.once(Events.ClientReady, resolve)
  await client.login(discord.token)
  return ready
}

async function stop(server: Server, discord: LocalDiscord): Promise<void> {
  await discord.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
