import { zodResolver } from '@hookform/resolvers/zod'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { z } from 'zod'
import { Link } from 'wouter'
import { Visibility, WorkspaceName } from '#shared/workspaces/schema.ts'
import type { Workspace } from '#shared/workspaces/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Field } from '../ui/field.tsx'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { LabelsSection } from './labels-section.tsx'
import { MembersSection } from './members-section.tsx'
import { VisibilityField } from './visibility-field.tsx'
import { isAllowed, useChangeWorkspace, useWorkspacePermissions } from './workspace-queries.ts'
import styles from './settings-page.module.css'

export function SettingsPage({ workspace }: { workspace: Workspace }) {
  const permissions = useWorkspacePermissions(workspace.slug)
  return (
    <div className={styles.page}>
      <title>{`Settings of ${workspace.name} · Snag`}</title>
      <div>
        <Link href={`/w/${workspace.slug}`} className={`${buttonClass('quiet')} ${styles.back}`}>
          <ArrowLeft size={16} aria-hidden />
          {workspace.name}
        </Link>
        <h1 className={styles.heading}>Members and settings</h1>
      </div>
      {permissions.isPending && (
        <Section title="Settings">
          <Loading what="the settings">
            <Skeleton width="60%" height={32} />
            <Skeleton width="40%" height={32} />
          </Loading>
        </Section>
      )}
      {permissions.isError && (
        <Failure
          title="What you may change could not be asked"
          error={permissions.error}
          onRetry={() => void permissions.refetch()}
        />
      )}
      {permissions.isSuccess && (
        <>
          {isAllowed(permissions.data, 'workspace.change') && <GeneralSection workspace={workspace} />}
          <LabelsSection slug={workspace.slug} mayManage={isAllowed(permissions.data, 'label.manage')} />
          <MembersSection workspace={workspace} mayManage={isAllowed(permissions.data, 'member.manage')} />
        </>
      )}
    </div>
  )
}

const General = z.object({ name: WorkspaceName, visibility: Visibility })
type General = z.infer<typeof General>

function GeneralSection({ workspace }: { workspace: Workspace }) {
  const change = useChangeWorkspace(workspace.slug)
  const show = useToasts()
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, setError, reset, formState } = useForm<General>({
    resolver: zodResolver(General),
    defaultValues: { name: workspace.name, visibility: workspace.visibility },
  })
  const save = async (wanted: General) => {
    if (change.isPending) return
    setFailure(null)
    try {
      const { name, visibility } = await change.mutateAsync(wanted)
      reset({ name, visibility })
      show({ text: 'The settings were saved.' })
    } catch (error) {
      setFailure(placeAtFields(error, ['name', 'visibility'], setError))
    }
  }
  return (
    <Section title="Workspace">
      <form className={styles.form} noValidate onSubmit={(event) => void handleSubmit(save)(event)}>
        <Field
          label="Name"
          hint={`Its address stays /w/${workspace.slug}, its key ${workspace.key}.`}
          error={formState.errors.name?.message}
        >
          {(attributes) => <input {...attributes} {...register('name')} autoComplete="off" />}
        </Field>
        <VisibilityField register={register('visibility')} />
        {failure !== null && <Failure title="The settings were not saved" error={failure} />}
        <div>
          <Button look="primary" type="submit" busy={change.isPending} idle={!formState.isDirty}>
            {change.isPending ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
    </Section>
  )
}
