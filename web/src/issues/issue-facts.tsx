import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Issue, IssueChange } from '#shared/issues/schema.ts'
import type { Permission } from '#shared/permissions/schema.ts'
import { Link } from 'wouter'
import { hasCode } from '../api/problem.ts'
import { Age } from '../ui/age.tsx'
import { Failure } from '../ui/failure.tsx'
import { Choices, Menu } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { isAllowed, useLabels } from '../workspaces/workspace-queries.ts'
import { Author } from './author.tsx'
import { ChangeList, changesBetween } from './issue-changes.tsx'
import type { Changes } from '#shared/events/schema.ts'
import { useChangeIssue, useFetchLatestIssue } from './issue-queries.ts'
import type { IssueAddress } from './issue-queries.ts'
import { LabelChips, LabelPicker } from './labels.tsx'
import { Status, statusChoices } from './status.tsx'
import styles from './issue-facts.module.css'

interface IssueFactsProps {
  issue: Issue
  address: IssueAddress
  permissions: Permission[] | undefined
}

/** What is known of an issue beside its words; status and labels change here at once, where that is allowed. */
export function IssueFacts({ issue, address, permissions }: IssueFactsProps) {
  const labels = useLabels(address.slug).data
  const change = useChangeIssue(address)
  const fetchLatest = useFetchLatestIssue(address)
  const [meanwhile, setMeanwhile] = useState<Changes | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [wantedLabels, setWantedLabels] = useState<string[] | null>(null)

  const save = async (wanted: IssueChange) => {
    setMeanwhile(null)
    setFailure(null)
    try {
      await change.mutateAsync({ version: issue.version, change: wanted })
    } catch (error) {
      if (!hasCode(error, 'stale')) return setFailure(error)
      try {
        setMeanwhile(changesBetween(issue, await fetchLatest()))
      } catch (readError) {
        setFailure(readError)
      }
    }
  }
  /** All that was picked is one change, made when the menu closes. */
  const saveLabels = async () => {
    if (wantedLabels === null) return
    if (wantedLabels.join() !== issue.labels.join()) await save({ labels: wantedLabels })
    setWantedLabels(null)
  }
  return (
    <dl className={styles.facts} aria-busy={change.isPending}>
      <Fact name="Status">
        {isAllowed(permissions, 'issue.set-status') ? (
          <Menu label="Status" shown={<Status status={issue.status} />} busy={change.isPending} quietLabel>
            <Choices
              value={issue.status}
              choices={statusChoices}
              onChoose={(status) => void save({ status })}
            />
          </Menu>
        ) : (
          <Status status={issue.status} />
        )}
      </Fact>
      <Fact name="Labels">
        {isAllowed(permissions, 'issue.set-labels') ? (
          <LabelPicker
            chosen={wantedLabels ?? issue.labels}
            known={labels}
            busy={change.isPending}
            quietLabel
            onChange={setWantedLabels}
            onClose={() => void saveLabels()}
          />
        ) : issue.labels.length === 0 ? (
          <span className={styles.none}>None</span>
        ) : (
          <LabelChips names={issue.labels} known={labels} />
        )}
      </Fact>
      {meanwhile !== null && (
        <Notice tone="warning" title="Somebody changed this meanwhile">
          <ChangeList changes={meanwhile} labels={labels} />
          <p>Nothing of yours was saved. You now see the newest; choose again if you still want to.</p>
        </Notice>
      )}
      {failure !== null && <Failure title="It was not changed" error={failure} />}
      <Fact name="Author">
        <Link className={styles.person} href={`/w/${address.slug}?author=${issue.author.id}`}>
          <Author author={issue.author} />
        </Link>
      </Fact>
      <Fact name="Filed">
        <Age at={issue.createdAt} />
      </Fact>
      {issue.updatedAt !== issue.createdAt && (
        <Fact name="Changed">
          <Age at={issue.updatedAt} />
        </Fact>
      )}
      {issue.closedAt !== null && (
        <Fact name="Closed">
          <Age at={issue.closedAt} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.factName}>{name}</dt>
      <dd className={styles.factValue}>{children}</dd>
    </div>
  )
}
