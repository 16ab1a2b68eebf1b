import {
  ButtonStyle,
  ComponentType,
  InteractionType,
  type APIMessageComponentInteraction,
} from 'discord-api-types/v10'

import { walkComponents } from '../forms/component-rules.ts'
import { Resolved } from '../interaction-payload.ts'
import type { InteractionData } from '../pending-interaction.ts'
import type { ChannelRecord, MessageRecord } from '../records.ts'
import { invalidForm, type DiscordRefusal } from '../refusals.ts'
import type { DiscordState } from '../state.ts'
import { readChosen } from './chosen-values.ts'

/**
 * What Discord makes of a button pressed or a choice made on a message. Throws what Discord answers when
 * the message has no such component, it is disabled, or the choice is none of its.
 */
export function componentData(
  state: DiscordState,
  message: MessageRecord,
  { customId, values }: { customId: string; values: string[] | undefined },
  { channel, userId }: { channel: ChannelRecord; userId: string },
): InteractionData {
  const component = walkComponents(message.components)
    .map((placed) => placed.component)
    .find((component) => 'custom_id' in component && component.custom_id === customId)
  if (component === undefined || ('disabled' in component && component.disabled)) throw refuse()

  switch (component.type) {
    case ComponentType.Button:
      if (component.style === ButtonStyle.Link || component.style === ButtonStyle.Premium) throw refuse()
      return toData({ id: component.id, component_type: component.type, custom_id: customId })
    case ComponentType.StringSelect:
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect: {
      const resolved = new Resolved(state, channel)
      const least = component.min_values ?? 1
      const chosen = readChosen(component, values ?? [], { least, resolved, userId })
      if (chosen === null) throw refuse()
      return toData({
        id: component.id,
        component_type: component.type,
        custom_id: customId,
        values: chosen,
        ...resolved.toData(),
      })
    }
    default:
      throw refuse()
  }
}

function toData(value: object): InteractionData {
  // The switch above has matched the component's type with what belongs to it.
  return { type: InteractionType.MessageComponent, value: value as APIMessageComponentInteraction['data'] }
}

function refuse(): DiscordRefusal {
  return invalidForm([
    { path: ['data'], code: 'COMPONENT_VALIDATION_FAILED', message: 'Component validation failed' },
  ])
}
