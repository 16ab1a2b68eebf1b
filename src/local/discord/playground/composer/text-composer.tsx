import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { ClientChannel } from '#local/discord/client-api.ts'
import { Avatar } from '../avatar.tsx'
import { ClientFailure } from '../api.ts'
import { Listbox, moveActive, rowId } from '../components/listbox.tsx'
import type { ListItem } from '../components/listbox.tsx'
import { useDirectory } from '../directory.tsx'
import { Icon } from '../icons.tsx'
import { useInteractions } from '../interactions.tsx'
import { useMedia } from '../media.ts'
import { withMessage } from '../messages/message-pages.ts'
import type { MessagePages } from '../messages/message-pages.ts'
import { matchCommands } from './commands.ts'
import type { SlashCommand } from './commands.ts'

const MAX_LENGTH = 2000

interface TextComposerProps {
  channel: ClientChannel
  commands: SlashCommand[] | undefined
  commandsFailure: string | null
  onCommand: (command: SlashCommand) => void
}

export function TextComposer({ channel, commands, commandsFailure, onCommand }: TextComposerProps) {
  const listId = useId()
  const queries = useQueryClient()
  const { client, account, modal } = useInteractions()
  const { bot } = useDirectory()
  const hasKeyboard = useMedia('(pointer: fine)')
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [isDismissed, setDismissed] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  const found = text.startsWith('/') ? matchCommands(commands ?? [], text.slice(1)) : []
  const isOpen = text.startsWith('/') && !isDismissed
  const isWaiting = isOpen && commands === undefined && commandsFailure === null
  const tooLong = text.length - MAX_LENGTH

  const isFree = modal === null
  useEffect(() => {
    // On a touch screen the focus would raise the keyboard over what one came to read.
    if (hasKeyboard && isFree) field.current?.focus()
  }, [hasKeyboard, isFree])

  const change = (next: string): void => {
    setText(next)
    setActive(0)
    setDismissed(false)
    setFailure(null)
  }

  useEffect(() => {
    // Not only when the text changes: somebody may type a whole command before the list of them has come.
    const finished = finishedCommand(commands, text)
    if (finished) onCommand(finished)
  }, [commands, text, onCommand])

  const send = async (): Promise<void> => {
    const content = text.trim()
    if (content === '' || tooLong > 0) return
    setText('')
    try {
      const message = await client.send(channel.id, content)
      queries.setQueryData<MessagePages>([account.id, 'messages', channel.id], (pages) =>
        withMessage(pages, message),
      )
    } catch (error) {
      if (!(error instanceof ClientFailure)) throw error
      setFailure(error.message)
      // What was written is not lost, unless something new is being written already.
      setText((current) => (current === '' ? content : current))
    }
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const command = isOpen ? found[active] : undefined
    const next = isOpen ? moveActive(event.key, active, found.length) : null
    if (next !== null) setActive(next)
    else if (command && (event.key === 'Enter' || event.key === 'Tab')) onCommand(command)
    else if (isOpen && event.key === 'Escape') setDismissed(true)
    else if (event.key === 'Enter' && !event.shiftKey) {
      if (!isWaiting) void send()
    } else return
    event.preventDefault()
  }

  const pick = (item: ListItem): void => {
    const command = found.find(({ name }) => name === item.key)
    if (command) onCommand(command)
  }

  return (
    <>
      {isOpen ? (
        <div className="panel">
          <p className="panel__title">
            <Avatar name={bot?.globalName ?? 'App'} url={bot?.avatarUrl} size={20} />
            {paletteTitle(found, isWaiting, commandsFailure, bot?.globalName)}
          </p>
          <Listbox
            id={listId}
            label="Commands"
            items={found.map(toItem)}
            active={active}
            onActive={setActive}
            onPick={pick}
          />
        </div>
      ) : null}
      {failure === null ? null : (
        <p className="composer__problem" role="alert">
          {failure}
        </p>
      )}
      <form
        className="composer__box"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <button
          type="button"
          className="icon-button"
          aria-label="Use a command"
          title="Use a command"
          onClick={() => {
            change('/')
            field.current?.focus()
          }}
        >
          <Icon name="slash" />
        </button>
        <textarea
          ref={field}
          rows={1}
          className="composer__text"
          role="combobox"
          aria-label={`Message ${channel.guildId === null ? '@' : '#'}${channel.name}. Type / for commands`}
          aria-expanded={isOpen}
          aria-controls={isOpen ? listId : undefined}
          aria-activedescendant={isOpen && found.length > 0 ? rowId(listId, active) : undefined}
          aria-autocomplete="list"
          placeholder={`Message ${channel.guildId === null ? '@' : '#'}${channel.name}`}
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {tooLong > -200 ? (
          <span className="composer__left" data-over={tooLong > 0}>
            {-tooLong}
          </span>
        ) : null}
      </form>
    </>
  )
}

function paletteTitle(
  found: SlashCommand[],
  isWaiting: boolean,
  failure: string | null,
  botName = 'Commands',
): string {
  if (failure !== null) return failure
  if (isWaiting) return 'Loading commands…'
  return found.length === 0 ? 'No commands match' : botName
}

/** A command whose name has been typed to the end, with the space after it that says so. */
function finishedCommand(commands: SlashCommand[] | undefined, text: string): SlashCommand | undefined {
  return text.endsWith(' ') ? commands?.find(({ name }) => `/${name} ` === text.toLowerCase()) : undefined
}

function toItem(command: SlashCommand): ListItem {
  return {
    key: command.name,
    title: `/${command.name}`,
    detail: command.description,
    tags: command.options.filter(({ required }) => required).map(({ name }) => name),
  }
}
