import {
  ComponentType,
  InteractionType,
  MessageType,
  type APIModalSubmissionComponent,
} from 'discord-api-types/v10'

import type { InteractionRequest } from '../pending-interaction.ts'
import type { ChannelRecord, MessageRecord } from '../records.ts'
import type { DiscordState } from '../state.ts'
import type { ModalFields } from './modal-data.ts'

/** What no honest app would send: any custom id, on a message that need not carry it or even exist. */
export type ForgedInteraction = { channelId?: string; messageId?: string; customId: string } & (
  | { type: 'component'; values?: string[] }
  | { type: 'modal'; fields: ModalFields }
)

/** Nothing is checked but that the message exists when one is named. */
export function forgeRequest(
  state: DiscordState,
  channel: ChannelRecord,
  forged: ForgedInteraction,
): Pick<InteractionRequest, 'data' | 'message'> {
  const named = forged.messageId === undefined ? null : state.getMessage(channel.id, forged.messageId)
  if (forged.type === 'component') {
    // A press has to say where it came from; a modal need not come from a message.
    return { message: named ?? inventMessage(state, channel), data: forgedPress(forged) }
  }
  const components = Object.entries(forged.fields).map(forgedField)
  const data = {
    type: InteractionType.ModalSubmit as const,
    value: { custom_id: forged.customId, components },
  }
  return named === null ? { data } : { message: named, data }
}

function forgedPress({
  customId,
  values,
}: {
  customId: string
  values?: string[]
}): InteractionRequest['data'] {
  const value =
    values === undefined
      ? { component_type: ComponentType.Button as const, custom_id: customId }
      : { component_type: ComponentType.StringSelect as const, custom_id: customId, values }
  return { type: InteractionType.MessageComponent, value }
}

function forgedField(
  [custom_id, given]: [string, string | string[]],
  index: number,
): APIModalSubmissionComponent {
  const id = index * 2 + 2
  return {
    type: ComponentType.Label,
    id: id - 1,
    component:
      typeof given === 'string'
        ? { type: ComponentType.TextInput, id, custom_id, value: given }
        : { type: ComponentType.StringSelect, id, custom_id, values: given },
  }
}

function inventMessage(state: DiscordState, channel: ChannelRecord): MessageRecord {
  return {
    id: state.makeId(),
    channelId: channel.id,
    authorId: state.botId,
    type: MessageType.Default,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    createdAt: new Date(state.now()).toISOString(),
    editedAt: null,
    mentionUserIds: [],
    mentionRoleIds: [],
    mentionEveryone: false,
    nonce: null,
    repliesTo: null,
    interaction: null,
    ephemeralFor: null,
  }
}
