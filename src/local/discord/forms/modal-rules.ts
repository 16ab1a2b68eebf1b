import {
  ComponentType,
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
} from 'discord-api-types/v10'

import type { PlacedProblem } from '../refusals.ts'
import { optionProblems, rangeProblems, repeatedCustomId, type Placed } from './component-rules.ts'

const MOST_TOP_LEVEL = 5

type Top = APIModalInteractionResponseCallbackData['components'][number]
type Label = Extract<Top, { type: ComponentType.Label }>
/** What a person fills in: a text, a choice, files. */
export type ModalField = Label['component']

/** The fields of a modal with their places, in order, whether they sit in labels or in the older rows. */
export function walkModalFields(components: readonly Top[]): Placed<ModalField>[] {
  return components.flatMap((top, index): Placed<ModalField>[] => {
    switch (top.type) {
      case ComponentType.Label:
        return [{ component: top.component, path: ['components', index, 'component'] }]
      case ComponentType.ActionRow:
        return top.components.map((component, inner) => ({
          component,
          path: ['components', index, 'components', inner],
        }))
      case ComponentType.TextDisplay:
        return []
    }
  })
}

/**
 * What Discord asks of a modal beyond its published description. The shape must have been checked before.
 * Source: Discord's reference, "Component Reference" (Label, Text Input) and "Modal".
 */
export function modalProblems(modal: APIModalInteractionResponseCallbackData): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  if (modal.components.length > MOST_TOP_LEVEL) {
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between 1 and ${MOST_TOP_LEVEL} in length.`,
    })
  }
  const fields = walkModalFields(modal.components)
  const seen = new Set<string>()
  for (const { component, path } of fields) {
    if (seen.has(component.custom_id)) problems.push(repeatedCustomId([...path, 'custom_id']))
    seen.add(component.custom_id)
    problems.push(...fieldProblems(component, path))
  }
  return problems
}

function fieldProblems(field: ModalField, path: (string | number)[]): PlacedProblem[] {
  switch (field.type) {
    case ComponentType.TextInput:
      return textInputProblems(field, path)
    case ComponentType.StringSelect:
      return [...disabledProblems(field, path), ...rangeProblems(field, path), ...optionProblems(field, path)]
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect:
      return [...disabledProblems(field, path), ...rangeProblems(field, path)]
    default:
      return []
  }
}

function disabledProblems(field: { disabled?: boolean }, path: (string | number)[]): PlacedProblem[] {
  return field.disabled === true
    ? [
        {
          path: [...path, 'disabled'],
          code: 'MODAL_COMPONENT_DISABLED',
          message: 'A component of a modal cannot be disabled',
        },
      ]
    : []
}

function textInputProblems(input: APITextInputComponent, path: (string | number)[]): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const least = input.min_length ?? 0
  const most = input.max_length ?? 4000
  // Inside a Label the words belong to the label; in a row, the older way, to the input itself.
  const inLabel = path.at(-1) === 'component'
  if (inLabel && input.label) {
    problems.push({
      path: [...path, 'label'],
      code: 'TEXT_INPUT_COMPONENT_LABEL_NOT_ALLOWED',
      message: 'A text input in a label cannot have a label of its own',
    })
  }
  if (!inLabel && !input.label) {
    problems.push({ path: [...path, 'label'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' })
  }
  if (least > most) {
    problems.push({
      path: [...path, 'min_length'],
      code: 'TEXT_INPUT_COMPONENT_MIN_LENGTH_EXCEEDS_MAX_LENGTH',
      message: `The minimum length must not exceed the maximum, ${most}`,
    })
  }
  if (input.value && (input.value.length > most || input.value.length < least)) {
    problems.push({
      path: [...path, 'value'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between ${least} and ${most} in length.`,
    })
  }
  return problems
}
