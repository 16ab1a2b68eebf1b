import { Hono, type Context } from 'hono'

import { readMessageForm } from '../forms/message-form.ts'
import type { DiscordParts } from '../parts.ts'
import { has, permissionsInChannel } from '../permissions.ts'
import { presentMessage } from '../message-presenters.ts'
import { presentChannel } from '../presenters.ts'
import type { ChannelRecord, MessageRecord } from '../records.ts'
import { refusals } from '../refusals.ts'
import type { PermissionName } from '../seed.ts'
import { pathId, queryNumber } from './path-ids.ts'
import { readBody } from './request-body.ts'

/** Channels and the messages in them, as far as the bot may. Source: "Channel" and "Message". */
export function channelRoutes({ state, messages }: DiscordParts): Hono {
  const app = new Hono()

  /** The channel of the path, seen by the bot. Throws 10003, or 50001 when the bot may not see it. */
  function channelOf(c: Context): ChannelRecord {
    const channel = state.getChannel(pathId(c, 'channelId'))
    if (!state.canSeeChannel(channel, state.botId)) throw refusals.missingAccess()
    return channel
  }

  function assertMay(channel: ChannelRecord, permission: PermissionName): void {
    const bits = permissionsInChannel(state.guildOf(channel), channel, state.botId)
    if (!has(bits, permission)) throw refusals.missingPermissions()
  }

  /** Nobody but the two of them can be written to privately, and only those who share a guild with the bot. */
  function assertReachable(channel: ChannelRecord): void {
    if (channel.guildId !== null) return
    const shared = state.guildsOf(state.botId).some((guild) => state.isMember(guild, channel.recipientId))
    if (!shared || !state.getUser(channel.recipientId).acceptsDirectMessages)
      throw refusals.cannotMessageUser()
  }

  /** Ephemeral messages cannot be reached through their channel. */
  function messageOf(c: Context, channel: ChannelRecord): MessageRecord {
    const message = state.getMessage(channel.id, pathId(c, 'messageId'))
    if (message.ephemeralFor !== null) throw refusals.unknownMessage()
    return message
  }

  app.get('/channels/:channelId', (c) => c.json(presentChannel(state, channelOf(c))))
  app.post('/channels/:channelId/typing', (c) => {
    assertMay(channelOf(c), 'SendMessages')
    return c.body(null, 204)
  })

  app.get('/channels/:channelId/messages', (c) => {
    const channel = channelOf(c)
    const limit = queryNumber(c, 'limit', { least: 1, most: 100, absent: 50 })
    const before = c.req.query('before')
    const after = c.req.query('after')
    const mayRead = has(
      permissionsInChannel(state.guildOf(channel), channel, state.botId),
      'ReadMessageHistory',
    )
    const found = [...state.messagesOf(channel.id).values()].filter(
      ({ id, ephemeralFor }) =>
        mayRead &&
        ephemeralFor === null &&
        (before === undefined || BigInt(id) < BigInt(before)) &&
        (after === undefined || BigInt(id) > BigInt(after)),
    )
    // The page lies next to the given message, and is told newest first either way.
    const page = after === undefined ? found.slice(-limit) : found.slice(0, limit)
    return c.json(page.toReversed().map((message) => presentMessage(state, message)))
  })

  app.post('/channels/:channelId/messages', async (c) => {
    const channel = channelOf(c)
    assertMay(channel, 'SendMessages')
    assertReachable(channel)
    const { body, files } = await readBody(c.req.raw)
    if (files.length > 0) assertMay(channel, 'AttachFiles')
    const form = await readMessageForm('create', body, { files: files.length, existing: null })
    const message = await messages.post({ channelId: channel.id, authorId: state.botId, form, files })
    return c.json(presentMessage(state, message))
  })

  app.get('/channels/:channelId/messages/:messageId', (c) => {
    const channel = channelOf(c)
    assertMay(channel, 'ReadMessageHistory')
    return c.json(presentMessage(state, messageOf(c, channel)))
  })

  app.patch('/channels/:channelId/messages/:messageId', async (c) => {
    const message = messageOf(c, channelOf(c))
    if (message.authorId !== state.botId) throw refusals.cannotEditOthers()
    const { body, files } = await readBody(c.req.raw)
    const form = await readMessageForm('edit', body, { files: files.length, existing: message })
    return c.json(presentMessage(state, await messages.edit(message, form, files)))
  })

  app.delete('/channels/:channelId/messages/:messageId', async (c) => {
    const channel = channelOf(c)
    const message = messageOf(c, channel)
    if (message.authorId !== state.botId) assertMay(channel, 'ManageMessages')
    await messages.remove(message)
    return c.body(null, 204)
  })
  return app
}
