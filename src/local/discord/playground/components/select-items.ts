import { ChannelType, ComponentType } from 'discord-api-types/v10'
import type { APISelectMenuComponent } from 'discord-api-types/v10'
import type { Directory, Member, Role } from '../directory.tsx'
import { hexColour } from '../directory.tsx'
import type { ListItem } from './listbox.tsx'
import { emojiText } from './message-button.tsx'

/** What a select menu offers: its own options, or the people, roles and channels of the guild. */
export function selectItems(select: APISelectMenuComponent, directory: Directory): ListItem[] {
  switch (select.type) {
    case ComponentType.StringSelect:
      return select.options.map(({ value, label, description, emoji }) => ({
        key: value,
        title: emoji ? `${emojiText(emoji)} ${label}` : label,
        detail: description,
      }))
    case ComponentType.UserSelect:
      return memberItems(directory)
    case ComponentType.RoleSelect:
      return roleItems(directory)
    case ComponentType.MentionableSelect:
      return [...memberItems(directory), ...roleItems(directory)]
    case ComponentType.ChannelSelect:
      // Every channel of the local Discord holds text; a menu of other kinds of channel has nothing to offer.
      return select.channel_types && !select.channel_types.includes(ChannelType.GuildText)
        ? []
        : channelItems(directory)
  }
}

export function memberItems(directory: Directory): ListItem[] {
  return membersOf(directory).map((member) => ({
    key: member.id,
    title: member.globalName,
    detail: member.username,
    avatarUrl: member.avatarUrl,
  }))
}

export function roleItems(directory: Directory): ListItem[] {
  return rolesOf(directory).map((role) => ({
    key: role.id,
    title: `@${role.name.replace(/^@/, '')}`,
    ...(role.color === 0 ? {} : { colour: hexColour(role.color) }),
  }))
}

export function channelItems(directory: Directory): ListItem[] {
  const channels = directory.guild?.channels ?? [...directory.channels.values()]
  return channels.map(({ id, name, topic }) => ({ key: id, title: `#${name}`, detail: topic ?? undefined }))
}

/** What is chosen before anybody has chosen. */
export function defaultValues(select: APISelectMenuComponent): string[] {
  if (select.type === ComponentType.StringSelect) {
    return select.options.filter((option) => option.default).map(({ value }) => value)
  }
  return select.default_values?.map(({ id }) => id) ?? []
}

function membersOf(directory: Directory): Member[] {
  return directory.guild?.members ?? [...directory.members.values()]
}

function rolesOf(directory: Directory): Role[] {
  return directory.guild?.roles ?? [...directory.roles.values()]
}
