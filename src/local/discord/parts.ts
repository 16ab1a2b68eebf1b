import type { AttachmentStore } from './attachment-store.ts'
import type { Gateway } from './gateway.ts'
import type { Interactions } from './interactions.ts'
import type { Messages } from './messages.ts'
import type { DiscordState } from './state.ts'

/** What the doors of the local Discord share: the API for bots, the one for people, and the tests' own. */
export interface DiscordParts {
  state: DiscordState
  gateway: Gateway
  interactions: Interactions
  messages: Messages
  attachments: AttachmentStore
  gatewayUrl: string
  privilegedIntents: number
}
