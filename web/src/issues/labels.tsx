import type { Label } from '#shared/labels/schema.ts'
import { Menu, Toggle } from '../ui/menu.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './labels.module.css'

interface LabelChipsProps {
  names: readonly string[]
  /** The labels of the workspace, once they are known: where the colours come from. */
  known: readonly Label[] | undefined
}

export function LabelChips({ names, known }: LabelChipsProps) {
  return (
    <ul className={styles.chips}>
      {names.map((name) => (
        <li key={name}>
          <LabelChip name={name} color={known?.find((label) => label.name === name)?.color} />
        </li>
      ))}
    </ul>
  )
}

export function LabelsSkeleton() {
  return (
    <ul className={styles.chips}>
      <li>
        <Skeleton width={64} height={22} />
      </li>
    </ul>
  )
}

export function LabelChip({ name, color }: { name: string; color: string | undefined }) {
  return (
    <span className={styles.chip}>
      <LabelDot color={color} />
      <span className={styles.name}>{name}</span>
    </span>
  )
}

export function LabelDot({ color }: { color: string | undefined }) {
  return (
    <span className={styles.dot} style={color === undefined ? undefined : { '--label': color }} aria-hidden />
  )
}

interface LabelPickerProps {
  chosen: readonly string[]
  known: readonly Label[] | undefined
  busy?: boolean
  quietLabel?: boolean
  onChange: (names: string[]) => void
  onClose?: () => void
}

/** Puts labels of the workspace on and takes them off. */
export function LabelPicker({ chosen, known, onChange, ...menu }: LabelPickerProps) {
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name].sort())
  return (
    <Menu
      label="Labels"
      {...menu}
      shown={chosen.length === 0 ? 'none' : <LabelChips names={chosen} known={known} />}
    >
      {(known ?? []).map((label) => (
        <Toggle key={label.name} on={chosen.includes(label.name)} onToggle={() => toggle(label.name)}>
          <LabelDot color={label.color} />
          <span className={styles.name}>{label.name}</span>
        </Toggle>
      ))}
      {known?.length === 0 && <p className={styles.none}>This workspace has no labels.</p>}
    </Menu>
  )
}
