import { useId } from 'react'
import type { ReactNode } from 'react'
import styles from './field.module.css'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  children: (attributes: FieldAttributes) => ReactNode
}

/** What the control of a field needs to belong to its label, hint and error. */
export interface FieldAttributes {
  id: string
  className: string | undefined
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const about = error !== undefined || hint !== undefined ? `${id}-about` : undefined
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: styles.control,
        'aria-describedby': about,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error === undefined ? (
        hint !== undefined && (
          <p id={about} className={styles.hint}>
            {hint}
          </p>
        )
      ) : (
        <p id={about} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
