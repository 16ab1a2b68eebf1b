import type { ReactNode } from 'react'
import type { Issue } from '#shared/issues/schema.ts'
import { Link, useSearch } from 'wouter'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { Age } from '../ui/age.tsx'
import { Loading } from '../ui/loading.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Author, AuthorSkeleton } from './author.tsx'
import { LabelChips, LabelsSkeleton } from './labels.tsx'
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
          <Row
            key={issue.number}
            status={<Status status={issue.status} />}
            title={
              <Link
                href={issueHref({ slug, number: issue.number }, search)}
                state={openedFromTable}
                className={styles.title}
              >
                {issue.title}
              </Link>
            }
            reference={issue.reference}
            labels={<LabelChips names={issue.labels} known={labels} />}
            author={<Author author={issue.author} />}
            age={<Age at={issue.createdAt} />}
          />
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
            <Row
              key={width}
              status={<Skeleton width={84} height={12} />}
              title={<Skeleton width={`${width}%`} />}
              reference={<Skeleton width={48} height={10} />}
              labels={<LabelsSkeleton />}
              author={<AuthorSkeleton />}
              age={<Skeleton width={72} height={12} />}
            />
          ))}
        </tbody>
      </table>
    </Loading>
  )
}

interface RowProps {
  status: ReactNode
  title: ReactNode
  reference: ReactNode
  labels: ReactNode
  author: ReactNode
  age: ReactNode
}

/** A row that is there and one that is on its way are laid out alike, so that nothing jumps. */
function Row({ status, title, reference, labels, author, age }: RowProps) {
  return (
    <tr className={styles.row}>
      <td className={styles.status}>{status}</td>
      <th scope="row" className={styles.issue}>
        {title}
        <span className={styles.reference}>{reference}</span>
      </th>
      <td className={styles.labels}>{labels}</td>
      <td className={styles.author}>{author}</td>
      <td className={styles.age}>{age}</td>
    </tr>
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
