import { Avatar } from '../avatar.tsx'
import { colourOf, useDirectory } from '../directory.tsx'
import { useInteractions } from '../interactions.tsx'
import type { SentCommand } from '../interactions.tsx'
import { AppBadge, EphemeralNote, NoAnswer, Thinking, UsedCommand } from './message.tsx'
import { formatSent } from './timestamps.ts'

interface SentCommandProps {
  command: SentCommand
  onDismiss: (key: string) => void
}

/** Stands where the bot's answer will be, and stays to say so when none came. */
export function SentCommandMessage({ command, onDismiss }: SentCommandProps) {
  const { account } = useInteractions()
  const directory = useDirectory()
  const { bot } = directory
  const name = bot?.globalName ?? 'The application'
  const hasFailed = command.failure !== null
  return (
    <article className={hasFailed ? 'message message--ephemeral' : 'message'} aria-label={`/${command.name}`}>
      <UsedCommand by={account} name={command.name} />
      <div className="message__avatar">
        <Avatar name={name} url={bot?.avatarUrl} size={40} />
      </div>
      <div className="message__main">
        <header className="message__header">
          <span className="message__author" style={{ color: bot && colourOf(directory, bot.id) }}>
            {name}
          </span>
          <AppBadge />
          <time dateTime={command.sentAt.toISOString()}>{formatSent(command.sentAt, command.sentAt)}</time>
        </header>
        {hasFailed ? <NoAnswer>{command.failure}</NoAnswer> : <Thinking name={name} />}
        {hasFailed ? <EphemeralNote onDismiss={() => onDismiss(command.key)} /> : null}
      </div>
    </article>
  )
}
