import {
  InteractionType,
  MessageReferenceType,
  type APIMessage,
  type APIMessageInteractionMetadata,
} from 'discord-api-types/v10'

import { placeMedia } from './media-addresses.ts'
import { bitSet, presentUser } from './presenters.ts'
import type { MessageInteractionRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

/**
 * A message as Discord's API shows it. `mediaBase` is put before the addresses of its files: the whole address of
 * the local Discord for bots, its path for pages, which may have come by another name of this machine.
 */
export function presentMessage(
  state: DiscordState,
  message: MessageRecord,
  mediaBase: string = state.url,
): APIMessage {
  const { interaction } = message
  return {
    id: message.id,
    channel_id: message.channelId,
    author: presentUser(state.getUser(message.authorId)),
    type: message.type,
    content: message.content,
    timestamp: message.createdAt,
    edited_timestamp: message.editedAt,
    tts: false,
    pinned: false,
    mention_everyone: message.mentionEveryone,
    mentions: message.mentionUserIds.map((id) => presentUser(state.getUser(id))),
    mention_roles: message.mentionRoleIds,
    attachments: placeMedia(message.attachments, mediaBase),
    embeds: placeMedia(message.embeds, mediaBase),
    components: placeMedia(message.components, mediaBase),
    flags: bitSet(message.flags),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.repliesTo === null ? {} : presentReply(state, message, message.repliesTo, mediaBase)),
    ...(interaction === null
      ? {}
      : {
          application_id: state.application.id,
          webhook_id: state.application.id,
          interaction_metadata: presentMetadata(state, interaction),
        }),
  }
}

function presentReply(
  state: DiscordState,
  message: MessageRecord,
  repliesTo: string,
  mediaBase: string,
): Pick<APIMessage, 'message_reference' | 'referenced_message'> {
  const channel = state.channels.get(message.channelId)
  const original = state.messagesOf(message.channelId).get(repliesTo)
  return {
    message_reference: {
      type: MessageReferenceType.Default,
      message_id: repliesTo,
      channel_id: message.channelId,
      ...(channel?.guildId ? { guild_id: channel.guildId } : {}),
    },
    // One level deep, as Discord shows it; null says that the original is gone.
    referenced_message:
      original === undefined ? null : presentMessage(state, { ...original, repliesTo: null }, mediaBase),
  }
}

function presentMetadata(
  state: DiscordState,
  interaction: MessageInteractionRecord,
): APIMessageInteractionMetadata {
  const base = {
    id: interaction.id,
    user: presentUser(state.getUser(interaction.userId)),
    authorizing_integration_owners: { 0: interaction.guildId ?? '0' },
  }
  if (interaction.type === InteractionType.MessageComponent) {
    return { ...base, type: interaction.type, interacted_message_id: interaction.messageId ?? interaction.id }
  }
  if (interaction.type === InteractionType.ModalSubmit && interaction.trigger !== null) {
    const trigger = presentMetadata(state, interaction.trigger)
    if (trigger.type !== InteractionType.ModalSubmit) {
      return { ...base, type: interaction.type, triggering_interaction_metadata: trigger }
    }
  }
  return { ...base, type: InteractionType.ApplicationCommand }
}
