import {
  ApplicationCommandOptionType as OptionType,
  InteractionResponseType as Callback,
  InteractionType,
  MessageFlags,
  type APIApplicationCommandOptionChoice,
  type APIModalInteractionResponseCallbackData,
  type RESTPostAPIInteractionCallbackWithResponseResult,
} from 'discord-api-types/v10'
import { z } from 'zod'

import { checkMessage, normalizeMessage, type MessageForm } from './forms/message-form.ts'
import { modalProblems } from './forms/modal-rules.ts'
import { publishedProblems } from './forms/published-form.ts'
import type { Interactions } from './interactions.ts'
import type { InteractionOutcome, PendingInteraction } from './pending-interaction.ts'
import type { Messages, UploadedFile } from './messages.ts'
import { presentMessage } from './message-presenters.ts'
import { invalidForm, type PlacedProblem } from './refusals.ts'
import type { DiscordState } from './state.ts'

/** A callback whose body has been checked. */
type CallbackForm =
  | { type: Callback.ChannelMessageWithSource | Callback.UpdateMessage; data: MessageForm }
  | { type: Callback.DeferredChannelMessageWithSource; data?: { flags?: number | null } | null }
  | { type: Callback.DeferredMessageUpdate }
  | {
      type: Callback.ApplicationCommandAutocompleteResult
      data: { choices: APIApplicationCommandOptionChoice[] }
    }
  | { type: Callback.Modal; data: APIModalInteractionResponseCallbackData }

const DEFERRING: Callback[] = [Callback.DeferredChannelMessageWithSource, Callback.DeferredMessageUpdate]

export interface CallbackRequest {
  id: string
  token: string
  body: unknown
  files: UploadedFile[]
}

/** Takes a bot's answer to an interaction. Throws what Discord answers when it refuses. */
export async function takeCallback(
  { state, interactions, messages }: { state: DiscordState; interactions: Interactions; messages: Messages },
  { id, token, body, files }: CallbackRequest,
): Promise<RESTPostAPIInteractionCallbackWithResponseResult> {
  const form = await readCallback(interactions.getUnacknowledged(id, token), body, files.length)
  // Looked up again after waiting, and settled without waiting: of two bots that answer at once, one is too late.
  const pending = interactions.getUnacknowledged(id, token)
  pending.outcome = { kind: 'updated', message: null }
  try {
    const outcome = await perform(messages, pending, form, files)
    pending.settle(outcome)
    if (!DEFERRING.includes(form.type)) pending.complete()
    return presentCallback(state, pending, form.type, outcome)
  } catch (error) {
    pending.outcome = null
    throw error
  }
}

async function perform(
  messages: Messages,
  pending: PendingInteraction,
  form: CallbackForm,
  files: UploadedFile[],
): Promise<InteractionOutcome> {
  switch (form.type) {
    case Callback.ChannelMessageWithSource:
    case Callback.DeferredChannelMessageWithSource: {
      const loading = form.type === Callback.DeferredChannelMessageWithSource
      const flags = form.data?.flags ?? 0
      const message = await postAnswer(messages, pending, {
        form: loading ? {} : { ...form.data },
        files,
        ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
        loading,
      })
      pending.original = message
      return { kind: 'message', message }
    }
    case Callback.DeferredMessageUpdate:
      return { kind: 'updated', message: pending.original }
    case Callback.UpdateMessage: {
      const { message } = pending.request
      if (message === undefined) return { kind: 'updated', message: null }
      pending.original = await messages.edit(message, form.data, files)
      return { kind: 'updated', message }
    }
    case Callback.ApplicationCommandAutocompleteResult:
      return { kind: 'choices', choices: form.data.choices }
    case Callback.Modal:
      return { kind: 'modal', modal: form.data }
  }
}

/** Posts an answer or a follow-up to an interaction into its channel. */
export function postAnswer(
  messages: Messages,
  pending: PendingInteraction,
  what: { form: MessageForm; files: UploadedFile[]; ephemeral: boolean; loading?: boolean },
): ReturnType<Messages['post']> {
  const { userId, channelId } = pending.request
  return messages.post({
    channelId,
    authorId: messages.botId,
    form: what.form,
    files: what.files,
    interaction: pending.toRecord(),
    ephemeralFor: what.ephemeral ? userId : null,
    loading: what.loading ?? false,
  })
}

function presentCallback(
  state: DiscordState,
  pending: PendingInteraction,
  type: Callback,
  outcome: InteractionOutcome,
): RESTPostAPIInteractionCallbackWithResponseResult {
  const interaction = { id: pending.id, type: pending.request.data.type }
  const message = 'message' in outcome ? outcome.message : null
  if (message === null) return { interaction }
  return {
    interaction: {
      ...interaction,
      response_message_id: message.id,
      response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
      response_message_ephemeral: message.ephemeralFor !== null,
    },
    resource: { type, message: presentMessage(state, message) },
  }
}

const Envelope = z.looseObject({ type: z.custom<Callback>((type) => typeof type === 'number') })

async function readCallback(
  pending: PendingInteraction,
  body: unknown,
  files: number,
): Promise<CallbackForm> {
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) throw invalidForm([place('type', 'BASE_TYPE_REQUIRED', 'This field is required')])
  const { type } = envelope.data
  const allowed = allowedCallbacks(pending)
  if (!allowed.includes(type)) {
    throw invalidForm([place('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`)])
  }

  const form = { ...envelope.data, data: normalizeMessage(envelope.data.data) }
  const problems = publishedProblems(await publishedSchema(type), form)
  if (problems.length > 0) throw invalidForm(problems)
  // The published description has just been checked, and it says what the type says.
  const callback = form as unknown as CallbackForm
  checkCallback(pending, callback, files)
  return callback
}

/** Source: Discord's reference, "Interaction Callback Type". */
function allowedCallbacks({ request }: PendingInteraction): Callback[] {
  const message = [Callback.ChannelMessageWithSource, Callback.DeferredChannelMessageWithSource]
  const update = [Callback.DeferredMessageUpdate, Callback.UpdateMessage]
  switch (request.data.type) {
    case InteractionType.ApplicationCommand:
      return [...message, Callback.Modal]
    case InteractionType.ApplicationCommandAutocomplete:
      return [Callback.ApplicationCommandAutocompleteResult]
    case InteractionType.MessageComponent:
      return [...message, ...update, Callback.Modal]
    case InteractionType.ModalSubmit:
      return request.message === undefined
        ? [...message, Callback.DeferredMessageUpdate]
        : [...message, ...update]
  }
}

async function publishedSchema(type: Callback): Promise<Parameters<typeof publishedProblems>[0]> {
  const schemas = await import('discord-api-spec/zod')
  switch (type) {
    case Callback.Modal:
      return schemas.ModalInteractionCallbackRequestSchema
    case Callback.ApplicationCommandAutocompleteResult:
      return schemas.ApplicationCommandAutocompleteCallbackRequestSchema
    case Callback.DeferredMessageUpdate:
    case Callback.UpdateMessage:
      return schemas.UpdateMessageInteractionCallbackRequestSchema
    default:
      return schemas.CreateMessageInteractionCallbackRequestSchema
  }
}

function checkCallback(pending: PendingInteraction, form: CallbackForm, files: number): void {
  switch (form.type) {
    case Callback.ChannelMessageWithSource:
      checkMessage(form.data ?? {}, { files, existing: null, pathPrefix: ['data'] })
      return
    case Callback.UpdateMessage:
      checkMessage(form.data ?? {}, {
        files,
        existing: pending.request.message ?? null,
        pathPrefix: ['data'],
      })
      return
    case Callback.DeferredChannelMessageWithSource:
      refuseProblems(deferProblems(form.data?.flags ?? 0))
      return
    case Callback.Modal:
      refuseProblems(modalProblems(form.data))
      return
    case Callback.ApplicationCommandAutocompleteResult:
      refuseProblems(choiceProblems(pending, form.data?.choices))
      return
    case Callback.DeferredMessageUpdate:
  }
}

/** Problems inside a callback's `data`. */
function refuseProblems(problems: PlacedProblem[]): void {
  if (problems.length === 0) return
  throw invalidForm(problems.map((problem) => ({ ...problem, path: ['data', ...problem.path] })))
}

function deferProblems(flags: number): PlacedProblem[] {
  return (flags & ~MessageFlags.Ephemeral) === 0
    ? []
    : [place('flags', 'INTERACTION_CALLBACK_INVALID_FLAGS', 'A deferred answer may only be EPHEMERAL')]
}

function choiceProblems(
  pending: PendingInteraction,
  choices: APIApplicationCommandOptionChoice[] | undefined,
): PlacedProblem[] {
  if (choices === undefined) return [place('choices', 'BASE_TYPE_REQUIRED', 'This field is required')]
  const numeric = pending.request.focusedType !== OptionType.String
  return choices.flatMap(({ value }, index) =>
    numeric === (typeof value === 'number')
      ? []
      : [
          {
            path: ['choices', index, 'value'],
            code: numeric ? 'NUMBER_TYPE_COERCE' : 'STRING_TYPE_CONVERT',
            message: numeric ? `Value "${value}" is not int.` : 'Could not interpret value as string.',
          },
        ],
  )
}

function place(field: string, code: string, message: string): PlacedProblem {
  return { path: [field], code, message }
}
