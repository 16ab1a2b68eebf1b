import { ComponentType } from 'discord-api-types/v10'
import type { APISelectMenuComponent } from 'discord-api-types/v10'
import { Popover } from 'radix-ui'
import { useId, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useDirectory } from '../directory.tsx'
import { Icon } from '../icons.tsx'
import { Listbox, moveActive, rowId } from './listbox.tsx'
import type { ListItem } from './listbox.tsx'
import { selectItems } from './select-items.ts'

interface SelectMenuProps {
  select: APISelectMenuComponent
  values: string[]
  /** Called once a choice is finished: at a pick, or when a menu of several choices closes with new ones. */
  onChange: (values: string[]) => void
  label: string
  busy?: boolean
  invalid?: boolean
  describedBy?: string | undefined
}

/** One select menu of any kind, in a message or in a modal. */
export function SelectMenu({
  select,
  values,
  onChange,
  label,
  busy = false,
  invalid = false,
  describedBy,
}: SelectMenuProps) {
  const directory = useDirectory()
  const [open, setOpen] = useState(false)
  const [draft, setDraft] = useState(values)
  const items = selectItems(select, directory)
  const most = select.max_values ?? 1
  const least = select.min_values ?? 1
  const takesMany = most > 1

  const toggle = (next: boolean): void => {
    setOpen(next)
    if (next) setDraft(values)
    else if (takesMany && draft.length >= least && !isSame(draft, values)) onChange(draft)
  }

  const pick = (item: ListItem): void => {
    const isChosen = draft.includes(item.key)
    if (takesMany) {
      const next = isChosen ? draft.filter((key) => key !== item.key) : [...draft, item.key].slice(-most)
      setDraft(next)
      return
    }
    setOpen(false)
    if (!isChosen) onChange([item.key])
    else if (least === 0) onChange([])
  }

  const shown = items.filter(({ key }) => (open ? draft : values).includes(key)).map(({ title }) => title)
  return (
    <Popover.Root open={open} onOpenChange={toggle}>
      <Popover.Trigger
        className="select"
        aria-label={label}
        aria-haspopup="listbox"
        aria-invalid={invalid}
        aria-describedby={describedBy}
        disabled={select.disabled === true || busy}
        data-busy={busy}
      >
        <span className={shown.length ? 'select__value' : 'select__placeholder'}>
          {shown.length ? shown.join(', ') : (select.placeholder ?? 'Make a selection')}
        </span>
        <Icon name="chevron" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="select__menu" align="start" sideOffset={4} collisionPadding={8}>
          <SelectList
            items={items}
            label={label}
            chosen={draft}
            takesMany={takesMany}
            onPick={pick}
            searchable={select.type !== ComponentType.StringSelect || items.length > 8}
          />
          {takesMany ? (
            <p className="select__hint">
              {draft.length < least ? `Choose at least ${least}` : `Up to ${most}. Close the menu when done.`}
            </p>
          ) : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface SelectListProps {
  items: ListItem[]
  label: string
  chosen: string[]
  takesMany: boolean
  searchable: boolean
  onPick: (item: ListItem) => void
}

function SelectList({ items, label, chosen, takesMany, searchable, onPick }: SelectListProps) {
  const listId = useId()
  const [search, setSearch] = useState('')
  const found = items.filter(({ title, detail }) =>
    `${title} ${detail ?? ''}`.toLowerCase().includes(search.trim().toLowerCase()),
  )
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      items.findIndex(({ key }) => chosen.includes(key)),
    ),
  )

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moveActive(event.key, active, found.length)
    const item = found[active]
    if (next !== null) setActive(next)
    else if (event.key === 'Enter' && item) onPick(item)
    else return
    event.preventDefault()
  }

  return (
    <>
      {/* A list without a search has the same field, out of sight, so that keys have one place to go. */}
      <input
        className={searchable ? 'select__search' : 'visually-hidden'}
        role="combobox"
        aria-label={searchable ? `Search: ${label}` : label}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found.length ? rowId(listId, active) : undefined}
        placeholder="Search"
        value={search}
        readOnly={!searchable}
        onChange={(event) => {
          setSearch(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 ? <p className="select__hint">No results</p> : null}
      <Listbox
        id={listId}
        label={label}
        items={found}
        active={active}
        onActive={setActive}
        onPick={onPick}
        {...(takesMany ? { chosen: new Set(chosen) } : {})}
      />
    </>
  )
}

function isSame(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value))
}
