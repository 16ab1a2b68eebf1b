import type { ClientGuild } from '#local/discord/client-api.ts'
import { Icon } from '../icons.tsx'

interface ServerRailProps {
  guilds: ClientGuild[]
  /** Null while direct messages are open. */
  open: ClientGuild | null
  unread: ReadonlySet<string>
  hasUnreadDirects: boolean
  onOpen: (guild: ClientGuild | null) => void
}

export function ServerRail({ guilds, open, unread, hasUnreadDirects, onOpen }: ServerRailProps) {
  return (
    <nav className="rail" aria-label="Servers">
      <button
        type="button"
        className="rail__server"
        aria-current={open === null}
        data-unread={hasUnreadDirects}
        aria-label={hasUnreadDirects ? 'Direct messages, unread' : 'Direct messages'}
        title="Direct messages"
        onClick={() => onOpen(null)}
      >
        <Icon name="chat" size={24} />
      </button>
      <hr />
      {guilds.map((guild) => {
        const isUnread = guild.channels.some(({ id }) => unread.has(id))
        return (
          <button
            key={guild.id}
            type="button"
            className="rail__server"
            aria-current={guild === open}
            data-unread={isUnread}
            aria-label={isUnread ? `${guild.name}, unread` : guild.name}
            title={guild.name}
            onClick={() => onOpen(guild)}
          >
            {guild.iconUrl === null ? (
              <span aria-hidden="true">{initials(guild.name)}</span>
            ) : (
              <img src={guild.iconUrl} alt="" />
            )}
          </button>
        )
      })}
    </nav>
  )
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 3)
}
