import { lazy, Suspense, useEffect } from 'react'
import { hasCode } from '../api/problem.ts'
import { IssuesPage, IssuesPageSkeleton } from '../issues/issues-page.tsx'
import { NotFoundPage } from '../shell/not-found-page.tsx'
import { Failure } from '../ui/failure.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { forgetWorkspace, rememberWorkspace } from './last-workspace.ts'
import { useWorkspace } from './workspace-queries.ts'

const SettingsPage = lazy(async () => ({ default: (await import('./settings-page.tsx')).SettingsPage }))

const settingsSkeleton = <Skeleton width="40%" height={24} />

interface WorkspacePageProps {
  slug: string
  /** What follows the workspace in the address. */
  rest: string
}

export function WorkspacePage({ slug, rest }: WorkspacePageProps) {
  const workspace = useWorkspace(slug)
  const missing = hasCode(workspace.error, 'not_found')
  useEffect(() => {
    if (workspace.isSuccess) rememberWorkspace(slug)
    if (missing) forgetWorkspace(slug)
  }, [workspace.isSuccess, missing, slug])

  if (workspace.isPending) return rest === 'settings' ? settingsSkeleton : <IssuesPageSkeleton />
  if (missing) return <NotFoundPage why={workspace.error?.message} />
  if (workspace.data === undefined) {
    return (
      <Failure
        title="The workspace could not be loaded"
        error={workspace.error}
        onRetry={() => void workspace.refetch()}
      />
    )
  }
  if (rest === 'settings') {
    return (
      <Suspense fallback={settingsSkeleton}>
        <SettingsPage workspace={workspace.data} />
      </Suspense>
    )
  }
  const number = /^issues\/([^/]+)\/?$/.exec(rest)?.[1]
  if (rest === '' || number !== undefined) return <IssuesPage workspace={workspace.data} number={number} />
  return <NotFoundPage />
}
