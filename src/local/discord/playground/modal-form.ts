import { ComponentType } from 'discord-api-types/v10'
import type {
  APIComponentInLabel,
  APIModalInteractionResponseCallbackData,
  APITextInputComponent,
} from 'discord-api-types/v10'
import { defaultValues } from './components/select-items.ts'

export type FieldValue = string | string[]
export type FieldValues = Record<string, FieldValue>

/** One thing a modal asks for. Discord's older form, a text input with its own label, reads the same. */
export interface ModalField {
  label: string
  description: string | undefined
  component: APIComponentInLabel
}

/** What a modal shows, from top to bottom. */
export type ModalPart = { kind: 'text'; content: string } | ({ kind: 'field' } & ModalField)

export function modalParts(modal: APIModalInteractionResponseCallbackData): ModalPart[] {
  return modal.components.flatMap((component): ModalPart[] => {
    switch (component.type) {
      case ComponentType.TextDisplay:
        return [{ kind: 'text', content: component.content }]
      case ComponentType.Label: {
        const { label, description } = component
        return [{ kind: 'field', label, description, component: component.component }]
      }
      case ComponentType.ActionRow:
        return component.components.map((input) => ({
          kind: 'field',
          label: input.label ?? '',
          description: undefined,
          component: input,
        }))
    }
  })
}

export function initialValues(parts: ModalPart[]): FieldValues {
  return Object.fromEntries(
    parts.flatMap((part) =>
      part.kind === 'field' ? [[part.component.custom_id, initialValue(part.component)]] : [],
    ),
  )
}

function initialValue(component: APIComponentInLabel): FieldValue {
  switch (component.type) {
    case ComponentType.TextInput:
      return component.value ?? ''
    case ComponentType.RadioGroup:
      return component.options.find((option) => option.default)?.value ?? ''
    case ComponentType.CheckboxGroup:
      return component.options.filter((option) => option.default).map(({ value }) => value)
    case ComponentType.Checkbox:
      return String(component.default ?? false)
    case ComponentType.FileUpload:
      return []
    default:
      return defaultValues(component)
  }
}

/** What is wrong with a value, as Discord words it; null when it may be submitted. */
export function problemWith(component: APIComponentInLabel, value: FieldValue | undefined): string | null {
  if (component.type === ComponentType.Checkbox) return null
  const isRequired = component.required ?? true
  if (value === undefined || value.length === 0) return isRequired ? 'This field is required' : null
  if (component.type === ComponentType.TextInput) return textProblem(component, String(value))
  if (component.type === ComponentType.RadioGroup || component.type === ComponentType.FileUpload) return null
  const least = component.min_values ?? 1
  return value.length < least ? `Choose at least ${least}` : null
}

function textProblem(component: APITextInputComponent, text: string): string | null {
  const { min_length: least = 0, max_length: most = 4000 } = component
  if (text.length < least) return `Must be at least ${least} in length.`
  return text.length > most ? `Must be ${most} or fewer in length.` : null
}

/** What is sent: a radio group nobody touched has no value at all, rather than an empty one. */
export function submittedValues(parts: ModalPart[], values: FieldValues): FieldValues {
  return Object.fromEntries(
    parts.flatMap((part) => {
      if (part.kind !== 'field') return []
      const { type, custom_id: id } = part.component
      const value = values[id]
      const isUntouched = type === ComponentType.RadioGroup && value === ''
      return value === undefined || isUntouched ? [] : [[id, value]]
    }),
  )
}
