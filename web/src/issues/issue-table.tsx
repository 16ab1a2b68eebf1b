import type { Issue } from '#shared/issues/schema.ts'
import { Link, useSearch } from 'wouter'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { Age } from '../ui/age.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Loading } from '../ui/loading.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { LabelChips } from './labels.tsx'
import { issueHref, openedFromTable } from './issue-address.ts'
import { Status } from './status.tsx'
import styles from './issue-table.module.css'

interface IssueTableProps {
  slug: string
  issues: readonly Issue[]
  /** What is shown belongs to the filter before; the new one is on its way. */
  stale: boolean
}

export function IssueTable({ slug, issues, stale }: IssueTableProps) {
  const labels = useLabels(slug).data
  const search = useSearch()
  return (
    <table
      className={styles.table}
      aria-label="Issues, newest first"
      aria-busy={stale}
      data-stale={stale || undefined}
    >
      <Head />
      <tbody>
        {issues.map((issue) => (
          <tr key={issue.number} className={styles.row}>
            <td className={styles.status}>
              <Status status={issue.status} />
            </td>
            <th scope="row" className={styles.issue}>
              <Link
                href={issueHref({ slug, number: issue.number }, search)}
                state={openedFromTable}
                className={styles.title}
              >
                {issue.title}
              </Link>
              <span className={styles.reference}>{issue.reference}</span>
            </th>
            <td className={styles.labels}>
              <LabelChips names={issue.labels} known={labels} />
            </td>
            <td className={styles.author}>
              <span className={styles.person}>
                <Avatar name={issue.author.name} imageUrl={issue.author.imageUrl} />
                <span className={styles.name}>{issue.author.name}</span>
              </span>
            </td>
            <td className={styles.age}>
              <Age at={issue.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The table while its first rows are on their way. */
export function IssueTableSkeleton() {
  return (
    <Loading what="issues">
      <table className={styles.table}>
        <Head />
        <tbody>
          {[58, 72, 44, 66, 50, 61, 39, 70].map((width) => (
            <tr key={width} className={styles.row}>
              <td className={styles.status}>
                <Skeleton width={84} />
              </td>
              <td className={styles.issue}>
                <Skeleton width={`${width}%`} />
              </td>
              <td className={styles.labels}>
                <Skeleton width={64} height={18} />
              </td>
              <td className={styles.author}>
                <Skeleton width={110} />
              </td>
              <td className={styles.age}>
                <Skeleton width={72} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Loading>
  )
}

function Head() {
  return (
    <thead className={styles.head}>
      <tr>
        <th scope="col" className={styles.status}>
          Status
        </th>
        <th scope="col">Issue</th>
        <th scope="col" className={styles.labels}>
          Labels
        </th>
        <th scope="col" className={styles.author}>
          Author
        </th>
        <th scope="col" className={styles.age}>
          Filed
        </th>
      </tr>
    </thead>
  )
}
