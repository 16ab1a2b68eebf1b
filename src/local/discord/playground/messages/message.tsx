import { MessageFlags } from 'discord-api-types/v10'
import { memo } from 'react'
import type { ReactNode } from 'react'
import type { ClientMessage } from '#local/discord/client-api.ts'
import { Avatar } from '../avatar.tsx'
import { ComponentTree } from '../components/component-tree.tsx'
import { colourOf, useDirectory } from '../directory.tsx'
import { Icon } from '../icons.tsx'
import { useInteractions } from '../interactions.tsx'
import { Attachment } from './attachment.tsx'
import { Embed } from './embed.tsx'
import { Markdown } from './markdown.tsx'
import { useNow } from './now.ts'
import { formatSent, formatTimestamp } from './timestamps.ts'

/** The token of an interaction lives this long; who has not answered by then cannot any more. */
const TOKEN_LIFE_MS = 15 * 60_000

interface MessageProps {
  message: ClientMessage
  /** Drawn under the name of the message before it. */
  compact: boolean
  onDismiss: (messageId: string) => void
}

export const Message = memo(function Message({ message, compact, onDismiss }: MessageProps) {
  const directory = useDirectory()
  const { account } = useInteractions()
  const now = useNow()
  const member = directory.members.get(message.author.id)
  const name = member?.globalName ?? message.author.global_name ?? message.author.username
  const sent = new Date(message.timestamp)
  const mentionsMe = message.mentions.some(({ id }) => id === account.id)
  const classes = ['message', compact && 'message--compact', message.ephemeral && 'message--ephemeral']
  if (mentionsMe && message.author.id !== account.id) classes.push('message--mention')

  return (
    <article className={classes.filter(Boolean).join(' ')} aria-label={`${name}, ${formatSent(sent, now)}`}>
      <ReplyLine message={message} />
      {compact ? null : (
        <div className="message__avatar">
          <Avatar name={name} url={member?.avatarUrl} size={40} />
        </div>
      )}
      <div className="message__main">
        {compact ? null : (
          <header className="message__header">
            <span className="message__author" style={{ color: colourOf(directory, message.author.id) }}>
              {name}
            </span>
            {message.author.bot ? <AppBadge /> : null}
            <time dateTime={message.timestamp} title={formatTimestamp(sent, 'F', now)}>
              {formatSent(sent, now)}
            </time>
          </header>
        )}
        <MessageBody message={message} now={now} />
        {message.ephemeral ? <EphemeralNote onDismiss={() => onDismiss(message.id)} /> : null}
      </div>
    </article>
  )
})

function MessageBody({ message, now }: { message: ClientMessage; now: Date }) {
  const { failures } = useInteractions()
  if (message.loading) {
    const hasGivenUp = now.getTime() - new Date(message.timestamp).getTime() > TOKEN_LIFE_MS
    return hasGivenUp ? (
      <NoAnswer>The application did not respond</NoAnswer>
    ) : (
      <Thinking name={message.author.username} />
    )
  }
  const failure = failures.get(message.id)
  const isComponentsV2 = ((message.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0
  const components = message.components ?? []
  return (
    <>
      {message.content === '' ? null : <Markdown text={message.content} />}
      {message.embeds.map((embed, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- embeds have no identity but their position.
        <Embed key={index} embed={embed} attachments={message.attachments} />
      ))}
      {isComponentsV2 ? null : message.attachments.map((file) => <Attachment key={file.id} file={file} />)}
      {components.length === 0 ? null : <ComponentTree components={components} message={message} />}
      {message.edited_timestamp === null ? null : <span className="message__edited">(edited)</span>}
      {failure === undefined ? null : <NoAnswer>{failure}</NoAnswer>}
    </>
  )
}

function ReplyLine({ message }: { message: ClientMessage }) {
  const directory = useDirectory()
  const { usedCommand, referenced_message: replied } = message
  if (usedCommand) return <UsedCommand by={usedCommand.by} name={usedCommand.name} />
  if (!replied) return null
  const author = directory.members.get(replied.author.id)
  const name = author?.globalName ?? replied.author.global_name ?? replied.author.username
  return (
    <div className="message__reply">
      <Avatar name={name} url={author?.avatarUrl} size={16} />
      <span className="message__author" style={{ color: colourOf(directory, replied.author.id) }}>
        {name}
      </span>
      <span className="message__quoted">
        {replied.content === '' ? 'Press to see the message' : replied.content}
      </span>
    </div>
  )
}

/** The line above an answer: who used which command. */
export function UsedCommand({
  by,
  name,
}: {
  by: { id: string; globalName: string; avatarUrl: string }
  name: string
}) {
  const directory = useDirectory()
  return (
    <div className="message__reply">
      <Avatar name={by.globalName} url={by.avatarUrl} size={16} />
      <span className="message__author" style={{ color: colourOf(directory, by.id) }}>
        {by.globalName}
      </span>
      <span>used</span>
      <span className="message__command">
        <Icon name="slash" size={14} /> {name}
      </span>
    </div>
  )
}

export function AppBadge() {
  return (
    <span className="app-badge" title="This is a bot">
      APP
    </span>
  )
}

export function EphemeralNote({ onDismiss }: { onDismiss: () => void }) {
  return (
    <footer className="ephemeral-note">
      <Icon name="eye" size={14} />
      <span>Only you can see this</span>
      <span aria-hidden="true">·</span>
      <button type="button" className="text-link" onClick={onDismiss}>
        Dismiss message
      </button>
    </footer>
  )
}

export function Thinking({ name }: { name: string }) {
  return (
    <p className="thinking" role="status">
      <span className="thinking__dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {name} is thinking…
    </p>
  )
}

export function NoAnswer({ children }: { children: ReactNode }) {
  return (
    <p className="no-answer" role="alert">
      <Icon name="warning" size={16} /> {children}
    </p>
  )
}
