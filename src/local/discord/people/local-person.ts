import type { APIApplicationCommand } from 'discord-api-types/v10'

import type {
  ClientAnswer,
  ClientChannel,
  ClientGuild,
  ClientMessage,
  ClientOptionValues,
} from '../client-api.ts'
import { checkMessage, type MessageForm } from '../forms/message-form.ts'
import type { InteractionOutcome, InteractionRequest } from '../pending-interaction.ts'
import type { DiscordParts } from '../parts.ts'
import { has, permissionsInChannel } from '../permissions.ts'
import type { ChannelRecord, MessageRecord } from '../records.ts'
import { refusals } from '../refusals.ts'
import { presentClientChannel, presentClientGuild, presentClientMessage } from './client-presenters.ts'
import { commandData } from './command-data.ts'
import { componentData } from './component-data.ts'
import { forgeRequest, type ForgedInteraction } from './forged-interactions.ts'
import { modalData, type ModalFields } from './modal-data.ts'
import { usableInDirect, usableInGuild } from './usable-commands.ts'

const MESSAGES_SHOWN = 50
const MOST_WAITED_MS = 15_000

export interface Where {
  guildId: string | null
  channelId: string
}

/**
 * What a person does in their app. Every method throws a `DiscordRefusal` where Discord would refuse before
 * asking the bot: for options that do not fit, components that are not there, channels out of sight.
 */
export class LocalPerson {
  readonly id: string
  readonly #parts: DiscordParts
  readonly #basePath: string

  /** Throws 10013 when there is no such user. */
  constructor(parts: DiscordParts, userId: string) {
    this.id = parts.state.getUser(userId).id
    this.#parts = parts
    this.#basePath = new URL(parts.state.url).pathname.replace(/\/$/, '')
  }

  guilds(): ClientGuild[] {
    const { state } = this.#parts
    return state.guildsOf(this.id).map((guild) => presentClientGuild(state, this.#basePath, guild, this.id))
  }

  /** The commands this person finds in a guild, or in direct messages. */
  commands(guildId: string | null): APIApplicationCommand[] {
    const { state } = this.#parts
    if (guildId === null) return usableInDirect(state)
    const guild = state.getGuild(guildId)
    if (!state.isMember(guild, this.id)) throw refusals.unknownGuild()
    return usableInGuild(state, guild, this.id)
  }

  /** Uses a command, by default in the first channel where the bot is. `targetId` is for context menus. */
  async command(
    name: string,
    options: ClientOptionValues = {},
    where: Where = this.#somewhere(),
    targetId?: string,
  ): Promise<ClientAnswer> {
    const channel = this.#channel(where.channelId)
    const { data, commandName } = commandData(
      this.#parts.state,
      this.#usable(channel),
      { name, options, targetId },
      { channel, userId: this.id },
    )
    return this.#ask({ ...this.#asker(channel), data, commandName })
  }

  /** Types into an option; `options` holds what is there so far, the focused one among them. */
  async autocomplete(
    name: string,
    options: ClientOptionValues,
    focused: string,
    where: Where = this.#somewhere(),
  ): Promise<ClientAnswer> {
    const channel = this.#channel(where.channelId)
    const { data, commandName, focusedType } = commandData(
      this.#parts.state,
      this.#usable(channel),
      { name, options, focused },
      { channel, userId: this.id },
    )
    return this.#ask({
      ...this.#asker(channel),
      data,
      commandName,
      ...(focusedType === null ? {} : { focusedType }),
    })
  }

  /** Presses a button, or with `values` chooses in a select. */
  async press(
    message: Pick<ClientMessage, 'id' | 'channel_id'>,
    customId: string,
    values?: string[],
  ): Promise<ClientAnswer> {
    const channel = this.#channel(message.channel_id)
    const record = this.#message(channel, message.id)
    const where = { channel, userId: this.id }
    const data = componentData(this.#parts.state, record, { customId, values }, where)
    return this.#ask({ ...this.#asker(channel), data, message: record })
  }

  /** Fills in a modal. Fields left out keep what they were filled with beforehand. */
  async submit(
    modal: { interactionId: string; modal: { custom_id: string } },
    fields: ModalFields,
  ): Promise<ClientAnswer> {
    const opener = this.#parts.interactions.findOf(this.id, modal.interactionId)
    const opened = opener?.outcome?.kind === 'modal' ? opener.outcome.modal : null
    if (opener === null || opened === null || opened.custom_id !== modal.modal.custom_id) {
      throw refusals.unknownInteraction()
    }
    const channel = this.#channel(opener.request.channelId)
    const { message } = opener.request
    return this.#ask({
      ...this.#asker(channel),
      data: modalData(this.#parts.state, opened, fields, { channel, userId: this.id }),
      trigger: opener.toRecord(),
      ...(message === undefined ? {} : { message }),
    })
  }

  /** Sends the bot an interaction which Discord would not let through, as a hostile app might try to. */
  async forge(forged: ForgedInteraction): Promise<ClientAnswer> {
    const { state } = this.#parts
    const channel = this.#channel(forged.channelId ?? this.#somewhere().channelId)
    return this.#ask({ ...this.#asker(channel), ...forgeRequest(state, channel, forged) })
  }

  /** Waits until a deferred answer has come, and gives the answer as it then is. Throws after 15 s. */
  async settled(answer: ClientAnswer): Promise<ClientAnswer> {
    const pending = this.#parts.interactions.findOf(this.id, answer.interactionId)
    if (pending === null || answer.kind === 'failed') return answer
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const error = new Error('The bot deferred its answer and never gave it')
    const timer = setTimeout(() => reject(error), MOST_WAITED_MS)
    try {
      await Promise.race([pending.completed, tooLate])
    } finally {
      clearTimeout(timer)
    }
    if (answer.kind !== 'message' && answer.kind !== 'updated') return answer
    const { original } = pending
    const kept = original !== null && this.#parts.state.messagesOf(original.channelId).has(original.id)
    if (original === null || !kept)
      return { kind: 'updated', interactionId: answer.interactionId, message: null }
    return { ...answer, message: this.present(original) }
  }

  /** Throws 50013 where this person may not write, 50035 and 50006 for what is too long or empty. */
  async write(channelId: string, content: string): Promise<ClientMessage> {
    const { state, messages } = this.#parts
    const channel = this.#channel(channelId)
    const bits = permissionsInChannel(state.guildOf(channel), channel, this.id)
    if (!has(bits, 'SendMessages')) throw refusals.missingPermissions()
    const form: MessageForm = { content }
    checkMessage(form, { files: 0, existing: null })
    return this.present(await messages.post({ channelId, authorId: this.id, form }))
  }

  /** The newest 50 messages this person can see (before `before`), oldest first. */
  messages(channelId: string, before?: string): ClientMessage[] {
    const { state } = this.#parts
    const channel = this.#channel(channelId)
    return [...state.messagesOf(channel.id).values()]
      .filter((message) => state.canSeeMessage(message, this.id))
      .filter((message) => before === undefined || BigInt(message.id) < BigInt(before))
      .slice(-MESSAGES_SHOWN)
      .map((message) => this.present(message))
  }

  /** Removes one's own message, or puts away an ephemeral one. Throws 50013 for another's. */
  async remove(channelId: string, messageId: string): Promise<void> {
    const message = this.#message(this.#channel(channelId), messageId)
    if (message.authorId !== this.id && message.ephemeralFor !== this.id) throw refusals.missingPermissions()
    await this.#parts.messages.remove(message)
  }

  /** The direct messages with the bot: one channel, or none yet. */
  directs(): ClientChannel[] {
    const channel = this.#parts.state.directOf(this.id)
    return channel === null ? [] : [presentClientChannel(this.#parts.state, channel)]
  }

  /** Opens the direct messages with the bot, as clicking on it does. */
  openDirect(): ClientChannel {
    return presentClientChannel(this.#parts.state, this.#parts.state.openDirect(this.id))
  }

  present(message: MessageRecord): ClientMessage {
    return presentClientMessage(this.#parts.state, this.#basePath, message)
  }

  async #ask(request: InteractionRequest): Promise<ClientAnswer> {
    const { id, outcome } = await this.#parts.interactions.ask(request)
    return this.#presentAnswer(id, outcome)
  }

  #presentAnswer(interactionId: string, outcome: InteractionOutcome): ClientAnswer {
    switch (outcome.kind) {
      case 'message':
        return { kind: 'message', interactionId, message: this.present(outcome.message) }
      case 'updated':
        return {
          kind: 'updated',
          interactionId,
          message: outcome.message === null ? null : this.present(outcome.message),
        }
      case 'modal':
        return { kind: 'modal', interactionId, modal: outcome.modal }
      case 'choices':
        return { kind: 'choices', interactionId, choices: outcome.choices }
      case 'failed':
        return { kind: 'failed', interactionId }
    }
  }

  #asker(channel: ChannelRecord): Pick<InteractionRequest, 'userId' | 'guildId' | 'channelId'> {
    return { userId: this.id, guildId: channel.guildId, channelId: channel.id }
  }

  #usable(channel: ChannelRecord): APIApplicationCommand[] {
    const { state } = this.#parts
    const guild = state.guildOf(channel)
    return guild === null ? usableInDirect(state) : usableInGuild(state, guild, this.id, channel)
  }

  #channel(channelId: string): ChannelRecord {
    const channel = this.#parts.state.getChannel(channelId)
    if (!this.#parts.state.canSeeChannel(channel, this.id)) throw refusals.missingAccess()
    return channel
  }

  #message(channel: ChannelRecord, messageId: string): MessageRecord {
    const message = this.#parts.state.getMessage(channel.id, messageId)
    if (!this.#parts.state.canSeeMessage(message, this.id)) throw refusals.unknownMessage()
    return message
  }

  /** The first channel this person sees in a guild where the bot is too. */
  #somewhere(): Where {
    const { state } = this.#parts
    for (const guild of state.guildsOf(this.id)) {
      if (!state.isMember(guild, state.botId)) continue
      const channel = state.channelsOf(guild).find((channel) => state.canSeeChannel(channel, this.id))
      if (channel !== undefined) return { guildId: guild.id, channelId: channel.id }
    }
    throw refusals.unknownChannel()
  }
}
