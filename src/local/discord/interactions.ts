import { InteractionType, type APIInteraction } from 'discord-api-types/v10'

import { presentInteraction } from './interaction-payload.ts'
import {
  PendingInteraction,
  type InteractionOutcome,
  type InteractionRequest,
} from './pending-interaction.ts'
import { refusals } from './refusals.ts'
import type { DiscordState } from './state.ts'

/** How long a bot has to acknowledge, and how long its token then serves. Source: "Receiving and Responding". */
export const ACKNOWLEDGE_MS = 3000
export const TOKEN_LIFETIME_MS = 15 * 60_000

/** The interactions of the last quarter of an hour. They live in memory: a restart ends them, as an outage would. */
export class Interactions {
  readonly #state: DiscordState
  readonly #deliver: (interaction: APIInteraction) => boolean
  readonly #byToken = new Map<string, PendingInteraction>()

  /** `deliver` hands an interaction to the bot and tells whether anybody is there to take it. */
  constructor(state: DiscordState, deliver: (interaction: APIInteraction) => boolean) {
    this.#state = state
    this.#deliver = deliver
  }

  /** Hands an interaction to the bot and waits until it is acknowledged, 3 s at most. */
  async ask(request: InteractionRequest): Promise<{ id: string; outcome: InteractionOutcome }> {
    this.#forgetOld()
    const pending = new PendingInteraction(this.#state.makeId(), this.#state.now(), request)
    // Discord lets an update of the pressed message be read and changed as @original.
    if (request.data.type === InteractionType.MessageComponent) pending.original = request.message ?? null
    this.#byToken.set(pending.token, pending)

    const delivered = this.#deliver(presentInteraction(this.#state, pending))
    if (!delivered) pending.settle({ kind: 'failed' })
    const timer = setTimeout(() => pending.settle({ kind: 'failed' }), ACKNOWLEDGE_MS)
    const outcome = await pending.settled
    clearTimeout(timer)
    return { id: pending.id, outcome }
  }

  /** An interaction which still waits for its callback. Throws 10062, or 40060 when it has had one. */
  getUnacknowledged(id: string, token: string): PendingInteraction {
    const pending = this.#byToken.get(token)
    if (pending === undefined || pending.id !== id) throw refusals.unknownInteraction()
    if (pending.outcome !== null && pending.outcome.kind !== 'failed') throw refusals.alreadyAcknowledged()
    const late = this.#state.now() - pending.createdAtMs > ACKNOWLEDGE_MS
    if (late || pending.outcome !== null) throw refusals.unknownInteraction()
    return pending
  }

  /** The interaction whose token serves as a webhook's. Throws 50027 when it is too old, 10015 before a callback. */
  getByWebhook(applicationId: string, token: string): PendingInteraction {
    if (applicationId !== this.#state.application.id) throw refusals.unknownWebhook()
    const pending = this.#byToken.get(token)
    if (pending === undefined || this.#state.now() - pending.createdAtMs > TOKEN_LIFETIME_MS) {
      throw refusals.invalidWebhookToken()
    }
    if (pending.outcome === null || pending.outcome.kind === 'failed') throw refusals.unknownWebhook()
    return pending
  }

  /** For a person: an interaction of theirs by its id. */
  findOf(userId: string, id: string): PendingInteraction | null {
    for (const pending of this.#byToken.values()) {
      if (pending.id === id && pending.request.userId === userId) return pending
    }
    return null
  }

  #forgetOld(): void {
    for (const [token, pending] of this.#byToken) {
      if (this.#state.now() - pending.createdAtMs > TOKEN_LIFETIME_MS) this.#byToken.delete(token)
    }
  }
}
