import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { GrantedRole, SetMemberRole } from '#shared/members/schema.ts'
import { placeAtFields } from '../api/form-failure.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Field } from '../ui/field.tsx'
import { Choices, Menu } from '../ui/menu.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { roleInSentence, roleNames } from './roles.ts'
import { useSetRole } from './workspace-queries.ts'
import styles from './members-section.module.css'

const Entry = SetMemberRole.pick({ userId: true })

/** Gives a role to somebody who has none yet. People are named by their id: nobody can look through all users. */
export function AddMember({ slug }: { slug: string }) {
  const setRole = useSetRole(slug)
  const show = useToasts()
  const [role, chooseRole] = useState<GrantedRole>('member')
  const [failure, setFailure] = useState<unknown>(null)
  const { register, handleSubmit, reset, setError, formState } = useForm<{ userId: string }>({
    resolver: zodResolver(Entry),
    defaultValues: { userId: '' },
  })
  const add = async ({ userId }: { userId: string }) => {
    if (setRole.isPending) return
    setFailure(null)
    try {
      const { user, role: given } = await setRole.mutateAsync({ userId: userId.trim(), role })
      reset()
      show({ text: `${user.name} is now ${roleInSentence[given]} here.` })
    } catch (error) {
      setFailure(placeAtFields(error, ['userId'], setError))
    }
  }
  const problem = formState.errors.userId
  return (
    <form className={styles.add} noValidate onSubmit={(event) => void handleSubmit(add)(event)}>
      <Field
        label="Add somebody"
        hint="Their Snag id. They find it under “Discord and account”, in the menu at their picture."
        error={
          problem !== undefined && problem.type !== 'server'
            ? 'This is not a Snag id. Ask them to copy it from “Discord and account”.'
            : problem?.message
        }
      >
        {(attributes) => (
          <input
            {...attributes}
            {...register('userId')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
      </Field>
      {failure !== null && <Failure title="They were not added" error={failure} />}
      <div className={styles.addRow}>
        <Menu label="Role" shown={roleNames[role]}>
          <Choices
            value={role}
            choices={GrantedRole.options.map((value) => ({ value, shown: roleNames[value] }))}
            onChoose={chooseRole}
          />
        </Menu>
        <Button type="submit" busy={setRole.isPending}>
          {setRole.isPending ? 'Adding…' : 'Add'}
        </Button>
      </div>
    </form>
  )
}
