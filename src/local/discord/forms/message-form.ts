import {
  AllowedMentionsTypes,
  MessageFlags,
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
} from 'discord-api-types/v10'

import type { MessageRecord } from '../records.ts'
import { invalidForm, refusals, type PlacedProblem } from '../refusals.ts'
import { componentProblems } from './component-rules.ts'
import { publishedProblems } from './published-form.ts'

const MOST_CHARACTERS = 2000
const MOST_EMBED_CHARACTERS = 6000

/** What a bot may say about a message it makes or changes; on a change, an absent field stays as it is. */
export interface MessageForm {
  content?: string | null
  embeds?: APIEmbed[] | null
  components?: APIMessageTopLevelComponent[] | null
  flags?: number | null
  attachments?: AttachmentForm[] | null
  allowed_mentions?: APIAllowedMentions | null
  nonce?: string | number | null
  enforce_nonce?: boolean | null
  message_reference?: { message_id?: string; fail_if_not_exists?: boolean } | null
}

/** Either an attachment that stays, by its id, or an uploaded file, by its place among `files[n]`. */
export interface AttachmentForm {
  id: string
  filename?: string | null
  description?: string | null
}

/** Which of the published descriptions a body has to follow. */
export type MessageFormKind = 'create' | 'edit' | 'followUp' | 'followUpEdit'

const MENTION_KINDS = {
  [AllowedMentionsTypes.User]: 'users',
  [AllowedMentionsTypes.Role]: 'roles',
  [AllowedMentionsTypes.Everyone]: 'everyone',
} as const

/** A message which is still to be made has nothing to begin with. */
const NOTHING = { content: '', embeds: [], components: [], attachments: [], flags: 0 }
type Existing = Pick<MessageRecord, 'content' | 'embeds' | 'components' | 'attachments' | 'flags'>

/** Checks the body of a request which makes or changes a message. Throws what Discord answers when it refuses. */
export async function readMessageForm(
  kind: MessageFormKind,
  body: unknown,
  { files, existing }: { files: number; existing: MessageRecord | null },
): Promise<MessageForm> {
  const form = normalizeMessage(body)
  const schemas = await import('discord-api-spec/zod')
  const schema = {
    create: schemas.MessageCreateRequestSchema,
    edit: schemas.MessageEditRequestPartialSchema,
    followUp: schemas.IncomingWebhookRequestPartialSchema,
    followUpEdit: schemas.IncomingWebhookUpdateRequestPartialSchema,
  }[kind]
  const problems = publishedProblems(schema, form)
  if (problems.length > 0) throw invalidForm(problems)
  // The published description has just been checked, and it says what the type says.
  const message = form as MessageForm
  checkMessage(message, { files, existing })
  return message
}

/** Numbers stand for ids in the attachments of some clients; Discord takes both. */
export function normalizeMessage(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  if (!('attachments' in body) || !Array.isArray(body.attachments)) return body
  const attachments = body.attachments.map((attachment: unknown) =>
    typeof attachment === 'object' && attachment !== null && 'id' in attachment
      ? { ...attachment, id: String(attachment.id) }
      : attachment,
  )
  return { ...body, attachments }
}

/**
 * Checks what the published description does not know. `pathPrefix` is where the message sits in the body.
 * Source: Discord's reference, "Create Message", "Message Flags" and "Embed Limits".
 */
export function checkMessage(
  form: MessageForm,
  { files, existing, pathPrefix = [] }: { files: number; existing: Existing | null; pathPrefix?: string[] },
): void {
  const before = existing ?? NOTHING
  const flags = before.flags | (form.flags ?? 0)
  const content = form.content === undefined ? before.content : (form.content ?? '')
  const embeds = form.embeds === undefined ? before.embeds : (form.embeds ?? [])
  const components = form.components === undefined ? before.components : (form.components ?? [])
  const usesComponentsOnly = (flags & MessageFlags.IsComponentsV2) !== 0

  const problems = [
    ...contentProblems(content),
    ...embedProblems(embeds),
    ...mentionProblems(form.allowed_mentions),
    ...componentProblems(components, flags),
    ...(usesComponentsOnly ? legacyFieldProblems(content, embeds) : []),
  ]
  if (problems.length > 0) {
    throw invalidForm(problems.map((problem) => ({ ...problem, path: [...pathPrefix, ...problem.path] })))
  }
  const attachments = files + (form.attachments ?? before.attachments).length
  const shown = usesComponentsOnly ? components.length : content.trim().length + embeds.length + attachments
  if (shown === 0) throw refusals.emptyMessage()
}

function contentProblems(content: string): PlacedProblem[] {
  return content.length > MOST_CHARACTERS
    ? [
        {
          path: ['content'],
          code: 'BASE_TYPE_MAX_LENGTH',
          message: `Must be ${MOST_CHARACTERS} or fewer in length.`,
        },
      ]
    : []
}

function embedProblems(embeds: APIEmbed[]): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  let total = 0
  for (const [index, embed] of embeds.entries()) {
    const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name]
    total += texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
    const fields = embed.fields ?? []
    for (const [at, field] of fields.entries()) {
      total += field.name.length + field.value.length
      for (const part of ['name', 'value'] as const) {
        if (field[part].trim() === '') problems.push(required(['embeds', index, 'fields', at, part]))
      }
    }
    const shows = texts.some(Boolean) || fields.length > 0 || embed.image || embed.thumbnail
    if (!shows) problems.push(required(['embeds', index, 'description']))
  }
  if (total > MOST_EMBED_CHARACTERS) {
    problems.push({
      path: ['embeds'],
      code: 'MAX_EMBED_SIZE_EXCEEDED',
      message: `Embed size exceeds maximum size of ${MOST_EMBED_CHARACTERS}`,
    })
  }
  return problems
}

function required(path: (string | number)[]): PlacedProblem {
  return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
}

function mentionProblems(mentions: APIAllowedMentions | null | undefined): PlacedProblem[] {
  return (['users', 'roles'] as const).flatMap((kind) => {
    const parsesAll = mentions?.parse?.some((parsed) => MENTION_KINDS[parsed] === kind) ?? false
    return parsesAll && (mentions?.[kind]?.length ?? 0) > 0
      ? [
          {
            path: ['allowed_mentions'],
            code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
            message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
          },
        ]
      : []
  })
}

function legacyFieldProblems(content: string, embeds: APIEmbed[]): PlacedProblem[] {
  const used = [...(content === '' ? [] : ['content']), ...(embeds.length === 0 ? [] : ['embeds'])]
  return used.map((field) => ({
    path: [field],
    code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  }))
}
