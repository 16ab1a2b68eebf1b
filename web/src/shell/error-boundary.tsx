import { Component } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

interface Props {
  /** Another value is another page, which deserves to be tried. */
  page?: string
  children: ReactNode
}

interface State {
  failed: boolean
  page: string | undefined
}

/** The page's only catch for faults of its own: it says so, and offers the way out. React logs the error itself. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false, page: this.props.page }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  static getDerivedStateFromProps({ page }: Props, state: State): State | null {
    return page === state.page ? null : { failed: false, page }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main>
        <EmptyState
          title="This page broke"
          actions={
            <>
              <Button look="primary" onClick={() => location.reload()}>
                Reload
              </Button>
              <Button onClick={() => location.assign('/')}>Go to the start</Button>
            </>
          }
        >
          It is our mistake. What was saved is safe; what you were writing may be lost.
        </EmptyState>
      </main>
    )
  }
}
