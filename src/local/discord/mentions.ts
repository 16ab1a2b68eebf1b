import { AllowedMentionsTypes, ComponentType, type APIAllowedMentions } from 'discord-api-types/v10'

import { walkComponents } from './forms/component-rules.ts'
import type { MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export type Mentions = Pick<MessageRecord, 'mentionUserIds' | 'mentionRoleIds' | 'mentionEveryone'>

/** Who is pinged by a message: those its text names and `allowed` lets through. Without `allowed`, all named ones. */
export function findMentions(
  state: DiscordState,
  message: Pick<MessageRecord, 'content' | 'components'>,
  allowed: APIAllowedMentions | null,
): Mentions {
  const displayed = walkComponents(message.components).flatMap(({ component }) =>
    component.type === ComponentType.TextDisplay ? [component.content] : [],
  )
  const text = [message.content, ...displayed].join('\n')
  const parses = (type: AllowedMentionsTypes) => allowed === null || (allowed.parse ?? []).includes(type)
  return {
    mentionUserIds: idsIn(text, /<@!?(\d+)>/g).filter(
      (id) => state.users.has(id) && (parses(AllowedMentionsTypes.User) || allowed?.users?.includes(id)),
    ),
    mentionRoleIds: idsIn(text, /<@&(\d+)>/g).filter(
      (id) => parses(AllowedMentionsTypes.Role) || allowed?.roles?.includes(id),
    ),
    mentionEveryone: /@(?:everyone|here)\b/.test(text) && parses(AllowedMentionsTypes.Everyone),
  }
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].flatMap(([, id]) => (id === undefined ? [] : [id])))]
}
