import { serve } from '@hono/node-server'
import type { ServerType } from '@hono/node-server'
import type { APIApplicationCommand } from 'discord-api-types/v10'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type {
  ClientAccount,
  ClientAnswer,
  ClientChannel,
  ClientEvent,
  ClientGuild,
  ClientInteraction,
  ClientMessage,
} from '#local/discord/client-api.ts'
import { playground } from '#local/discord/playground.ts'

export interface FakeWorld {
  accounts: ClientAccount[]
  guilds: ClientGuild[]
  directs: ClientChannel[]
  commands: APIApplicationCommand[]
  messages: ClientMessage[]
  /** What a message typed by an account becomes. */
  written: (channelId: string, accountId: string, content: string) => ClientMessage
  /** What the bot answers. */
  answer: (interaction: ClientInteraction, accountId: string) => ClientAnswer | Promise<ClientAnswer>
}

/**
 * Speaks the client's side of the local Discord from a script, so that the page can be looked at in states which
 * a working bot does not get into.
 */
export class FakeClientServer {
  readonly world: FakeWorld
  /** Everything the page asked of the bot, in order. */
  readonly interactions: ClientInteraction[] = []
  readonly #streams = new Set<{ accountId: string; send: (event: ClientEvent) => Promise<void> }>()
  readonly #server: ServerType
  #botOnline = true

  constructor(world: FakeWorld, built?: string) {
    this.world = world
    const app = new Hono()
    app.route('/', playground(built))
    app.route('/__discord/client', this.#api())
    this.#server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
    return `http://127.0.0.1:${address.port}`
  }

  async emit(event: ClientEvent): Promise<void> {
    if (event.type === 'bot.presence') this.#botOnline = event.online
    await Promise.all([...this.#streams].map((stream) => stream.send(event)))
  }

  /** Breaks every event stream, as a restart of the server does. */
  dropStreams(): void {
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections()
  }

  async close(): Promise<void> {
    this.dropStreams()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #api(): Hono {
    const { world } = this
    const app = new Hono()
    app.get('/accounts', (c) => c.json(world.accounts))
    app.get('/guilds', (c) => c.json(world.guilds))
    app.get('/directs', (c) => c.json(world.directs))
    app.post('/directs', (c) => c.json(world.directs[0], 201))
    app.get('/commands', (c) => c.json(world.commands))
    app.get('/guilds/:id/commands', (c) => c.json(world.commands))
    app.get('/channels/:id/messages', (c) => {
      const inChannel = world.messages.filter((message) => message.channel_id === c.req.param('id'))
      const before = c.req.query('before')
      const end = before ? inChannel.findIndex(({ id }) => id === before) : inChannel.length
      return c.json(inChannel.slice(Math.max(0, end - 50), end))
    })
    app.post('/channels/:id/messages', async (c) => {
      const { content } = await c.req.json<{ content: string }>()
      const message = world.written(c.req.param('id'), c.req.header('x-account') ?? '', content)
      world.messages.push(message)
      await this.emit({ type: 'message.created', channelId: message.channel_id, message })
      return c.json(message, 201)
    })
    app.delete('/channels/:channel/messages/:id', async (c) => {
      const { channel: channelId, id: messageId } = c.req.param()
      world.messages = world.messages.filter(({ id }) => id !== messageId)
      await this.emit({ type: 'message.deleted', channelId, messageId })
      return c.body(null, 204)
    })
    app.post('/interactions', async (c) => {
      const interaction = await c.req.json<ClientInteraction>()
      this.interactions.push(interaction)
      return c.json(await world.answer(interaction, c.req.header('x-account') ?? ''))
    })
    app.get('/events', (c) =>
      streamSSE(c, async (stream) => {
        const send = (event: ClientEvent) => stream.writeSSE({ data: JSON.stringify(event) })
        const entry = { accountId: c.req.query('account') ?? '', send }
        this.#streams.add(entry)
        await send({ type: 'bot.presence', online: this.#botOnline })
        await new Promise<void>((resolve) => stream.onAbort(resolve))
        this.#streams.delete(entry)
      }),
    )
    return app
  }
}
