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
  /** Without a slash at its end, e.g. `http://localhost:3000/__discord`. */
  url: string
  gatewayUrl: string
  privilegedIntents: number
}
