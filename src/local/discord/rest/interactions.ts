import { MessageFlags } from 'discord-api-types/v10'
import { Hono, type Context } from 'hono'

import { postAnswer, takeCallback } from '../callbacks.ts'
import { readMessageForm } from '../forms/message-form.ts'
import type { PendingInteraction } from '../pending-interaction.ts'
import type { DiscordParts } from '../parts.ts'
import { presentMessage } from '../message-presenters.ts'
import type { MessageRecord } from '../records.ts'
import { refusals } from '../refusals.ts'
import { pathId } from './path-ids.ts'
import { readBody } from './request-body.ts'

/**
 * Callbacks, and the follow-ups and edits made with an interaction's token. The token in the path is all the
 * authentication there is. Source: "Receiving and Responding" in Discord's reference.
 */
export function interactionRoutes(parts: DiscordParts): Hono {
  const { state, messages, interactions } = parts
  const app = new Hono()

  function pendingOf(c: Context): PendingInteraction {
    return interactions.getByWebhook(pathId(c, 'applicationId'), c.req.param('token') ?? '')
  }

  /** A message the interaction made, or the one its component was on. */
  function messageOf(c: Context, pending: PendingInteraction): MessageRecord {
    const id = c.req.param('messageId')
    const wanted = id === '@original' ? pending.original?.id : id
    const message = state.messagesOf(pending.request.channelId).get(wanted ?? '')
    const own = message?.interaction?.id === pending.id || message?.id === pending.original?.id
    if (message === undefined || !own) throw refusals.unknownMessage()
    return message
  }

  app.post('/interactions/:interactionId/:token/callback', async (c) => {
    const { body, files } = await readBody(c.req.raw)
    const request = { id: pathId(c, 'interactionId'), token: c.req.param('token'), body, files }
    const result = await takeCallback(parts, request)
    return c.req.query('with_response') === 'true' ? c.json(result) : c.body(null, 204)
  })

  app.post('/webhooks/:applicationId/:token', async (c) => {
    const pending = pendingOf(c)
    const { body, files } = await readBody(c.req.raw)
    const form = await readMessageForm('followUp', body, { files: files.length, existing: null })
    const { original } = pending
    // The first follow-up takes the place of a deferred answer, and is seen by whom that was promised to.
    const message =
      original !== null && (original.flags & MessageFlags.Loading) !== 0
        ? await messages.edit(original, form, files)
        : await postAnswer(messages, pending, {
            form,
            files,
            ephemeral: ((form.flags ?? 0) & MessageFlags.Ephemeral) !== 0,
          })
    pending.complete()
    return c.json(presentMessage(state, message))
  })

  const path = '/webhooks/:applicationId/:token/messages/:messageId'
  app.get(path, (c) => c.json(presentMessage(state, messageOf(c, pendingOf(c)))))
  app.patch(path, async (c) => {
    const pending = pendingOf(c)
    const message = messageOf(c, pending)
    const { body, files } = await readBody(c.req.raw)
    const form = await readMessageForm('followUpEdit', body, { files: files.length, existing: message })
    await messages.edit(message, form, files)
    pending.complete()
    return c.json(presentMessage(state, message))
  })
  app.delete(path, async (c) => {
    const pending = pendingOf(c)
    await messages.remove(messageOf(c, pending))
    pending.complete()
    return c.body(null, 204)
  })
  return app
}
