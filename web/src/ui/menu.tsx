import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { buttonClass } from './button.tsx'
import styles from './menu.module.css'

interface MenuProps {
  /** What the button says to a screen reader, before what it shows. */
  label: string
  /** What the button shows. */
  shown: ReactNode
  look?: 'secondary' | 'quiet'
  busy?: boolean
  /** The label already stands beside it, so it is only said. */
  quietLabel?: boolean
  onClose?: () => void
  children: ReactNode
}

export function Menu({
  label,
  shown,
  look = 'secondary',
  busy = false,
  quietLabel = false,
  onClose,
  children,
}: MenuProps) {
  const [open, setOpen] = useState(false)
  const openOrClose = (wanted: boolean) => {
    setOpen(wanted && !busy)
    if (!wanted) onClose?.()
  }
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={openOrClose}>
      <DropdownMenu.Trigger
        className={`${buttonClass(look)} ${styles.trigger}`}
        aria-busy={busy || undefined}
        aria-disabled={busy || undefined}
      >
        <span className={quietLabel ? styles.said : styles.label}>{label}: </span>
        <span className={styles.shown}>{shown}</span>
        <ChevronDown size={14} aria-hidden className={styles.chevron} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align="start" sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface Choice<T extends string> {
  value: T
  shown: ReactNode
}

interface ChoicesProps<T extends string> {
  value: T
  choices: readonly Choice<T>[]
  onChoose: (value: T) => void
}

/** Items of which one is chosen. */
export function Choices<T extends string>({ value, choices, onChoose }: ChoicesProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          className={styles.item}
          onSelect={() => onChoose(choice.value)}
        >
          <span className={styles.shown}>{choice.shown}</span>
          <DropdownMenu.ItemIndicator className={styles.tick}>
            <Check size={15} aria-hidden />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

/** An item that can be on beside others; the menu stays open. */
export function Toggle(props: { on: boolean; onToggle: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.CheckboxItem
      className={styles.item}
      checked={props.on}
      onCheckedChange={props.onToggle}
      onSelect={(event) => event.preventDefault()}
    >
      <span className={styles.shown}>{props.children}</span>
      <DropdownMenu.ItemIndicator className={styles.tick}>
        <Check size={15} aria-hidden />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  )
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={styles.item} onSelect={onSelect}>
      <span className={styles.shown}>{children}</span>
    </DropdownMenu.Item>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className={styles.line} />
}

/** Words between the items, which cannot be chosen. */
export function MenuText({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className={styles.text}>{children}</DropdownMenu.Label>
}
