import { zodResolver } from '@hookform/resolvers/zod'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Changes } from '#shared/events/schema.ts'
import type { Issue } from '#shared/issues/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { hasCode } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { ChangeList, changesBetween } from './issue-changes.tsx'
import { useChangeIssue, useFetchLatestIssue } from './issue-queries.ts'
import type { IssueAddress } from './issue-queries.ts'
import { IssueWords, wordFields, Words } from './issue-words.tsx'
import styles from './issue-editor.module.css'

interface IssueEditorProps {
  issue: Issue
  address: IssueAddress
  /** Whether leaving now would lose something. */
  onUnsaved: (unsaved: boolean) => void
  onDone: () => void
}

/**
 * Changes the words of an issue. It saves onto the version it began from, whatever is read meanwhile: when that
 * is no longer the newest, the person sees what changed and decides; nothing is overwritten unseen.
 */
export function IssueEditor({ issue, address, onUnsaved, onDone }: IssueEditorProps) {
  const labels = useLabels(address.slug).data
  const change = useChangeIssue(address)
  const fetchLatest = useFetchLatestIssue(address)
  const [base, setBase] = useState(issue)
  const [theirs, setTheirs] = useState<{ latest: Issue; changes: Changes } | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, setError, setFocus, reset, formState } = useForm<Words>({
    resolver: zodResolver(Words),
    defaultValues: wordsOf(issue),
  })
  const { isDirty, dirtyFields } = formState
  useEffect(() => setFocus('title'), [setFocus])
  useEffect(() => onUnsaved(isDirty), [isDirty, onUnsaved])

  const save = async (words: Words) => {
    if (change.isPending || theirs !== null) return
    setFailure(null)
    try {
      const wanted = Object.fromEntries(
        wordFields.filter((name) => dirtyFields[name]).map((name) => [name, words[name]]),
      )
      await change.mutateAsync({ version: base.version, change: wanted })
      onDone()
    } catch (error) {
      if (!hasCode(error, 'stale')) return setFailure(placeAtFields(error, wordFields, setError))
      try {
        const latest = await fetchLatest()
        setTheirs({ latest, changes: changesBetween(base, latest) })
      } catch (readError) {
        setFailure(readError)
      }
    }
  }

  /** Goes on from the newest version; what was written here stays, what was not touched follows. */
  const keepMine = (latest: Issue) => {
    setBase(latest)
    setTheirs(null)
    reset(wordsOf(latest), { keepDirtyValues: true })
  }
  const takeTheirs = (latest: Issue) => {
    setBase(latest)
    setTheirs(null)
    reset(wordsOf(latest))
  }
  return (
    <form className={styles.editor} noValidate onSubmit={(event) => void handleSubmit(save)(event)}>
      <IssueWords register={register} errors={formState.errors} />
      {theirs !== null && (
        <Notice
          tone="warning"
          title="Somebody changed this meanwhile"
          actions={
            <>
              <Button onClick={() => keepMine(theirs.latest)}>Keep my text</Button>
              <Button look="quiet" onClick={() => takeTheirs(theirs.latest)}>
                Drop mine and reload
              </Button>
            </>
          }
        >
          <ChangeList changes={theirs.changes} labels={labels} />
          <p>
            Yours was not saved, and nothing of theirs was overwritten. Keep your text to look it over and
            save it on top.
          </p>
        </Notice>
      )}
      {failure !== null && <Failure title="It was not saved" error={failure} />}
      <div className={styles.buttons}>
        <Button look="primary" type="submit" busy={change.isPending} idle={theirs !== null || !isDirty}>
          {change.isPending ? 'Saving…' : 'Save'}
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  )
}

function wordsOf({ title, description }: Issue): Words {
  return { title, description }
}
