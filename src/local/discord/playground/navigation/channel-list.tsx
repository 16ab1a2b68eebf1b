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
  onOpenDirect: () => void
  directFailure: string | null
}

/** The channels of a server, or the direct messages with the bot. */
export function ChannelList(props: ChannelListProps) {
  const { guild, channels, open, unread, bot, botOnline, onOpen, onOpenDirect, directFailure } = props
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
      {channels.length === 0 && guild ? (
        <p className="channels__empty">No channel of this server is open to this account.</p>
      ) : null}
      {channels.length === 0 && !guild && bot ? (
        <div className="channels__empty">
          <p>Nobody has written to this account yet.</p>
          <button type="button" className="button button--primary" onClick={onOpenDirect}>
            Message {bot.globalName}
          </button>
          {directFailure === null ? null : <p role="alert">{directFailure}</p>}
        </div>
      ) : null}
    </nav>
  )
}
