import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Dialog } from 'radix-ui'
import { useEffect, useMemo, useState } from 'react'
import type { ClientAccount, ClientChannel, ClientGuild } from '#local/discord/client-api.ts'
import { ChannelView } from './channel-view.tsx'
import { DirectoryProvider, directoryOf } from './directory.tsx'
import { useInteractions } from './interactions.tsx'
import { useLive } from './live.ts'
import { useMedia } from './media.ts'
import { ModalHost } from './modal.tsx'
import { AccountSwitcher } from './navigation/account-switcher.tsx'
import { ChannelList } from './navigation/channel-list.tsx'
import { ServerRail } from './navigation/server-rail.tsx'
import { DIRECTS, goTo, named, usePlace } from './place.ts'
import type { Theme } from './theme.ts'

const NO_GUILDS: ClientGuild[] = []
const NO_CHANNELS: ClientChannel[] = []

interface ChatProps {
  accounts: ClientAccount[]
  theme: Theme
  onToggleTheme: () => void
}

/** The whole window of one account: servers, channels, and the channel that is open. */
export function Chat({ accounts, theme, onToggleTheme }: ChatProps) {
  const { client, account } = useInteractions()
  const queries = useQueryClient()
  const place = usePlace()
  const live = useLive(account)
  const isNarrow = useMedia('(max-width: 760px)')
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const guilds = useQuery({
    queryKey: [account.id, 'guilds'],
    queryFn: ({ signal }) => client.guilds(signal),
  })
  const directs = useQuery({
    queryKey: [account.id, 'directs'],
    queryFn: ({ signal }) => client.directs(signal),
  })

  const allGuilds = guilds.data ?? NO_GUILDS
  const guild = place.guild === DIRECTS ? null : named(allGuilds, place.guild)
  const channels = guild ? guild.channels : (directs.data ?? NO_CHANNELS)
  const channel = named(channels, place.channel)
  const directory = useMemo(() => directoryOf(allGuilds, guild), [allGuilds, guild])
  const { bot } = directory

  const { markRead, unread } = live
  useEffect(() => {
    if (channel && unread.has(channel.id)) markRead(channel.id)
  }, [channel, unread, markRead])

  useEffect(() => {
    document.title = channel ? `${guild ? '#' : '@'}${channel.name} · Playground` : 'Playground'
  }, [channel, guild])

  const openGuild = (next: ClientGuild | null): void => {
    goTo({ as: account.username, guild: next?.id ?? DIRECTS, channel: null })
  }
  const openChannel = (next: ClientChannel): void => {
    setDrawerOpen(false)
    goTo({ as: account.username, guild: next.guildId ?? DIRECTS, channel: next.id })
  }

  const direct = useMutation({
    mutationFn: client.openDirect,
    onSuccess: async (opened) => {
      await queries.invalidateQueries({ queryKey: [account.id, 'directs'] })
      openChannel(opened)
    },
  })

  const sidebar = (
    <div className="sidebar">
      <ServerRail
        guilds={allGuilds}
        open={guild}
        unread={unread}
        hasUnreadDirects={directs.data?.some(({ id }) => unread.has(id)) ?? false}
        onOpen={openGuild}
      />
      <ChannelList
        guild={guild}
        channels={channels}
        open={channel}
        unread={unread}
        bot={bot}
        botOnline={live.botOnline}
        onOpen={openChannel}
        onOpenDirect={() => direct.mutate()}
        directFailure={direct.error?.message ?? null}
      />
      <AccountSwitcher
        accounts={accounts}
        account={account}
        theme={theme}
        onToggleTheme={onToggleTheme}
        onSwitch={(next) => goTo({ ...place, as: next.username })}
      />
    </div>
  )

  return (
    <DirectoryProvider directory={directory}>
      <div className="window">
        {isNarrow ? (
          <Dialog.Root open={isDrawerOpen} onOpenChange={setDrawerOpen}>
            <Dialog.Portal>
              <Dialog.Overlay className="overlay" />
              <Dialog.Content className="drawer" aria-describedby={undefined}>
                <Dialog.Title className="visually-hidden">Servers and channels</Dialog.Title>
                {sidebar}
              </Dialog.Content>
            </Dialog.Portal>
          </Dialog.Root>
        ) : (
          sidebar
        )}
        {channel ? (
          <ChannelView
            key={channel.id}
            channel={channel}
            guild={guild}
            live={live}
            onOpenDrawer={isNarrow ? () => setDrawerOpen(true) : null}
          />
        ) : (
          <main className="channel channel--empty">
            {isNarrow ? (
              <button type="button" className="button button--secondary" onClick={() => setDrawerOpen(true)}>
                Servers and channels
              </button>
            ) : null}
            <p role="status">{emptyNote(guilds, directs.isPending)}</p>
          </main>
        )}
      </div>
      <ModalHost />
    </DirectoryProvider>
  )
}

function emptyNote(guilds: { isPending: boolean; error: Error | null }, isPending: boolean): string {
  if (guilds.error) return guilds.error.message
  return guilds.isPending || isPending ? 'Opening the chat…' : 'Pick a channel to read along.'
}
