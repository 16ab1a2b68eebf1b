import { useEffect } from 'react'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icons.tsx'

export interface ListItem {
  key: string
  title: string
  detail?: string | undefined
  /** Written at the end of the row, e.g. the names of a command's options. */
  tags?: string[]
  avatarUrl?: string
  colour?: string
}

interface ListboxProps {
  id: string
  label: string
  items: ListItem[]
  active: number
  onActive: (index: number) => void
  onPick: (item: ListItem) => void
  /** For lists of which several can be chosen: the keys that are. */
  chosen?: ReadonlySet<string>
}

/** The id of a row, for `aria-activedescendant` of whatever has the focus. */
export function rowId(listId: string, index: number): string {
  return `${listId}-row-${index}`
}

/**
 * A list to pick from. The focus stays in the field or button it belongs to, which moves `active` with the arrow
 * keys (`moveActive`) and points at the row by `rowId`.
 */
export function Listbox({ id, label, items, active, onActive, onPick, chosen }: ListboxProps) {
  useEffect(() => {
    document.getElementById(rowId(id, active))?.scrollIntoView({ block: 'nearest' })
  }, [id, active])

  return (
    <div
      id={id}
      role="listbox"
      aria-label={label}
      aria-multiselectable={chosen !== undefined}
      className="listbox"
    >
      {items.map((item, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled where the focus is.
        <div
          key={item.key}
          id={rowId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={chosen ? chosen.has(item.key) : index === active}
          data-active={index === active}
          className="listbox__row"
          onPointerMove={() => onActive(index)}
          // Pressing a row must not take the focus from the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(item)}
        >
          <Row item={item} />
          {chosen ? (
            <span className="tick" data-ticked={chosen.has(item.key)}>
              <Icon name="check" size={14} />
            </span>
          ) : null}
        </div>
      ))}
    </div>
  )
}

function Row({ item }: { item: ListItem }) {
  return (
    <>
      {item.avatarUrl === undefined ? null : <Avatar name={item.title} url={item.avatarUrl} size={24} />}
      <span className="listbox__words">
        <span className="listbox__title">
          <span style={{ color: item.colour }}>{item.title}</span>
          {item.tags?.map((tag) => (
            <span key={tag} className="listbox__tag">
              {tag}
            </span>
          ))}
        </span>
        {item.detail ? <span className="listbox__detail">{item.detail}</span> : null}
      </span>
    </>
  )
}

/** The row an arrow key leads to, around the ends, or from -1 while none is active; null for any other key. */
export function moveActive(key: string, active: number, count: number): number | null {
  if (count === 0) return null
  if (key === 'ArrowDown') return (active + 1) % count
  if (key === 'ArrowUp') return (Math.max(active, 0) - 1 + count) % count
  return null
}
