import { ArrowRight } from 'lucide-react'
import { z } from 'zod'
import type { Change, Changes } from '#shared/events/schema.ts'
import { IssueStatus } from '#shared/issues/schema.ts'
import type { Issue } from '#shared/issues/schema.ts'
import type { Label } from '#shared/labels/schema.ts'
import { LabelChip } from './labels.tsx'
import { Status } from './status.tsx'
import styles from './issue-changes.module.css'

/** What somebody changed between two readings of one issue. */
export function changesBetween(before: Issue, after: Issue): Changes {
  const fields = ['title', 'description', 'status', 'labels'] as const
  const differing = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  return Object.fromEntries(differing.map((field) => [field, { before: before[field], after: after[field] }]))
}

interface ChangeListProps {
  changes: Changes
  labels: readonly Label[] | undefined
}

/** What a change did to each field: before and after. */
export function ChangeList({ changes, labels }: ChangeListProps) {
  return (
    <ul className={styles.changes}>
      {Object.entries(changes).map(([field, change]) => (
        <li key={field} className={styles.change}>
          <FieldChange field={field} change={change} labels={labels} />
        </li>
      ))}
    </ul>
  )
}

const Names = z.array(z.string())

/** What the history holds is JSON; each field is drawn when it is what its name promises, else as text. */
function FieldChange({
  field,
  change,
  labels,
}: {
  field: string
  change: Change
  labels: readonly Label[] | undefined
}) {
  if (field === 'status') {
    const before = IssueStatus.safeParse(change.before)
    const after = IssueStatus.safeParse(change.after)
    if (before.success && after.success) {
      return (
        <>
          <Status status={before.data} />
          <ArrowRight size={14} aria-label="to" className={styles.arrow} />
          <Status status={after.data} />
        </>
      )
    }
  }
  if (field === 'labels') {
    const before = Names.safeParse(change.before ?? [])
    const after = Names.safeParse(change.after)
    if (before.success && after.success) {
      return <LabelsChange before={before.data} after={after.data} labels={labels} />
    }
  }
  if (field === 'description') {
    return (
      <details className={styles.details}>
        <summary>Description</summary>
        <del className={styles.long}>{textOf(change.before)}</del>
        <ins className={styles.long}>{textOf(change.after)}</ins>
      </details>
    )
  }
  return (
    <>
      <del className={styles.before}>{textOf(change.before)}</del>
      <ArrowRight size={14} aria-label="to" className={styles.arrow} />
      <ins className={styles.after}>{textOf(change.after)}</ins>
    </>
  )
}

function LabelsChange(props: { before: string[]; after: string[]; labels: readonly Label[] | undefined }) {
  const { before, after, labels } = props
  const colorOf = (name: string) => labels?.find((label) => label.name === name)?.color
  const added = after.filter((name) => !before.includes(name))
  const removed = before.filter((name) => !after.includes(name))
  return (
    <>
      {added.map((name) => (
        <span key={name} className={styles.label}>
          added <LabelChip name={name} color={colorOf(name)} />
        </span>
      ))}
      {removed.map((name) => (
        <span key={name} className={styles.label}>
          removed <LabelChip name={name} color={colorOf(name)} />
        </span>
      ))}
    </>
  )
}

function textOf(value: Change['before']): string {
  if (value === null || value === '') return '(empty)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
