import type { Issue } from '#shared/issues/schema.ts'
import { hasCode, messageOf } from '../api/problem.ts'
import { Question } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { useDeleteIssue, useFetchLatestIssue, useRestoreIssue } from './issue-queries.ts'
import type { IssueAddress } from './issue-queries.ts'

interface DeleteQuestionProps {
  issue: Issue
  address: IssueAddress
  onCancel: () => void
  onDeleted: () => void
}

/** Asks, deletes the version that is shown, and then offers to undo it. */
export function DeleteQuestion({ issue, address, onCancel, onDeleted }: DeleteQuestionProps) {
  const remove = useDeleteIssue(address)
  const restore = useRestoreIssue()
  const fetchLatest = useFetchLatestIssue(address)
  const show = useToasts()

  // By the time somebody undoes, this question is long gone: what follows must not depend on it.
  const undo = async () => {
    try {
      await restore.mutateAsync(address)
      show({ text: `${issue.reference} is back.` })
    } catch (error) {
      show({ text: `${issue.reference} was not restored. ${messageOf(error)}`, tone: 'danger' })
    }
  }
  const confirm = async () => {
    try {
      await remove.mutateAsync(issue.version)
    } catch {
      return // shown below, from the mutation
    }
    show({ text: `${issue.reference} was deleted.`, action: { name: 'Undo', run: () => void undo() } })
    onDeleted()
  }
  const stale = hasCode(remove.error, 'stale')
  const look = () => {
    remove.reset()
    onCancel()
    // When this fails too, the issue stays as it was and the next attempt is refused again.
    fetchLatest().catch((error: unknown) => show({ text: messageOf(error), tone: 'danger' }))
  }
  return (
    <Question
      title={`Delete ${issue.reference}?`}
      confirm={remove.isPending ? 'Deleting…' : stale ? 'Look at it first' : 'Delete'}
      busy={remove.isPending}
      onConfirm={stale ? look : () => void confirm()}
      onCancel={onCancel}
    >
      <p>“{issue.title}” can be restored for 30 days.</p>
      {remove.isError && <Failure title="It was not deleted" error={remove.error} />}
    </Question>
  )
}
