import type { ClientGuild } from '#local/discord/client-api.ts'
import { Avatar } from '../avatar.tsx'
import { colourOf, useDirectory } from '../directory.tsx'
import type { Member } from '../directory.tsx'
import { AppBadge } from '../messages/message.tsx'

/** The people of a server under the highest role that sets them apart, as Discord lists them. */
export function MemberList({ guild, botOnline }: { guild: ClientGuild; botOnline: boolean | null }) {
  return (
    <aside className="members" aria-label="Members">
      {membersByRole(guild, botOnline).map(({ title, members, online }) => (
        <section key={title}>
          <h3 className="members__title">
            {title} — {members.length}
          </h3>
          <ul>
            {members.map((member) => (
              <MemberRow key={member.id} member={member} online={online} />
            ))}
          </ul>
        </section>
      ))}
    </aside>
  )
}

function MemberRow({ member, online }: { member: Member; online: boolean }) {
  const directory = useDirectory()
  return (
    <li className="members__row" data-online={online}>
      <Avatar name={member.globalName} url={member.avatarUrl} size={32} online={online} />
      <span style={{ color: colourOf(directory, member.id) }}>{member.globalName}</span>
      {member.bot ? <AppBadge /> : null}
    </li>
  )
}

interface Group {
  title: string
  members: Member[]
  online: boolean
}

function membersByRole(guild: ClientGuild, botOnline: boolean | null): Group[] {
  const isOnline = (member: Member): boolean => !member.bot || botOnline !== false
  const online = guild.members.filter(isOnline)
  // The role with the guild's own id is everybody's, and the highest role comes last.
  const roles = guild.roles.filter(({ id }) => id !== guild.id).toReversed()
  const roleOf = (member: Member) => roles.find(({ id }) => member.roleIds.includes(id))
  const groups: Group[] = [
    ...roles.map((role) => ({
      title: role.name,
      members: online.filter((member) => roleOf(member) === role),
      online: true,
    })),
    { title: 'Online', members: online.filter((member) => roleOf(member) === undefined), online: true },
    { title: 'Offline', members: guild.members.filter((member) => !isOnline(member)), online: false },
  ]
  return groups.filter(({ members }) => members.length > 0)
}
