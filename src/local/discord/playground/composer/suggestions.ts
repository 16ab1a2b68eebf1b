import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ApplicationCommandOptionType } from 'discord-api-types/v10'
import { useEffect, useState } from 'react'
import type { ClientChannel, ClientOptionValues } from '#local/discord/client-api.ts'
import { channelItems, memberItems, roleItems } from '../components/select-items.ts'
import type { ListItem } from '../components/listbox.tsx'
import type { Directory } from '../directory.tsx'
import { useDirectory } from '../directory.tsx'
import { useInteractions } from '../interactions.tsx'
import type { CommandOption, SlashCommand } from './commands.ts'
import { partialValues } from './option-values.ts'
import type { Entries } from './option-values.ts'

const TYPING_PAUSE_MS = 150

/** A row of a suggestion list and the value it stands for. */
interface Suggestion {
  item: ListItem
  value: string | number | boolean
}

export interface Suggestions {
  rows: Suggestion[]
  /** What is written instead of rows; null for an option that is free text. */
  note: string | null
}

/** What is offered for the option that is being typed: choices, people, places, or what the bot suggests. */
export function useSuggestions(
  channel: ClientChannel,
  command: SlashCommand,
  option: CommandOption | null,
  entries: Entries,
): Suggestions {
  const directory = useDirectory()
  const asksBot = option !== null && 'autocomplete' in option && option.autocomplete
  const typed = useSettled(asksBot ? JSON.stringify(partialValues(command, entries, option.name)) : '')
  const { client, account } = useInteractions()

  const query = useQuery({
    queryKey: [account.id, 'autocomplete', channel.id, command.name, option?.name, typed],
    enabled: asksBot && typed !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Suggestion[]> => {
      // Written by `JSON.stringify` just above, so that it can be compared as one string.
      const options: ClientOptionValues = JSON.parse(typed)
      const { guildId, id: channelId } = channel
      const focused = option?.name ?? ''
      const { name } = command
      const answer = await client.interact(
        { type: 'autocomplete', guildId, channelId, name, options, focused },
        signal,
      )
      if (answer.kind !== 'choices') throw new Error('The bot gave no choices')
      return answer.choices.map((choice) => suggestion(choice.name, choice.value))
    },
  })

  if (option === null) return { rows: [], note: null }
  const text = entries[option.name]?.text ?? ''
  if (asksBot) {
    if (query.isError) return { rows: [], note: 'Loading options failed' }
    if (query.data === undefined) return { rows: [], note: 'Loading options…' }
    return { rows: query.data, note: query.data.length > 0 ? null : 'No options match your search' }
  }
  const offered = offeredFor(option, directory)
  if (offered === null) return { rows: [], note: null }
  const rows = offered.filter(({ item }) =>
    `${item.title} ${item.detail ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()),
  )
  return { rows, note: rows.length > 0 ? null : 'No options match your search' }
}

/** What the page itself knows to offer; null when anything may be typed. */
function offeredFor(option: CommandOption, directory: Directory): Suggestion[] | null {
  const byId = (items: ListItem[]): Suggestion[] => items.map((item) => ({ item, value: item.key }))
  switch (option.type) {
    case ApplicationCommandOptionType.Boolean:
      return [suggestion('True', true), suggestion('False', false)]
    case ApplicationCommandOptionType.User:
      return byId(memberItems(directory))
    case ApplicationCommandOptionType.Role:
      return byId(roleItems(directory))
    case ApplicationCommandOptionType.Mentionable:
      return byId([...memberItems(directory), ...roleItems(directory)])
    case ApplicationCommandOptionType.Channel:
      return byId(channelItems(directory))
    case ApplicationCommandOptionType.Attachment:
      return null
    default:
      return 'choices' in option && option.choices && option.choices.length > 0
        ? option.choices.map((choice) => suggestion(choice.name, choice.value))
        : null
  }
}

function suggestion(title: string, value: string | number | boolean): Suggestion {
  return { item: { key: `${typeof value} ${value}`, title }, value }
}

/** A value once it has stopped changing, so that the bot is not asked at every key. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), TYPING_PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [value])
  return settled
}
