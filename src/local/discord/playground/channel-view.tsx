import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { ClientChannel, ClientGuild } from '#local/discord/client-api.ts'
import { Avatar } from './avatar.tsx'
import { Composer } from './composer/composer.tsx'
import { CommandLauncher } from './composer/command-launcher.tsx'
import { slashCommands } from './composer/commands.ts'
import type { SlashCommand } from './composer/commands.ts'
import { useDirectory } from './directory.tsx'
import { Icon } from './icons.tsx'
import { useInteractions } from './interactions.tsx'
import type { Live } from './live.ts'
import { useMedia } from './media.ts'
import { MessageList } from './messages/message-list.tsx'
import { MemberList } from './navigation/member-list.tsx'

interface ChannelViewProps {
  channel: ClientChannel
  /** Null in direct messages. */
  guild: ClientGuild | null
  live: Live
  onOpenDrawer: (() => void) | null
}

export function ChannelView({ channel, guild, live, onOpenDrawer }: ChannelViewProps) {
  const { client, account } = useInteractions()
  const [command, setCommand] = useState<SlashCommand | null>(null)
  const isWide = useMedia('(min-width: 1100px)')
  const [membersWanted, setMembersWanted] = useState<boolean | null>(null)
  const showsMembers = membersWanted ?? isWide

  const registered = useQuery({
    queryKey: [account.id, 'commands', guild?.id],
    queryFn: ({ signal }) => (guild ? client.commands(guild.id, signal) : client.directCommands(signal)),
  })
  const commands = useMemo(() => registered.data && slashCommands(registered.data), [registered.data])
  const launch = useMemo(
    () => (name: string) => setCommand((before) => commands?.find((each) => each.name === name) ?? before),
    [commands],
  )

  return (
    <CommandLauncher value={launch}>
      <main className="channel">
        <header className="channel__header">
          {onOpenDrawer ? (
            <button
              type="button"
              className="icon-button"
              aria-label="Servers and channels"
              onClick={onOpenDrawer}
            >
              <Icon name="menu" />
            </button>
          ) : null}
          <Icon name={guild ? 'hash' : 'at'} />
          <h1>{channel.name}</h1>
          {channel.topic ? (
            <p className="channel__topic" title={channel.topic}>
              {channel.topic}
            </p>
          ) : null}
          {guild ? (
            <button
              type="button"
              className="icon-button channel__members-toggle"
              aria-pressed={showsMembers}
              aria-label="Members"
              title="Members"
              onClick={() => setMembersWanted(!showsMembers)}
            >
              <Icon name="people" />
            </button>
          ) : null}
        </header>
        <Condition live={live} />
        <div className="channel__content">
          <div className="channel__chat">
            <MessageList
              channel={channel}
              welcome={<Welcome channel={channel} commands={commands ?? []} onCommand={setCommand} />}
            />
            <Composer
              channel={channel}
              commands={commands}
              commandsFailure={registered.error?.message ?? null}
              command={command}
              onCommand={setCommand}
            />
          </div>
          {guild && showsMembers ? <MemberList guild={guild} botOnline={live.botOnline} /> : null}
        </div>
      </main>
    </CommandLauncher>
  )
}

/** What keeps the chat from working just now. */
function Condition({ live }: { live: Live }) {
  const { bot } = useDirectory()
  const name = bot?.globalName ?? 'The bot'
  if (live.connected === false) {
    return (
      <p className="condition" role="status">
        The connection to the local Discord is lost. Trying again…
      </p>
    )
  }
  if (live.botOnline === false) {
    return (
      <p className="condition" role="status">
        {name} is offline. Its commands and buttons are not answered until it comes back.
      </p>
    )
  }
  return null
}

interface WelcomeProps {
  channel: ClientChannel
  commands: SlashCommand[]
  onCommand: (command: SlashCommand) => void
}

/** The beginning of a channel, with something to try. */
function Welcome({ channel, commands, onCommand }: WelcomeProps) {
  const { bot } = useDirectory()
  const isDirect = channel.guildId === null
  return (
    <section className="welcome">
      {isDirect ? (
        <Avatar name={channel.name} url={bot?.avatarUrl} size={80} />
      ) : (
        <span className="welcome__mark">
          <Icon name="hash" size={40} />
        </span>
      )}
      <h2>{isDirect ? channel.name : `Welcome to #${channel.name}!`}</h2>
      <p>
        {isDirect
          ? `This is the beginning of your direct messages with ${channel.name}.`
          : `This is the start of the #${channel.name} channel. ${channel.topic ?? ''}`}
      </p>
      {commands.length > 0 ? (
        <p className="welcome__try">
          <span>
            Type <kbd>/</kbd> to talk to {bot?.globalName ?? 'the bot'}, or try
          </span>
          {firstOfEach(commands).map((command) => (
            <button
              key={command.name}
              type="button"
              className="mention"
              title={command.description}
              onClick={() => onCommand(command)}
            >
              /{command.name}
            </button>
          ))}
        </p>
      ) : null}
    </section>
  )
}

/** A taste of what there is: the bot's first command in full, then one of each other kind, in the bot's own order. */
function firstOfEach(commands: SlashCommand[]): SlashCommand[] {
  const byWord = Map.groupBy(commands, ({ name }) => name.split(' ')[0])
  const [richest = [], ...others] = [...byWord.values()].toSorted((a, b) => b.length - a.length)
  return [...richest.slice(0, 3), ...others.flatMap((group) => group.slice(0, 1))].slice(0, 5)
}
