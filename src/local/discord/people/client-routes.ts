import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'

import type { ClientAnswer, ClientEvent } from '../client-api.ts'
import type { Happening } from '../happenings.ts'
import type { DiscordParts } from '../parts.ts'
import { invalidForm } from '../refusals.ts'
import { readBody } from '../rest/request-body.ts'
import { presentAccount } from './client-presenters.ts'
import { LocalPerson } from './local-person.ts'

const KEEP_ALIVE_MS = 20_000

const OptionValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const NewMessage = z.object({ content: z.string() })
const Interaction = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('command'),
    guildId: z.string().nullable(),
    channelId: z.string(),
    name: z.string(),
    options: OptionValues,
    targetId: z.string().optional(),
  }),
  z.object({
    type: z.literal('autocomplete'),
    guildId: z.string().nullable(),
    channelId: z.string(),
    name: z.string(),
    options: OptionValues,
    focused: z.string(),
  }),
  z.object({
    type: z.literal('component'),
    channelId: z.string(),
    messageId: z.string(),
    customId: z.string(),
    values: z.array(z.string()).optional(),
  }),
  z.object({
    type: z.literal('modal'),
    interactionId: z.string(),
    customId: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
])

/** Serves the contract of client-api.ts, to be mounted at `…/client`. */
export function clientRoutes(parts: DiscordParts): Hono {
  const { state } = parts
  const app = new Hono()
  const basePath = new URL(state.url).pathname.replace(/\/$/, '')

  /** Who is asking. A browser's EventSource cannot send headers, hence the query for it. */
  function personOf(c: Context): LocalPerson {
    return new LocalPerson(parts, c.req.header('x-account') ?? c.req.query('account') ?? '')
  }

  async function read<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
    const { body } = await readBody(c.req.raw)
    const result = schema.safeParse(body)
    if (result.success) return result.data
    throw invalidForm(
      result.error.issues.map((issue) => ({
        path: issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
        code: 'CLIENT_BODY_INVALID',
        message: issue.message,
      })),
    )
  }

  app.get('/accounts', (c) =>
    c.json(
      [...state.users.values()].filter((user) => !user.bot).map((user) => presentAccount(basePath, user)),
    ),
  )
  app.get('/bot', (c) =>
    c.json({ ...presentAccount(basePath, state.getUser(state.botId)), online: parts.gateway.online }),
  )
  app.get('/guilds', (c) => c.json(personOf(c).guilds()))
  app.get('/guilds/:guildId/commands', (c) => c.json(personOf(c).commands(c.req.param('guildId'))))
  app.get('/commands', (c) => c.json(personOf(c).commands(null)))
  app.get('/directs', (c) => c.json(personOf(c).directs()))
  app.post('/directs', (c) => c.json(personOf(c).openDirect(), 201))

  app.get('/channels/:channelId/messages', (c) =>
    c.json(personOf(c).messages(c.req.param('channelId'), c.req.query('before'))),
  )
  app.post('/channels/:channelId/messages', async (c) => {
    const { content } = await read(c, NewMessage)
    return c.json(await personOf(c).write(c.req.param('channelId'), content), 201)
  })
  app.delete('/channels/:channelId/messages/:messageId', async (c) => {
    await personOf(c).remove(c.req.param('channelId'), c.req.param('messageId'))
    return c.body(null, 204)
  })

  app.post('/interactions', async (c) => c.json(await interact(personOf(c), await read(c, Interaction))))

  app.get('/events', (c) => {
    const person = personOf(c)
    return streamSSE(c, async (stream) => {
      const ended = Promise.withResolvers<void>()
      const write = (text: Promise<unknown>) => void text.catch(() => ended.resolve())
      const stop = state.happenings.listen((happening) => {
        const event = clientEvent(parts, person, happening)
        if (event !== null) write(stream.writeSSE({ data: JSON.stringify(event) }))
      })
      // Told first, so that the page knows from the beginning whether the bot is there.
      const presence: ClientEvent = { type: 'bot.presence', online: parts.gateway.online }
      write(stream.writeSSE({ data: JSON.stringify(presence) }))
      const alive = setInterval(() => write(stream.write(': alive\n\n')), KEEP_ALIVE_MS)
      stream.onAbort(() => ended.resolve())
      await ended.promise
      clearInterval(alive)
      stop()
    })
  })
  return app
}

function interact(person: LocalPerson, interaction: z.infer<typeof Interaction>): Promise<ClientAnswer> {
  switch (interaction.type) {
    case 'command':
      return person.command(interaction.name, interaction.options, interaction, interaction.targetId)
    case 'autocomplete':
      return person.autocomplete(interaction.name, interaction.options, interaction.focused, interaction)
    case 'component': {
      const message = { id: interaction.messageId, channel_id: interaction.channelId }
      return person.press(message, interaction.customId, interaction.values)
    }
    case 'modal': {
      const modal = { interactionId: interaction.interactionId, modal: { custom_id: interaction.customId } }
      return person.submit(modal, interaction.fields)
    }
  }
}

/** What of a happening this person's app is told. */
function clientEvent({ state }: DiscordParts, person: LocalPerson, happening: Happening): ClientEvent | null {
  switch (happening.type) {
    case 'message.created':
    case 'message.updated': {
      const { type, message } = happening
      if (!state.canSeeMessage(message, person.id)) return null
      return { type, channelId: message.channelId, message: person.present(message) }
    }
    case 'message.deleted': {
      const { message } = happening
      if (!state.canSeeMessage(message, person.id)) return null
      return { type: 'message.deleted', channelId: message.channelId, messageId: message.id }
    }
    case 'commands.changed':
    case 'bot.presence':
      return happening
    default:
      return null
  }
}
