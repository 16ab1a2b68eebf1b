import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { CreateLabel } from '#shared/labels/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { LabelChips } from '../issues/labels.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Field } from '../ui/field.tsx'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useCreateLabel, useLabels } from './workspace-queries.ts'
import styles from './labels-section.module.css'

/** The labels that issues here can have. `mayManage`: new ones may be made. */
export function LabelsSection({ slug, mayManage }: { slug: string; mayManage: boolean }) {
  const labels = useLabels(slug)
  return (
    <Section title="Labels" about="What issues here can be marked with.">
      {labels.isPending && (
        <Loading what="the labels">
          <Skeleton width="50%" height={22} />
        </Loading>
      )}
      {labels.isError && (
        <Failure
          title="The labels could not be loaded"
          error={labels.error}
          onRetry={() => void labels.refetch()}
        />
      )}
      {labels.data !== undefined && (
        <LabelChips names={labels.data.map(({ name }) => name)} known={labels.data} />
      )}
      {mayManage && <NewLabel slug={slug} />}
    </Section>
  )
}

const blank = { name: '', color: '#6e56cf' }

function NewLabel({ slug }: { slug: string }) {
  const create = useCreateLabel(slug)
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, reset, setError, formState } = useForm<
    CreateLabel,
    unknown,
    ReturnType<typeof CreateLabel.parse>
  >({
    resolver: zodResolver(CreateLabel),
    defaultValues: blank,
  })
  const add = async (label: CreateLabel) => {
    if (create.isPending) return
    setFailure(null)
    try {
      await create.mutateAsync(label)
      reset()
    } catch (error) {
      setFailure(placeAtFields(error, ['name', 'color'], setError))
    }
  }
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void handleSubmit(add)(event)}>
      <Field label="New label" error={formState.errors.name?.message}>
        {(attributes) => <input {...attributes} {...register('name')} autoComplete="off" />}
      </Field>
      <Field label="Colour" error={formState.errors.color?.message}>
        {(attributes) => (
          <input type="color" {...attributes} {...register('color')} className={styles.color} />
        )}
      </Field>
      <Button type="submit" busy={create.isPending} className={styles.add}>
        {create.isPending ? 'Adding…' : 'Add label'}
      </Button>
      {failure !== null && (
        <div className={styles.failure}>
          <Failure title="The label was not added" error={failure} />
        </div>
      )}
    </form>
  )
}
