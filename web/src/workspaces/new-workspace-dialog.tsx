import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { z } from 'zod'
import { CreateWorkspace, Visibility } from '#shared/workspaces/schema.ts'
import type { Workspace } from '#shared/workspaces/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogFooter } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Field } from '../ui/field.tsx'
import formStyles from '../ui/form.module.css'
import { suggestKey, suggestSlug } from './suggestions.ts'
import { VisibilityField } from './visibility-field.tsx'
import { useCreateWorkspace } from './workspace-queries.ts'

/** What the form holds: everything is chosen in it, so nothing has a default. */
const Entries = CreateWorkspace.extend({ visibility: Visibility })
type Entries = z.infer<typeof Entries>

const fields = ['name', 'slug', 'key', 'visibility'] as const satisfies readonly (keyof Entries)[]

interface NewWorkspaceDialogProps {
  onClose: () => void
  onCreated: (workspace: Workspace) => void
}

export function NewWorkspaceDialog({ onClose, onCreated }: NewWorkspaceDialogProps) {
  const create = useCreateWorkspace()
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, setError, setValue, formState } = useForm<Entries>({
    resolver: zodResolver(Entries),
    defaultValues: { name: '', slug: '', key: '', visibility: 'members' },
  })
  const { errors, dirtyFields, isDirty, isSubmitted } = formState

  const suggest = (name: string) => {
    if (!dirtyFields.slug) setValue('slug', suggestSlug(name), { shouldValidate: isSubmitted })
    if (!dirtyFields.key) setValue('key', suggestKey(name), { shouldValidate: isSubmitted })
  }
  const found = async (words: Entries) => {
    if (create.isPending) return
    setFailure(null)
    try {
      onCreated(await create.mutateAsync(words))
    } catch (error) {
      setFailure(placeAtFields(error, fields, setError))
    }
  }
  return (
    <Dialog title="New workspace" unsaved={isDirty} onClose={onClose}>
      <form className={formStyles.form} noValidate onSubmit={(event) => void handleSubmit(found)(event)}>
        <Field label="Name" error={errors.name?.message}>
          {(attributes) => (
            <input
              {...attributes}
              {...register('name', {
                onChange: (event: { target: { value: string } }) => suggest(event.target.value),
              })}
              autoComplete="off"
              placeholder="Moon base"
            />
          )}
        </Field>
        <div className={formStyles.pair}>
          <Field label="Address" hint="Its name in links." error={errors.slug?.message}>
            {(attributes) => (
              <input
                {...attributes}
                {...register('slug')}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
              />
            )}
          </Field>
          <Field label="Key" hint="What its issues begin with, as in MOON-12." error={errors.key?.message}>
            {(attributes) => (
              <input
                {...attributes}
                {...register('key')}
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
              />
            )}
          </Field>
        </div>
        <VisibilityField register={register('visibility')} />
        {failure !== null && <Failure title="The workspace was not created" error={failure} />}
        <DialogFooter>
          <Button look="primary" type="submit" busy={create.isPending}>
            {create.isPending ? 'Creating…' : 'Create workspace'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}
