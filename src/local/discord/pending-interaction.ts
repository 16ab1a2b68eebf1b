import { randomBytes } from 'node:crypto'

import {
  InteractionType,
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  type APIApplicationCommandOptionChoice,
  type APIMessageComponentInteraction,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmission,
  type ApplicationCommandOptionType,
} from 'discord-api-types/v10'

import type { MessageInteractionRecord, MessageRecord } from './records.ts'

/** The kind of an interaction together with what is said in it. */
export type InteractionData =
  | { type: InteractionType.ApplicationCommand; value: APIApplicationCommandInteraction['data'] }
  | {
      type: InteractionType.ApplicationCommandAutocomplete
      value: APIApplicationCommandAutocompleteInteraction['data']
    }
  | { type: InteractionType.MessageComponent; value: APIMessageComponentInteraction['data'] }
  | { type: InteractionType.ModalSubmit; value: APIModalSubmission }

/** What a person asks of the bot, once it has been checked. */
export interface InteractionRequest {
  data: InteractionData
  userId: string
  guildId: string | null
  channelId: string
  /** For a press, and for a modal which a press opened. */
  message?: MessageRecord
  commandName?: string | null
  /** For a modal: the interaction which opened it. */
  trigger?: MessageInteractionRecord
  /** For autocomplete: what the option being typed holds. */
  focusedType?: ApplicationCommandOptionType
}

/** How an interaction was acknowledged. */
export type InteractionOutcome =
  | { kind: 'message'; message: MessageRecord }
  | { kind: 'modal'; modal: APIModalInteractionResponseCallbackData }
  | { kind: 'choices'; choices: APIApplicationCommandOptionChoice[] }
  | { kind: 'updated'; message: MessageRecord | null }
  | { kind: 'failed' }

export class PendingInteraction {
  readonly id: string
  readonly token: string
  readonly createdAtMs: number
  readonly request: InteractionRequest
  /** The message that `@original` means: the answer, or the message whose component was pressed. */
  original: MessageRecord | null = null
  outcome: InteractionOutcome | null = null
  /** Resolves with the acknowledgement. */
  readonly settled: Promise<InteractionOutcome>
  /** Resolves when a deferred answer has come; at once for any other. */
  readonly completed: Promise<void>
  readonly #settle: (outcome: InteractionOutcome) => void
  readonly #complete: () => void

  constructor(id: string, createdAtMs: number, request: InteractionRequest) {
    this.id = id
    this.createdAtMs = createdAtMs
    this.request = request
    this.token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString(
      'base64url',
    )
    const settling = Promise.withResolvers<InteractionOutcome>()
    this.settled = settling.promise
    this.#settle = settling.resolve
    const completing = Promise.withResolvers<void>()
    this.completed = completing.promise
    this.#complete = completing.resolve
  }

  settle(outcome: InteractionOutcome): void {
    this.outcome = outcome
    this.#settle(outcome)
  }

  complete(): void {
    this.#complete()
  }

  toRecord(): MessageInteractionRecord {
    const { userId, guildId, commandName = null, message, trigger = null } = this.request
    return {
      id: this.id,
      type: this.request.data.type,
      userId,
      guildId,
      commandName,
      messageId: message?.id ?? null,
      trigger,
    }
  }
}
