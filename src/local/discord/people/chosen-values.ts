import { ComponentType, type APISelectMenuComponent } from 'discord-api-types/v10'

import type { Resolved } from '../interaction-payload.ts'

/**
 * The values somebody chose in a select, checked and, where they are ids, resolved; `null` when there are too
 * few, too many, one twice, or one that is not offered. Throws when an id is unknown.
 */
export function readChosen(
  select: APISelectMenuComponent,
  values: string[],
  { least, resolved, userId }: { least: number; resolved: Resolved; userId: string },
): string[] | null {
  if (new Set(values).size < values.length) return null
  if (values.length < least || values.length > (select.max_values ?? 1)) return null
  switch (select.type) {
    case ComponentType.StringSelect:
      return values.every((value) => select.options.some((option) => option.value === value)) ? values : null
    case ComponentType.UserSelect:
      for (const id of values) resolved.addUser(id)
      return values
    case ComponentType.RoleSelect:
      for (const id of values) resolved.addRole(id)
      return values
    case ComponentType.MentionableSelect:
      for (const id of values) resolved.addMentionable(id)
      return values
    case ComponentType.ChannelSelect:
      for (const id of values) resolved.addChannel(id, userId)
      return values
  }
}
