import { Inbox, ListFilter, Plus } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation, useSearch, useSearchParams } from 'wouter'
import type { Issue } from '#shared/issues/schema.ts'
import type { Workspace } from '#shared/workspaces/schema.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Failure } from '../ui/failure.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { isAllowed, useWorkspacePermissions } from '../workspaces/workspace-queries.ts'
import { FilterBar, FilterBarSkeleton } from './filter-bar.tsx'
import { issueHref, openedFromTable, wasOpenedFromTable } from './issue-address.ts'
import { IssueDialog } from './issue-dialog.tsx'
import { filtersFrom } from './issue-filters.ts'
import type { IssueFilters } from './issue-filters.ts'
import { useIssues } from './issue-queries.ts'
import { IssueTable, IssueTableSkeleton } from './issue-table.tsx'
import styles from './issues-page.module.css'

const NewIssueDialog = lazy(async () => ({
  default: (await import('./new-issue-dialog.tsx')).NewIssueDialog,
}))

interface IssuesPageProps {
  workspace: Workspace
  /** The issue that lies open over the table, as it stands in the address. */
  number: string | undefined
}

export function IssuesPage({ workspace, number }: IssuesPageProps) {
  const { slug } = workspace
  const [search] = useSearchParams()
  const query = useSearch()
  const [, navigate] = useLocation()
  const [filing, setFiling] = useState(false)
  const permissions = useWorkspacePermissions(slug)
  const show = useToasts()
  const mayFile = isAllowed(permissions.data, 'issue.create')
  const filters = filtersFrom(search)
  useNewIssueKey(mayFile && number === undefined, () => setFiling(true))

  const close = () => {
    if (wasOpenedFromTable()) history.back()
    else navigate(`/w/${slug}${query === '' ? '' : `?${query}`}`, { replace: true })
  }
  const announce = ({ number: filed, reference }: Issue) => {
    setFiling(false)
    const open = () => navigate(issueHref({ slug, number: filed }, query), { state: openedFromTable })
    show({ text: `${reference} was filed.`, action: { name: 'Open', run: open } })
  }
  return (
    <>
      <title>{`${workspace.name} · Snag`}</title>
      <div className={styles.top}>
        <div>
          <h1 className={styles.name}>{workspace.name}</h1>
          <p className={styles.about}>
            {workspace.visibility === 'public' ? 'Anyone signed in can read and file' : 'For members only'}
          </p>
        </div>
        {mayFile && (
          <Button look="primary" onClick={() => setFiling(true)} aria-keyshortcuts="n">
            <Plus size={16} aria-hidden />
            New issue
          </Button>
        )}
      </div>
      <FilterBar slug={slug} filters={filters} />
      <section className={styles.panel} aria-label="Issues">
        <IssueList slug={slug} filters={filters} onNew={mayFile ? () => setFiling(true) : null} />
      </section>
      {number !== undefined && <IssueDialog slug={slug} number={number} onClose={close} />}
      {filing && (
        <Suspense>
          <NewIssueDialog slug={slug} onClose={() => setFiling(false)} onFiled={announce} />
        </Suspense>
      )}
    </>
  )
}

/** The page while its workspace is on its way, as high as it will be. */
export function IssuesPageSkeleton() {
  return (
    <>
      <div className={styles.top} aria-hidden>
        <div>
          <p className={styles.name}>
            <Skeleton width={88} height={18} />
          </p>
          <p className={styles.about}>
            <Skeleton width={180} height={12} />
          </p>
        </div>
      </div>
      <FilterBarSkeleton />
      <section className={styles.panel} aria-label="Issues">
        <IssueTableSkeleton />
      </section>
    </>
  )
}

interface IssueListProps {
  slug: string
  filters: IssueFilters
  /** Null when one may not file here. */
  onNew: (() => void) | null
}

function IssueList({ slug, filters, onNew }: IssueListProps) {
  const issues = useIssues(slug, filters)
  const [, setSearch] = useSearchParams()
  const shown = issues.data?.pages.flatMap((page) => page.data) ?? []

  if (issues.isPending) return <IssueTableSkeleton />
  if (issues.isError && issues.data === undefined) {
    return (
      <div className={styles.inset}>
        <Failure
          title="The issues could not be loaded"
          error={issues.error}
          onRetry={() => void issues.refetch()}
        />
      </div>
    )
  }
  if (shown.length === 0 && Object.keys(filters).length > 0) {
    return (
      <EmptyState
        title="Nothing matches these filters"
        picture={<ListFilter size={22} aria-hidden />}
        actions={<Button onClick={() => setSearch('')}>Clear the filters</Button>}
      >
        No issue has all of them.
      </EmptyState>
    )
  }
  if (shown.length === 0) {
    return (
      <EmptyState
        title="No issues yet"
        picture={<Inbox size={22} aria-hidden />}
        actions={
          onNew !== null && (
            <Button look="primary" onClick={onNew}>
              File the first one
            </Button>
          )
        }
      >
        What people file here, in a connected Discord server with /issue create or through the API, appears in
        this list.
      </EmptyState>
    )
  }
  return (
    <>
      {issues.isRefetchError && (
        <div className={styles.inset}>
          <Failure
            title="This list may be out of date"
            error={issues.error}
            onRetry={() => void issues.refetch()}
          />
        </div>
      )}
      <IssueTable slug={slug} issues={shown} stale={issues.isPlaceholderData} />
      {(issues.hasNextPage || issues.isFetchNextPageError) && (
        <footer className={styles.more}>
          {issues.isFetchNextPageError && (
            <Failure title="The next page could not be loaded" error={issues.error} />
          )}
          <Button busy={issues.isFetchingNextPage} onClick={() => void issues.fetchNextPage()}>
            {issues.isFetchingNextPage ? 'Loading…' : issues.isFetchNextPageError ? 'Try again' : 'Load more'}
          </Button>
        </footer>
      )}
    </>
  )
}

/** The key `n` begins a new issue, unless somebody is typing or a dialog is open. */
function useNewIssueKey(enabled: boolean, begin: () => void): void {
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'n' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return
      const busyElsewhere = 'input, textarea, select, [contenteditable], [role="menu"], [role="dialog"]'
      if (event.target instanceof Element && event.target.closest(busyElsewhere) !== null) return
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null) return
      event.preventDefault()
      begin()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [enabled, begin])
}
