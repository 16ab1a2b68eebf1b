import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Loading } from '../ui/loading.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { messageOf } from '../api/problem.ts'
import { Logo } from './logo.tsx'
import styles from './page-states.module.css'

/** The page before anything is known. */
export function PageLoading() {
  return (
    <Loading what="Snag">
      <div className={styles.bar}>
        <Logo />
        <Skeleton width={120} />
      </div>
    </Loading>
  )
}

interface PageFailureProps {
  title: string
  error?: unknown
  message?: string
  onRetry: () => void
}

/** When there can be no page at all. */
export function PageFailure({ title, error, message, onRetry }: PageFailureProps) {
  return (
    <main className={styles.failure}>
      <EmptyState
        title={title}
        picture={<Logo />}
        actions={
          <Button look="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        <p role="alert">{message ?? messageOf(error)}</p>
      </EmptyState>
    </main>
  )
}
