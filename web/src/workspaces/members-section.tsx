import { useState } from 'react'
import { GrantedRole } from '#shared/members/schema.ts'
import type { Member } from '#shared/members/schema.ts'
import type { Workspace } from '#shared/workspaces/schema.ts'
import { useLocation } from 'wouter'
import { useMe } from '../account/account-queries.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Question } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loading } from '../ui/loading.tsx'
import { Choices, Menu } from '../ui/menu.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { AddMember } from './add-member.tsx'
import { roleNames } from './roles.ts'
import { useMembers, useRemoveMember, useSetRole } from './workspace-queries.ts'
import styles from './members-section.module.css'

interface MembersSectionProps {
  workspace: Workspace
  /** Whether roles may be given and taken. */
  mayManage: boolean
}

export function MembersSection({ workspace, mayManage }: MembersSectionProps) {
  const members = useMembers(workspace.slug)
  const me = useMe()
  return (
    <Section
      title="Members"
      about="People who were given a role here. Roles that come from a connected Discord server are not listed."
    >
      {members.isPending && (
        <Loading what="the members">
          <Skeleton width="45%" height={22} />
          <Skeleton width="52%" height={22} />
        </Loading>
      )}
      {members.isError && (
        <Failure
          title="The members could not be loaded"
          error={members.error}
          onRetry={() => void members.refetch()}
        />
      )}
      {members.data?.length === 0 && <p className={styles.none}>Nobody was given a role yet.</p>}
      {members.data !== undefined && members.data.length > 0 && (
        <ul className={styles.list}>
          {members.data.map((member) => (
            <MemberRow
              key={member.user.id}
              slug={workspace.slug}
              member={member}
              isMe={member.user.id === me.data?.id}
              mayManage={mayManage}
            />
          ))}
        </ul>
      )}
      {mayManage && <AddMember slug={workspace.slug} />}
    </Section>
  )
}

interface MemberRowProps {
  slug: string
  member: Member
  isMe: boolean
  mayManage: boolean
}

function MemberRow({ slug, member: { user, role }, isMe, mayManage }: MemberRowProps) {
  const setRole = useSetRole(slug)
  const [removing, setRemoving] = useState(false)
  return (
    <li className={styles.row}>
      <div className={styles.person}>
        <Avatar name={user.name} imageUrl={user.imageUrl} size={28} />
        <span className={styles.name}>
          {user.name}
          {isMe && <span className={styles.me}> (you)</span>}
        </span>
      </div>
      <div className={styles.controls}>
        {mayManage ? (
          <Menu label={`Role of ${user.name}`} quietLabel shown={roleNames[role]} busy={setRole.isPending}>
            <Choices
              value={role}
              choices={GrantedRole.options.map((value) => ({ value, shown: roleNames[value] }))}
              onChoose={(wanted) => wanted !== role && setRole.mutate({ userId: user.id, role: wanted })}
            />
          </Menu>
        ) : (
          <span>{roleNames[role]}</span>
        )}
        {(mayManage || isMe) && (
          <Button
            look="quiet"
            aria-label={isMe ? 'Leave this workspace' : `Remove ${user.name}`}
            onClick={() => setRemoving(true)}
          >
            {isMe ? 'Leave' : 'Remove'}
          </Button>
        )}
      </div>
      {setRole.isError && (
        <div className={styles.failure}>
          <Failure title="The role was not changed" error={setRole.error} />
        </div>
      )}
      {removing && <RemoveQuestion slug={slug} user={user} isMe={isMe} onCancel={() => setRemoving(false)} />}
    </li>
  )
}

interface RemoveQuestionProps {
  slug: string
  user: Member['user']
  isMe: boolean
  onCancel: () => void
}

function RemoveQuestion({ slug, user, isMe, onCancel }: RemoveQuestionProps) {
  const remove = useRemoveMember(slug)
  const show = useToasts()
  const [, navigate] = useLocation()
  const confirm = async () => {
    try {
      await remove.mutateAsync(user.id)
    } catch {
      return // shown below, from the mutation
    }
    show({ text: isMe ? 'You gave up your role.' : `${user.name} has no role here any more.` })
    if (isMe) navigate(`/w/${slug}`)
  }
  return (
    <Question
      title={isMe ? 'Leave this workspace?' : `Remove ${user.name}?`}
      confirm={isMe ? 'Leave' : 'Remove'}
      busy={remove.isPending}
      onConfirm={() => void confirm()}
      onCancel={onCancel}
    >
      <p>
        {isMe ? 'You give up the role you were given' : 'They lose the role they were given'}. What they wrote
        stays.
      </p>
      {remove.isError && <Failure title="Nothing was changed" error={remove.error} />}
    </Question>
  )
}
