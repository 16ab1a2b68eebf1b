import type { ReactNode } from 'react'
import { messageOf, Problem } from '../api/problem.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'
import styles from './failure.module.css'

interface FailureProps {
  /** What did not work, in our words: “The issues could not be loaded”. */
  title: string
  error: unknown
  onRetry?: () => void
  actions?: ReactNode
}

/** A failure, in the place of what failed: what did not work, why, and what to do. */
export function Failure({ title, error, onRetry, actions }: FailureProps) {
  // A refusal explains itself; only an outage is looked up in a log. (A bug's sentence brings its number along.)
  const requestId = error instanceof Problem && error.code === 'unavailable' ? error.requestId : null
  const offered = onRetry !== undefined || actions !== undefined
  return (
    <Notice
      tone="danger"
      title={title}
      actions={
        offered && (
          <>
            {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
            {actions}
          </>
        )
      }
    >
      <p>{messageOf(error)}</p>
      {requestId !== null && <p className={styles.request}>Request {requestId}</p>}
    </Notice>
  )
}
