import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { ClientChannel } from '#local/discord/client-api.ts'
import { Listbox, moveActive, rowId } from '../components/listbox.tsx'
import type { ListItem } from '../components/listbox.tsx'
import { Icon } from '../icons.tsx'
import { useInteractions } from '../interactions.tsx'
import type { CommandOption, SlashCommand } from './commands.ts'
import { OptionPill } from './option-pill.tsx'
import { readEntries } from './option-values.ts'
import type { Entries, Entry } from './option-values.ts'
import { useSuggestions } from './suggestions.ts'

/** Where the focus is when it is in no option: at the end, where options can be added. */
const END = Symbol('end')

const NO_SUCH_OPTION = 'There is no such option. Delete it to send the command.'

interface CommandFormProps {
  channel: ClientChannel
  command: SlashCommand
  onDone: () => void
}

/** A chosen command and its options. Enter sends it, Escape goes back to plain text. */
export function CommandForm({ channel, command, onDone }: CommandFormProps) {
  const { run } = useInteractions()
  const listId = useId()
  const box = useRef<HTMLFormElement>(null)
  const end = useRef<HTMLInputElement>(null)
  const [shown, setShown] = useState(() => command.options.filter(({ required }) => required))
  const [entries, setEntries] = useState<Entries>({})
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [typedAtEnd, setTypedAtEnd] = useState('')
  const [focused, setFocused] = useState<CommandOption | typeof END>(shown[0] ?? END)
  const [active, setActive] = useState(() => firstActive(focused, typedAtEnd))
  const [isDismissed, setDismissed] = useState(false)

  const option = focused === END ? null : focused
  const entry = option ? entries[option.name] : undefined
  const suggestions = useSuggestions(channel, command, option, entries)
  const addable = command.options.filter((other) => !shown.includes(other))
  const found = matchOptions(addable, typedAtEnd)
  const isPicked = entry?.picked !== undefined
  const items = focused === END ? found.map(toItem) : isPicked ? [] : suggestions.rows.map(({ item }) => item)
  const isOpen = items.length > 0 && !isDismissed

  const focusOn = (target: CommandOption | typeof END): void => {
    setFocused(target)
    setActive(firstActive(target, typedAtEnd))
    setDismissed(false)
  }

  useEffect(() => {
    if (focused === END) end.current?.focus()
    else box.current?.querySelector<HTMLElement>(`[data-option="${CSS.escape(focused.name)}"]`)?.focus()
  }, [focused])

  const enter = (name: string, next: Entry): void => {
    setEntries((before) => ({ ...before, [name]: next }))
    setProblems(({ [name]: _solved, ...others }) => others)
    setActive(0)
    setDismissed(false)
  }

  const typeAtEnd = (text: string): void => {
    setTypedAtEnd(text)
    setActive(firstActive(END, text))
  }

  const pick = (item: ListItem): void => {
    if (focused === END) {
      const added = addable.find(({ name }) => name === item.key)
      if (!added) return
      setShown([...shown, added])
      setTypedAtEnd('')
      focusOn(added)
      return
    }
    const row = suggestions.rows.find(({ item: { key } }) => key === item.key)
    if (!row) return
    enter(focused.name, { text: row.item.title, picked: row.value })
    const rest = shown.slice(shown.indexOf(focused) + 1)
    focusOn(rest.find(({ name }) => (entries[name]?.text ?? '') === '') ?? END)
  }

  const remove = (gone: CommandOption): void => {
    const index = shown.indexOf(gone)
    setShown(shown.filter((other) => other !== gone))
    setEntries(({ [gone.name]: _gone, ...others }) => others)
    setProblems(({ [gone.name]: _gone, ...others }) => others)
    focusOn(shown[index - 1] ?? END)
  }

  const send = (): void => {
    const read = readEntries(command, entries)
    const first = shown.find(({ name }) => read.problems[name] !== undefined)
    setProblems(read.problems)
    if (first) {
      focusOn(first)
      return
    }
    if (typedAtEnd.trim() !== '') {
      // Sent without these words, the command would lack an option that somebody meant it to have.
      end.current?.focus()
      return
    }
    const { guildId, id: channelId } = channel
    void run({ type: 'command', guildId, channelId, name: command.name, options: read.values })
    onDone()
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const isPlainTab = event.key === 'Tab' && !event.shiftKey
    const item = isOpen ? (items[active] ?? (isPlainTab ? items[0] : undefined)) : undefined
    const next = isOpen ? moveActive(event.key, active, items.length) : null
    const isEmptyField = event.target instanceof HTMLInputElement && event.target.value === ''
    if (next !== null) setActive(next)
    else if (item && (event.key === 'Enter' || isPlainTab)) pick(item)
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) send()
    else if (event.key === 'Escape' && isOpen && focused !== END) setDismissed(true)
    else if (event.key === 'Escape') onDone()
    else if (event.key === 'Backspace' && isEmptyField && option && !option.required) remove(option)
    else if (event.key === 'Backspace' && isEmptyField && focused === END) goBack()
    else return
    event.preventDefault()
  }

  const goBack = (): void => {
    const last = shown.at(-1)
    if (last) focusOn(last)
    else onDone()
  }

  const endProblem = typedAtEnd.trim() !== '' && found.length === 0 ? NO_SUCH_OPTION : undefined
  const list = {
    expanded: isOpen,
    id: listId,
    activeId: isOpen && active >= 0 ? rowId(listId, active) : undefined,
  }
  const noList = { expanded: false, id: listId, activeId: undefined }
  return (
    <>
      <div className="panel">
        <PanelTitle
          command={command}
          option={option}
          problem={option ? problems[option.name] : endProblem}
          hasMore={addable.length > 0}
          isChosen={items[active] !== undefined}
        />
        {suggestions.note !== null && !isPicked ? (
          <p className="panel__note" role="status">
            {suggestions.note}
          </p>
        ) : null}
        {isOpen ? (
          <Listbox
            id={listId}
            label={option ? option.name : 'Options'}
            items={items}
            active={active}
            onActive={setActive}
            onPick={pick}
          />
        ) : null}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of all its fields are handled in one place. */}
      <form
        ref={box}
        className="composer__box composer__box--command"
        aria-label={`/${command.name}`}
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <span className="composer__command">/{command.name}</span>
        {shown.map((each) => (
          <OptionPill
            key={each.name}
            option={each}
            entry={entries[each.name]}
            problem={problems[each.name]}
            list={each === focused ? list : noList}
            onFocus={() => focusOn(each)}
            onEnter={(text) => enter(each.name, { text })}
          />
        ))}
        <input
          ref={end}
          className="composer__end"
          role="combobox"
          aria-label={addable.length > 0 ? 'Add an option, or press Enter to send' : 'Press Enter to send'}
          aria-autocomplete="list"
          aria-invalid={endProblem !== undefined}
          aria-expanded={focused === END && isOpen}
          aria-controls={listId}
          aria-activedescendant={focused === END ? list.activeId : undefined}
          autoComplete="off"
          value={typedAtEnd}
          onChange={(event) => typeAtEnd(event.target.value)}
          onFocus={() => {
            if (focused !== END) focusOn(END)
          }}
        />
        {addable.length > 0 ? (
          <button type="button" className="composer__more" tabIndex={-1} onClick={() => focusOn(END)}>
            +{addable.length} optional
          </button>
        ) : null}
        <button type="button" className="icon-button" aria-label="Cancel the command" onClick={onDone}>
          <Icon name="close" size={18} />
        </button>
        <button type="submit" className="button button--primary composer__send">
          Send
        </button>
      </form>
    </>
  )
}

interface PanelTitleProps {
  command: SlashCommand
  option: CommandOption | null
  problem: string | undefined
  /** Whether there are options to add, and whether one of them is chosen, which changes what Enter does. */
  hasMore: boolean
  isChosen: boolean
}

function PanelTitle({ command, option, problem, hasMore, isChosen }: PanelTitleProps) {
  if (problem !== undefined)
    return (
      <p className="panel__title panel__title--problem" role="alert">
        {problem}
      </p>
    )
  if (option) {
    return (
      <p className="panel__title">
        <strong>{option.name}</strong> {option.description}
      </p>
    )
  }
  return (
    <p className="panel__title">
      {hasMore ? (
        <>
          <strong>Optional</strong> {isChosen ? 'Press Enter to pick' : 'Pick one, or press Enter to send'}
        </>
      ) : (
        command.description
      )}
    </p>
  )
}

/** At the end nothing is chosen until a key says so, because Enter sends the command from there. */
function firstActive(target: CommandOption | typeof END, typedAtEnd: string): number {
  return target === END && typedAtEnd.trim() === '' ? -1 : 0
}

function matchOptions(options: CommandOption[], typed: string): CommandOption[] {
  return options.filter(({ name }) => name.includes(typed.trim().toLowerCase()))
}

function toItem({ name, description }: CommandOption): ListItem {
  return { key: name, title: name, detail: description }
}
