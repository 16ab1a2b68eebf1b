import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Issue, IssueStatus } from '#shared/issues/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogFooter } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import formStyles from '../ui/form.module.css'
import { Choices, Menu } from '../ui/menu.tsx'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { useCreateIssue } from './issue-queries.ts'
import { IssueWords, wordFields, Words } from './issue-words.tsx'
import { LabelPicker } from './labels.tsx'
import { Status, statusChoices } from './status.tsx'

interface NewIssueDialogProps {
  slug: string
  onClose: () => void
  onFiled: (issue: Issue) => void
}

export function NewIssueDialog({ slug, onClose, onFiled }: NewIssueDialogProps) {
  const labels = useLabels(slug).data
  const create = useCreateIssue(slug)
  const [status, setStatus] = useState<IssueStatus>('backlog')
  const [chosen, setChosen] = useState<string[]>([])
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, setError, formState } = useForm<Words>({
    resolver: zodResolver(Words),
    defaultValues: { title: '', description: '' },
  })

  const file = async (words: Words) => {
    if (create.isPending) return
    setFailure(null)
    try {
      onFiled(await create.mutateAsync({ ...words, status, labels: chosen }))
    } catch (error) {
      setFailure(placeAtFields(error, wordFields, setError))
    }
  }
  return (
    <Dialog title="New issue" unsaved={formState.isDirty || chosen.length > 0} onClose={onClose}>
      <form className={formStyles.form} noValidate onSubmit={(event) => void handleSubmit(file)(event)}>
        <IssueWords register={register} errors={formState.errors} />
        <div className={formStyles.row}>
          <Menu label="Status" shown={<Status status={status} />}>
            <Choices value={status} choices={statusChoices} onChoose={setStatus} />
          </Menu>
          <LabelPicker chosen={chosen} known={labels} onChange={setChosen} />
        </div>
        {failure !== null && <Failure title="The issue was not filed" error={failure} />}
        <DialogFooter>
          <Button look="primary" type="submit" busy={create.isPending}>
            {create.isPending ? 'Filing…' : 'File issue'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}
