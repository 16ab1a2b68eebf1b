import { Link2, Pencil, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { IssueNumber } from '#shared/issues/schema.ts'
import type { Permission } from '#shared/permissions/schema.ts'
import { hasCode } from '../api/problem.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loading } from '../ui/loading.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { isAllowed } from '../workspaces/workspace-queries.ts'
import { DeleteQuestion } from './delete-question.tsx'
import { issueHref } from './issue-address.ts'
import { IssueFacts } from './issue-facts.tsx'
import { IssueHistory } from './issue-history.tsx'
import { useIssue, useIssuePermissions } from './issue-queries.ts'
import type { IssueAddress } from './issue-queries.ts'
import styles from './issue-dialog.module.css'

// The parser and the forms are a third of all code, and reading a list needs neither.
const Markdown = lazy(async () => ({ default: (await import('../ui/markdown.tsx')).Markdown }))
const IssueEditor = lazy(async () => ({ default: (await import('./issue-editor.tsx')).IssueEditor }))

interface IssueDialogProps {
  slug: string
  /** As it stands in the address; anything may stand there. */
  number: string
  onClose: () => void
}

export function IssueDialog({ slug, number, onClose }: IssueDialogProps) {
  const parsed = IssueNumber.safeParse(number)
  if (!parsed.success) {
    return (
      <Dialog title={`Issue ${number}`} onClose={onClose}>
        <EmptyState title="There is no such issue">{parsed.error.issues[0]?.message}</EmptyState>
      </Dialog>
    )
  }
  return <LoadedIssue key={parsed.data} address={{ slug, number: parsed.data }} onClose={onClose} />
}

/** One dialog from loading to loaded, so that it knows where the focus was before. */
function LoadedIssue({ address, onClose }: { address: IssueAddress; onClose: () => void }) {
  const issue = useIssue(address)
  const permissions = useIssuePermissions(address)
  const [editing, setEditing] = useState(false)
  const [unsaved, setUnsaved] = useState(false)
  const [deleting, setDeleting] = useState(false)

  const stopEditing = () => {
    setEditing(false)
    setUnsaved(false)
  }
  const actions = issue.data !== undefined && !editing && (
    <>
      <CopyButton label="Copy link" text={`${location.origin}${issueHref(address)}`} picture={Link2} />
      {isAllowed(permissions.data, 'issue.edit') && (
        <IconButton label="Edit" onClick={() => setEditing(true)}>
          <Pencil size={16} aria-hidden />
        </IconButton>
      )}
      {isAllowed(permissions.data, 'issue.delete') && (
        <IconButton label="Delete" onClick={() => setDeleting(true)}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      )}
    </>
  )
  return (
    <Dialog
      title={issue.data?.reference ?? `Issue ${address.number}`}
      titleHidden
      wide
      unsaved={unsaved}
      actions={actions}
      onClose={onClose}
    >
      {issue.data !== undefined ? (
        <div className={styles.columns}>
          <title>{`${issue.data.reference} ${issue.data.title} · Snag`}</title>
          {editing ? (
            <div className={styles.editor}>
              <Suspense fallback={<WordsSkeleton />}>
                <IssueEditor
                  issue={issue.data}
                  address={address}
                  onUnsaved={setUnsaved}
                  onDone={stopEditing}
                />
              </Suspense>
            </div>
          ) : (
            <h2 className={styles.title}>{issue.data.title}</h2>
          )}
          <aside className={styles.facts} aria-label="About this issue">
            {permissions.isError && (
              <Failure
                title="What you may change could not be asked"
                error={permissions.error}
                onRetry={() => void permissions.refetch()}
              />
            )}
            <IssueFacts issue={issue.data} address={address} permissions={permissions.data} />
            <Refusal permissions={permissions.data} />
          </aside>
          <div className={styles.main}>
            {!editing && <Description text={issue.data.description} />}
            <IssueHistory address={address} />
          </div>
          {deleting && (
            <DeleteQuestion
              issue={issue.data}
              address={address}
              onCancel={() => setDeleting(false)}
              onDeleted={onClose}
            />
          )}
        </div>
      ) : issue.isPending ? (
        <IssueSkeleton />
      ) : hasCode(issue.error, 'not_found') ? (
        <EmptyState title="There is no such issue">{issue.error.message}</EmptyState>
      ) : (
        <div className={styles.failure}>
          <Failure
            title="The issue could not be loaded"
            error={issue.error}
            onRetry={() => void issue.refetch()}
          />
        </div>
      )}
    </Dialog>
  )
}

function Description({ text }: { text: string }) {
  if (text.trim() === '') return <p className={styles.nothing}>No description.</p>
  return (
    <Suspense fallback={<WordsSkeleton />}>
      <Markdown text={text} />
    </Suspense>
  )
}

/** Why there is no button to edit: the policy's own sentence. */
function Refusal({ permissions }: { permissions: Permission[] | undefined }) {
  const edit = permissions?.find(({ action }) => action === 'issue.edit')
  if (edit === undefined || edit.allowed || edit.reason === null) return null
  return <p className={styles.refusal}>{edit.reason}</p>
}

function WordsSkeleton() {
  return (
    <Loading what="the words">
      <Skeleton width="95%" />
      <Skeleton width="88%" />
      <Skeleton width="60%" />
    </Loading>
  )
}

function IssueSkeleton() {
  return (
    <div className={styles.columns}>
      <div className={styles.title}>
        <Skeleton width="70%" height={22} />
      </div>
      <div className={styles.facts} aria-hidden>
        <Skeleton width="80%" height={28} />
        <Skeleton width="60%" height={28} />
        <Skeleton width="70%" height={28} />
      </div>
      <div className={styles.main}>
        <Loading what="the issue">
          <Skeleton width="95%" />
          <Skeleton width="88%" />
          <Skeleton width="60%" />
        </Loading>
      </div>
    </div>
  )
}
