import { IssueStatus } from '#shared/issues/schema.ts'
import styles from './status.module.css'

export const statusNames: Record<IssueStatus, string> = {
  backlog: 'Backlog',
  todo: 'Todo',
  inprogress: 'In progress',
  done: 'Done',
  canceled: 'Canceled',
}

export const statusChoices = IssueStatus.options.map((value) => ({ value, shown: <Status status={value} /> }))

export function Status({ status }: { status: IssueStatus }) {
  return (
    <span className={styles.status}>
      <StatusPicture status={status} />
      {statusNames[status]}
    </span>
  )
}

/** A ring that fills as the work goes on; told apart by its shape as well as its colour. */
function StatusPicture({ status }: { status: IssueStatus }) {
  const color = `var(--status-${status})`
  const ring = { cx: 8, cy: 8, r: 6, fill: 'none', stroke: color, strokeWidth: 1.75 }
  const mark = { fill: 'none', stroke: 'var(--surface)', strokeWidth: 1.75, strokeLinecap: 'round' as const }
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden className={styles.picture}>
      {status === 'backlog' && <circle {...ring} strokeDasharray="2 1.77" />}
      {status === 'todo' && <circle {...ring} />}
      {status === 'inprogress' && (
        <>
          <circle {...ring} />
          <path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill={color} />
        </>
      )}
      {(status === 'done' || status === 'canceled') && <circle {...ring} fill={color} />}
      {status === 'done' && <path {...mark} d="m5.4 8.2 1.8 1.8 3.4-3.7" />}
      {status === 'canceled' && <path {...mark} d="m6 6 4 4m0-4-4 4" />}
    </svg>
  )
}
