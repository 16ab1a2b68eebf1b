import type { HistoryEntry } from '#shared/events/schema.ts'
import { Age } from '../ui/age.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loading } from '../ui/loading.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { ChangeList } from './issue-changes.tsx'
import { useIssueHistory } from './issue-queries.ts'
import type { IssueAddress } from './issue-queries.ts'
import styles from './issue-history.module.css'

const doors: Record<HistoryEntry['door'], string> = {
  api: 'through the API',
  web: 'on the dashboard',
  discord: 'in Discord',
  mcp: 'through MCP',
  job: 'by a scheduled job',
}

/** Who did what to an issue, when, and through which door. */
export function IssueHistory({ address }: { address: IssueAddress }) {
  const history = useIssueHistory(address)
  const entries = history.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <section className={styles.history} aria-labelledby="history">
      <h3 id="history" className={styles.heading}>
        History
      </h3>
      {history.isPending && (
        <Loading what="the history">
          <Skeleton width="55%" />
          <Skeleton width="42%" />
        </Loading>
      )}
      <ol className={styles.entries}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} slug={address.slug} />
        ))}
      </ol>
      {history.isError && (
        <Failure
          title="The history could not be loaded"
          error={history.error}
          onRetry={() => void (entries.length === 0 ? history.refetch() : history.fetchNextPage())}
        />
      )}
      {history.hasNextPage && !history.isError && (
        <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {history.isFetchingNextPage ? 'Loading…' : 'Show what came after'}
        </Button>
      )}
    </section>
  )
}

function Entry({ entry, slug }: { entry: HistoryEntry; slug: string }) {
  const labels = useLabels(slug).data
  const { actor, type, door, createdAt, changes } = entry
  return (
    <li className={styles.entry}>
      <Avatar name={actor.name} imageUrl={actor.imageUrl} size={20} />
      <div className={styles.words}>
        <p>
          <strong className={styles.actor}>{actor.name}</strong> {deeds[type] ?? type}{' '}
          <span className={styles.when}>
            {doors[door]}, <Age at={createdAt} />
          </span>
        </p>
        {type === 'issue.changed' && (
          <div className={styles.changes}>
            <ChangeList changes={changes} labels={labels} />
          </div>
        )}
      </div>
    </li>
  )
}

/** The kinds that an issue's history can hold. */
const deeds: Partial<Record<HistoryEntry['type'], string>> = {
  'issue.created': 'filed this',
  'issue.changed': 'changed this',
  'issue.deleted': 'deleted this',
  'issue.restored': 'restored this',
}
