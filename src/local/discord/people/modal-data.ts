import {
  ComponentType,
  InteractionType,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmissionComponent,
  type APITextInputComponent,
} from 'discord-api-types/v10'

import type { ModalField } from '../forms/modal-rules.ts'
import { Resolved } from '../interaction-payload.ts'
import type { InteractionData } from '../pending-interaction.ts'
import type { ChannelRecord } from '../records.ts'
import { invalidForm, type DiscordRefusal } from '../refusals.ts'
import type { DiscordState } from '../state.ts'
import { readChosen } from './chosen-values.ts'

export type ModalFields = Record<string, string | string[]>

/**
 * What Discord makes of a modal somebody filled in; a field left out keeps what it was filled with beforehand.
 * Throws what Discord answers when a required field is empty or a value does not fit.
 */
export function modalData(
  state: DiscordState,
  modal: APIModalInteractionResponseCallbackData,
  fields: ModalFields,
  { channel, userId }: { channel: ChannelRecord; userId: string },
): InteractionData {
  const resolved = new Resolved(state, channel)
  let id = 0
  const nextId = () => (id += 1)
  const components = modal.components.map((top): unknown => {
    const own = { type: top.type, id: top.id ?? nextId() }
    switch (top.type) {
      case ComponentType.TextDisplay:
        return own
      case ComponentType.Label:
        return { ...own, component: submit(top.component, fields, { id: nextId(), resolved, userId }) }
      case ComponentType.ActionRow:
        return {
          ...own,
          components: top.components.map((input) =>
            submit(input, fields, { id: nextId(), resolved, userId }),
          ),
        }
    }
  })
  return {
    type: InteractionType.ModalSubmit,
    value: {
      custom_id: modal.custom_id,
      // Each is what the modal's own component asked for, so the pairs of type and value fit.
      components: components as APIModalSubmissionComponent[],
      ...resolved.toData(),
    },
  }
}

function submit(
  field: ModalField,
  fields: ModalFields,
  { id, resolved, userId }: { id: number; resolved: Resolved; userId: string },
): object {
  const given = fields[field.custom_id]
  const own = { type: field.type, id: field.id ?? id, custom_id: field.custom_id }
  const required = 'required' in field ? (field.required ?? true) : true
  switch (field.type) {
    case ComponentType.TextInput:
      return { ...own, value: readText(field, given, required) }
    case ComponentType.StringSelect:
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect: {
      const values = given === undefined ? chosenBeforehand(field) : listOf(given)
      if (values.length === 0 && !required) return { ...own, values }
      const chosen = readChosen(field, values, { least: field.min_values ?? 1, resolved, userId })
      if (chosen === null) throw refuse(field.custom_id, 'This choice is not possible')
      return { ...own, values: chosen }
    }
    case ComponentType.RadioGroup: {
      const value =
        listOf(given ?? field.options.find((option) => option.default === true)?.value ?? [])[0] ?? null
      const offered = field.options.some((option) => option.value === value)
      if (value === null ? required : !offered) throw refuse(field.custom_id, 'This choice is not possible')
      return { ...own, value }
    }
    case ComponentType.CheckboxGroup: {
      const before = field.options.filter((option) => option.default === true).map((option) => option.value)
      const values = given === undefined ? before : listOf(given)
      const offered = values.every((value) => field.options.some((option) => option.value === value))
      const least = required ? (field.min_values ?? 1) : 0
      const most = field.max_values ?? field.options.length
      if (!offered || values.length < least || values.length > most) {
        throw refuse(field.custom_id, 'This choice is not possible')
      }
      return { ...own, values }
    }
    case ComponentType.Checkbox:
      return { ...own, value: given === undefined ? (field.default ?? false) : given === 'true' }
    case ComponentType.FileUpload:
      if (required) throw refuse(field.custom_id, 'Files cannot be chosen in the local Discord')
      return { ...own, values: [] }
  }
}

function readText(
  field: APITextInputComponent,
  given: string | string[] | undefined,
  required: boolean,
): string {
  const value = given === undefined ? (field.value ?? '') : given
  if (typeof value !== 'string') throw refuse(field.custom_id, 'Could not interpret value as string.')
  if (value === '' && !required) return value
  const least = Math.max(field.min_length ?? 0, required ? 1 : 0)
  const most = field.max_length ?? 4000
  if (value.length >= least && value.length <= most) return value
  throw refuse(field.custom_id, `Must be between ${least} and ${most} in length.`)
}

function chosenBeforehand(
  field: Extract<
    ModalField,
    {
      type:
        | ComponentType.StringSelect
        | ComponentType.UserSelect
        | ComponentType.RoleSelect
        | ComponentType.MentionableSelect
        | ComponentType.ChannelSelect
    }
  >,
): string[] {
  return field.type === ComponentType.StringSelect
    ? field.options.filter((option) => option.default === true).map((option) => option.value)
    : (field.default_values ?? []).map((value) => value.id)
}

function listOf(given: string | string[]): string[] {
  return typeof given === 'string' ? [given] : given
}

function refuse(customId: string, message: string): DiscordRefusal {
  return invalidForm([
    { path: ['data', 'components', customId], code: 'COMPONENT_VALIDATION_FAILED', message },
  ])
}
