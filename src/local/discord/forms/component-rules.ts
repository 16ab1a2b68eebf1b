import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type APIButtonComponent,
  type APIComponentInActionRow,
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  type APISectionAccessoryComponent,
  type APIStringSelectComponent,
} from 'discord-api-types/v10'

import type { PlacedProblem } from '../refusals.ts'

const MOST_COMPONENTS = 40
const MOST_ROWS = 5
const MOST_DISPLAYED_CHARACTERS = 4000

type Path = (string | number)[]

export interface Placed<Component> {
  component: Component
  path: Path
}

export type AnyMessageComponent =
  | APIMessageTopLevelComponent
  | APIComponentInContainer
  | APIComponentInActionRow
  | APISectionAccessoryComponent

/** Every component of a message with its place, outermost first; what sits in rows, sections and containers too. */
export function walkComponents(
  components: readonly AnyMessageComponent[],
  path: Path = ['components'],
): Placed<AnyMessageComponent>[] {
  return components.flatMap((component, index) => {
    const here = [...path, index]
    const self: Placed<AnyMessageComponent> = { component, path: here }
    switch (component.type) {
      case ComponentType.ActionRow:
      case ComponentType.Container:
        return [self, ...walkComponents(component.components, [...here, 'components'])]
      case ComponentType.Section: {
        const inside = walkComponents(component.components, [...here, 'components'])
        return [self, ...inside, { component: component.accessory, path: [...here, 'accessory'] }]
      }
      default:
        return [self]
    }
  })
}

/**
 * What Discord asks of a message's components beyond its published description: the two layouts, how many
 * there may be, custom ids, buttons and selects. The shapes must have been checked before.
 * Source: Discord's reference, "Component Reference" and "Using Message Components".
 */
export function componentProblems(components: APIMessageTopLevelComponent[], flags: number): PlacedProblem[] {
  const placed = walkComponents(components)
  const layout =
    (flags & MessageFlags.IsComponentsV2) === 0 ? legacyProblems(components) : newProblems(placed)
  return [...layout, ...placed.flatMap(ownProblems), ...repeatedIds(placed)]
}

function legacyProblems(components: APIMessageTopLevelComponent[]): PlacedProblem[] {
  const problems = components.flatMap((component, index): PlacedProblem[] =>
    component.type === ComponentType.ActionRow
      ? []
      : [
          {
            path: ['components', index],
            code: 'UNION_TYPE_CHOICES',
            message: 'Value of field "type" must be one of (1,).',
          },
        ],
  )
  if (components.length > MOST_ROWS) {
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between 1 and ${MOST_ROWS} in length.`,
    })
  }
  return problems
}

function newProblems(placed: Placed<AnyMessageComponent>[]): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  if (placed.length > MOST_COMPONENTS) {
    problems.push({
      path: ['components'],
      code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      message: `The maximum total number of components is ${MOST_COMPONENTS}`,
    })
  }
  const displayed = placed.reduce(
    (length, { component }) =>
      component.type === ComponentType.TextDisplay ? length + component.content.length : length,
    0,
  )
  if (displayed > MOST_DISPLAYED_CHARACTERS) {
    problems.push({
      path: ['components'],
      code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      message: `The total size of displayable text exceeds ${MOST_DISPLAYED_CHARACTERS}`,
    })
  }
  return problems
}

function ownProblems({ component, path }: Placed<AnyMessageComponent>): PlacedProblem[] {
  switch (component.type) {
    case ComponentType.ActionRow:
      return rowProblems(component.components, [...path, 'components'])
    case ComponentType.Button:
      return buttonProblems(component, path)
    case ComponentType.StringSelect:
      return [...rangeProblems(component, path), ...optionProblems(component, path)]
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect:
      return rangeProblems(component, path)
    default:
      return []
  }
}

function rowProblems(components: APIComponentInActionRow[], path: Path): PlacedProblem[] {
  const selects = components.filter((component) => component.type !== ComponentType.Button)
  return selects.length > 0 && components.length > 1
    ? [
        {
          path: [...path, components.length - 1],
          code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
          message: 'The specified component exceeds the maximum width',
        },
      ]
    : []
}

function buttonProblems(button: APIButtonComponent, path: Path): PlacedProblem[] {
  if (button.style === ButtonStyle.Premium) return []
  const problems: PlacedProblem[] = []
  if (!button.label && !button.emoji) {
    problems.push({
      path,
      code: 'BUTTON_COMPONENT_INVALID',
      message: 'A button must have a label or an emoji',
    })
  }
  const customId = 'custom_id' in button ? button.custom_id : undefined
  const url = 'url' in button ? button.url : undefined
  if (button.style === ButtonStyle.Link) {
    if (!url) problems.push(missing([...path, 'url'], 'BUTTON_COMPONENT_URL_REQUIRED', 'A url is required'))
    if (customId) problems.push(exclusive(path))
  } else {
    if (!customId) {
      problems.push(
        missing([...path, 'custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required'),
      )
    }
    if (url) problems.push(exclusive(path))
  }
  return problems
}

function missing(path: Path, code: string, message: string): PlacedProblem {
  return { path, code, message }
}

function exclusive(path: Path): PlacedProblem {
  const message = 'A custom id and url cannot both be specified'
  return { path, code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message }
}

/** For selects of messages and of modals alike. */
export function rangeProblems(
  select: { min_values?: number | null; max_values?: number | null },
  path: Path,
): PlacedProblem[] {
  const max = select.max_values ?? 1
  return (select.min_values ?? 1) > max && select.min_values !== undefined
    ? [
        {
          path: [...path, 'min_values'],
          code: 'SELECT_COMPONENT_MIN_VALUES_EXCEEDS_MAX_VALUES',
          message: `The minimum number of values must not exceed the maximum, ${max}`,
        },
      ]
    : []
}

/** For selects of messages and of modals alike. */
export function optionProblems(select: APIStringSelectComponent, path: Path): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const most = Math.max(select.min_values ?? 1, select.max_values ?? 1)
  if (select.options.length < most) {
    problems.push({
      path: [...path, 'options'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between ${most} and 25 in length.`,
    })
  }
  const seen = new Set<string>()
  for (const [index, option] of select.options.entries()) {
    if (seen.has(option.value)) {
      problems.push({
        path: [...path, 'options', index, 'value'],
        code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        message: 'The specified option value is already used',
      })
    }
    seen.add(option.value)
  }
  if (select.options.filter((option) => option.default === true).length > (select.max_values ?? 1)) {
    problems.push({
      path: [...path, 'options'],
      code: 'SELECT_COMPONENT_TOO_MANY_DEFAULT_OPTIONS',
      message: 'More options are selected by default than may be chosen',
    })
  }
  return problems
}

function repeatedIds(placed: Placed<AnyMessageComponent>[]): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const customIds = new Set<string>()
  const ids = new Set<number>()
  for (const { component, path } of placed) {
    const customId = 'custom_id' in component ? component.custom_id : undefined
    if (customId !== undefined && customIds.has(customId))
      problems.push(repeatedCustomId([...path, 'custom_id']))
    if (customId !== undefined) customIds.add(customId)
    if (component.id && ids.has(component.id)) {
      problems.push({
        path: [...path, 'id'],
        code: 'COMPONENT_ID_DUPLICATED',
        message: 'Component id cannot be duplicated',
      })
    }
    if (component.id) ids.add(component.id)
  }
  return problems
}

export function repeatedCustomId(path: Path): PlacedProblem {
  return {
    path,
    code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
    message: 'Component custom id cannot be duplicated',
  }
}
