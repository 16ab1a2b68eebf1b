import type { ClientChannel, ClientGuild } from '#local/discord/client-api.ts'
import { Avatar } from '../avatar.tsx'
import type { Member } from '../directory.tsx'
import { Icon } from '../icons.tsx'

interface ChannelListProps {
  guild: ClientGuild | null
  channels: ClientChannel[]
  open: ClientChannel | null
  unread: ReadonlySet<string>
  bot: Member | undefined
  botOnline: boolean | null
  onOpen: (channel: ClientChannel) => void
}

/** The channels of a server, or the direct messages with the bot. */
export function ChannelList({ guild, channels, open, unread, bot, botOnline, onOpen }: ChannelListProps) {
  const title = guild?.name ?? 'Direct messages'
  return (
    <nav className="channels" aria-label={`Channels: ${title}`}>
      <h2 className="channels__title">{title}</h2>
      <ul>
        {channels.map((channel) => (
          <li key={channel.id}>
            <button
              type="button"
              className="channels__row"
              aria-current={channel.id === open?.id ? 'page' : undefined}
              data-unread={unread.has(channel.id)}
              onClick={() => onOpen(channel)}
            >
              {channel.guildId === null ? (
                <Avatar name={channel.name} url={bot?.avatarUrl} size={32} online={botOnline === true} />
              ) : (
                <Icon name="hash" />
              )}
              <span>{channel.name}</span>
              {unread.has(channel.id) ? <span className="visually-hidden">, unread</span> : null}
            </button>
          </li>
        ))}
      </ul>
      {channels.length === 0 ? (
        <p className="channels__empty">
          {guild
            ? 'No channel of this server is open to this account.'
            : 'Nobody has written to this account yet. When the bot does, it shows up here.'}
        </p>
      ) : null}
    </nav>
  )
}
