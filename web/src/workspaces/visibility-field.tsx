import type { UseFormRegisterReturn } from 'react-hook-form'
import type { Visibility } from '#shared/workspaces/schema.ts'
import styles from './visibility-field.module.css'

const meanings: Record<Visibility, { name: string; about: string }> = {
  members: { name: 'Members', about: 'Only its members can read and file.' },
  public: { name: 'Public', about: 'Anyone signed in can read and file.' },
}
const choices = ['members', 'public'] as const satisfies readonly Visibility[]

/** Who can see a workspace, as two choices with their meaning. */
export function VisibilityField({ register }: { register: UseFormRegisterReturn }) {
  return (
    <fieldset className={styles.field}>
      <legend className={styles.legend}>Who can see it</legend>
      {choices.map((value) => (
        <label key={value} className={styles.choice}>
          <input type="radio" value={value} {...register} />
          <span>
            <span className={styles.name}>{meanings[value].name}</span>
            <span className={styles.about}>{meanings[value].about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
