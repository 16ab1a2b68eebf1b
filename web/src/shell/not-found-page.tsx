import { Compass } from 'lucide-react'
import { Link } from 'wouter'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

export function NotFoundPage({ why = 'The address leads nowhere.' }: { why?: string | undefined }) {
  return (
    <>
      <title>Not found · Snag</title>
      <EmptyState
        title="There is nothing here"
        picture={<Compass size={22} aria-hidden />}
        actions={
          <Link href="/w/home" className={buttonClass('primary')}>
            Go to Home
          </Link>
        }
      >
        {why}
      </EmptyState>
    </>
  )
}
