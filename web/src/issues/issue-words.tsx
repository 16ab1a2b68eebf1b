import type { FieldErrors, UseFormRegister } from 'react-hook-form'
import { z } from 'zod'
import { Description, Title, titleLimits } from '#shared/issues/schema.ts'
import { Field } from '../ui/field.tsx'

/** The words of an issue, as the forms for a new and for an existing one hold them. */
export const Words = z.object({ title: Title, description: Description })
export type Words = z.infer<typeof Words>

interface IssueWordsProps {
  register: UseFormRegister<Words>
  errors: FieldErrors<Words>
}

export const wordFields = ['title', 'description'] as const satisfies readonly (keyof Words)[]

export function IssueWords({ register, errors }: IssueWordsProps) {
  return (
    <>
      <Field label="Title" error={errors.title?.message}>
        {(attributes) => (
          <input {...attributes} {...register('title')} autoComplete="off" maxLength={titleLimits.max * 2} />
        )}
      </Field>
      <Field label="Description" hint="Markdown works here." error={errors.description?.message}>
        {(attributes) => <textarea {...attributes} {...register('description')} rows={8} />}
      </Field>
    </>
  )
}
