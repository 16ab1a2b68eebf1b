import {
  ComponentType,
  EmbedType,
  MessageFlags,
  MessageType,
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  type APIUnfurledMediaItem,
} from 'discord-api-types/v10'

import type { AttachmentStore } from './attachment-store.ts'
import { walkComponents } from './forms/component-rules.ts'
import type { AttachmentForm, MessageForm } from './forms/message-form.ts'
import { keepMedia, keptAddress } from './media-addresses.ts'
import { findMentions } from './mentions.ts'
import type { MessageInteractionRecord, MessageRecord } from './records.ts'
import { invalidForm, refusals } from './refusals.ts'
import type { DiscordState } from './state.ts'

const MOST_FILES = 10
const MOST_BYTES = 10 * 1024 * 1024
const NONCE_LIFETIME_MS = 5 * 60_000

/** What the sender of a message may set; Discord sets the others itself. */
const SETTABLE_FLAGS =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2

/** A file of a multipart body, under its number `n` in `files[n]`. */
export interface UploadedFile {
  number: string
  name: string
  contentType: string
  bytes: Uint8Array
}

export interface NewMessage {
  channelId: string
  authorId: string
  form: MessageForm
  files?: UploadedFile[]
  interaction?: MessageInteractionRecord
  ephemeralFor?: string | null
  /** The placeholder of a deferred answer. */
  loading?: boolean
}

/** Makes, changes and removes messages whose forms have been checked, and tells of it. */
export class Messages {
  readonly #state: DiscordState
  readonly #attachments: AttachmentStore

  constructor(state: DiscordState, attachments: AttachmentStore) {
    this.#state = state
    this.#attachments = attachments
  }

  get botId(): string {
    return this.#state.botId
  }

  async post(what: NewMessage): Promise<MessageRecord> {
    const { form, interaction = null, ephemeralFor = null } = what
    const repeated = form.enforce_nonce ? this.#findByNonce(what) : null
    if (repeated !== null) return repeated

    const repliesTo = this.#findReplied(what)
    const attachments = await this.#keepFiles(what.channelId, what.files ?? [], form.attachments ?? [])
    const body = this.#body({ content: '', embeds: [], components: [] }, form, attachments)
    const message: MessageRecord = {
      id: this.#state.makeId(),
      channelId: what.channelId,
      authorId: what.authorId,
      type: typeOf(interaction, repliesTo),
      ...body,
      ...findMentions(this.#state, body, form.allowed_mentions ?? null),
      attachments,
      flags:
        ((form.flags ?? 0) & SETTABLE_FLAGS) |
        (ephemeralFor === null ? 0 : MessageFlags.Ephemeral) |
        (what.loading === true ? MessageFlags.Loading : 0),
      createdAt: this.#timestamp(),
      editedAt: null,
      nonce: form.nonce ?? null,
      repliesTo,
      interaction,
      ephemeralFor,
    }
    const forgotten = this.#state.addMessage(message)
    this.#state.happenings.tell({ type: 'message.created', message })
    for (const old of forgotten) await this.#removeFiles(old.attachments)
    return message
  }

  /** Changes a message in place; a loading one becomes the answer it stood for. */
  async edit(message: MessageRecord, form: MessageForm, files: UploadedFile[] = []): Promise<MessageRecord> {
    const wasLoading = (message.flags & MessageFlags.Loading) !== 0
    const staying =
      form.attachments === undefined
        ? message.attachments
        : message.attachments.filter((kept) => form.attachments?.some(({ id }) => id === kept.id))
    const added = await this.#keepFiles(message.channelId, files, form.attachments ?? [])
    const leaving = message.attachments.filter((attachment) => !staying.includes(attachment))

    const attachments = [...staying, ...added]
    const body = this.#body(message, form, attachments)
    Object.assign(message, body, findMentions(this.#state, body, form.allowed_mentions ?? null), {
      attachments,
      flags: (message.flags & ~MessageFlags.Loading) | ((form.flags ?? 0) & SETTABLE_FLAGS),
      // What fills a placeholder is its first content, which Discord does not mark as edited.
      editedAt: wasLoading ? message.editedAt : this.#timestamp(),
    })
    this.#state.happenings.tell({ type: 'message.updated', message })
    await this.#removeFiles(leaving)
    return message
  }

  async remove(message: MessageRecord): Promise<void> {
    this.#state.messagesOf(message.channelId).delete(message.id)
    this.#state.happenings.tell({ type: 'message.deleted', message })
    await this.#removeFiles(message.attachments)
  }

  #body(
    before: Pick<MessageRecord, 'content' | 'embeds' | 'components'>,
    form: MessageForm,
    attachments: APIAttachment[],
  ): Pick<MessageRecord, 'content' | 'embeds' | 'components'> {
    const { embeds, components } = keepMedia(
      { embeds: form.embeds ?? [], components: form.components ?? [] },
      this.#state.url,
    )
    return {
      content: form.content === undefined ? before.content : (form.content ?? '').trim(),
      embeds: form.embeds === undefined ? before.embeds : completeEmbeds(embeds, attachments),
      components:
        form.components === undefined ? before.components : completeComponents(components, attachments),
    }
  }

  #findByNonce({ channelId, authorId, form }: NewMessage): MessageRecord | null {
    if (form.nonce === undefined || form.nonce === null) return null
    const newest = [...this.#state.messagesOf(channelId).values()].toReversed()
    return (
      newest.find(
        (message) =>
          message.authorId === authorId &&
          message.nonce === form.nonce &&
          this.#state.now() - Date.parse(message.createdAt) < NONCE_LIFETIME_MS,
      ) ?? null
    )
  }

  #findReplied({ channelId, form }: NewMessage): string | null {
    const reference = form.message_reference
    if (!reference?.message_id) return null
    if (this.#state.messagesOf(channelId).has(reference.message_id)) return reference.message_id
    if (reference.fail_if_not_exists === false) return null
    throw invalidForm([
      { path: ['message_reference'], code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message: 'Unknown message' },
    ])
  }

  async #keepFiles(
    channelId: string,
    files: UploadedFile[],
    forms: AttachmentForm[],
  ): Promise<APIAttachment[]> {
    if (files.length > MOST_FILES || files.some((file) => file.bytes.length > MOST_BYTES)) {
      throw refusals.tooLarge()
    }
    const kept: APIAttachment[] = []
    for (const file of files) {
      const form = forms.find(({ id }) => id === file.number)
      const id = this.#state.makeId()
      const filename = (form?.filename ?? file.name).replaceAll(/[^\p{L}\p{N}._-]/gu, '_')
      const url = keptAddress(channelId, id, filename)
      await this.#attachments.put(id, file.bytes)
      kept.push({
        id,
        filename,
        size: file.bytes.length,
        url,
        proxy_url: url,
        content_type: file.contentType,
        ...(form?.description ? { description: form.description } : {}),
      })
    }
    return kept
  }

  async #removeFiles(attachments: APIAttachment[]): Promise<void> {
    for (const { id } of attachments) await this.#attachments.remove(id)
  }

  #timestamp(): string {
    return new Date(this.#state.now()).toISOString()
  }
}

function typeOf(interaction: MessageInteractionRecord | null, repliesTo: string | null): MessageType {
  if (interaction?.commandName) return MessageType.ChatInputCommand
  return repliesTo === null ? MessageType.Default : MessageType.Reply
}

function completeEmbeds(embeds: APIEmbed[], attachments: APIAttachment[]): APIEmbed[] {
  return embeds.map((embed) => {
    const complete: APIEmbed = { ...embed, type: EmbedType.Rich }
    for (const part of ['image', 'thumbnail'] as const) {
      const media = embed[part]
      if (media) complete[part] = { ...media, url: findAttachment(media.url, attachments)?.url ?? media.url }
    }
    return complete
  })
}

/** Gives every component an id of its own, as Discord does, and media the addresses of the uploaded files. */
function completeComponents(
  components: APIMessageTopLevelComponent[],
  attachments: APIAttachment[],
): APIMessageTopLevelComponent[] {
  const placed = walkComponents(components)
  const taken = new Set(placed.flatMap(({ component }) => (component.id ? [component.id] : [])))
  let next = 1
  for (const { component, path } of placed) {
    if (!component.id) {
      while (taken.has(next)) next += 1
      taken.add(next)
      component.id = next
    }
    for (const media of mediaOf(component)) {
      if (!media.url.startsWith('attachment://')) continue
      const attachment = findAttachment(media.url, attachments)
      if (attachment === undefined) {
        throw invalidForm([
          {
            path,
            code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
            message: 'The referenced attachment was not found',
          },
        ])
      }
      Object.assign(media, {
        url: attachment.url,
        proxy_url: attachment.proxy_url,
        content_type: attachment.content_type,
        attachment_id: attachment.id,
      })
    }
  }
  return components
}

function mediaOf(component: ReturnType<typeof walkComponents>[number]['component']): APIUnfurledMediaItem[] {
  switch (component.type) {
    case ComponentType.File:
      return [component.file]
    case ComponentType.Thumbnail:
      return [component.media]
    case ComponentType.MediaGallery:
      return component.items.map((item) => item.media)
    default:
      return []
  }
}

function findAttachment(url: string, attachments: APIAttachment[]): APIAttachment | undefined {
  return attachments.find((attachment) => url === `attachment://${attachment.filename}`)
}
