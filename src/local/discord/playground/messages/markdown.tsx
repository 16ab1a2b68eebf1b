import { memo, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { hexColour, useDirectory } from '../directory.tsx'
import { goTo, usePlace } from '../place.ts'
import { useCommandLauncher } from '../composer/command-launcher.tsx'
import { isOnlyEmoji, parseMarkdown, safeLink } from './markdown-tree.ts'
import type { MarkdownNode } from './markdown-tree.ts'
import { useNow } from './now.ts'
import { formatTimestamp } from './timestamps.ts'

/** Draws what someone wrote. Text only ever becomes text nodes, never HTML. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const nodes = useMemo(() => parseMarkdown(text), [text])
  return (
    <div className={isOnlyEmoji(nodes) ? 'markdown markdown--jumbo' : 'markdown'}>
      <Nodes nodes={nodes} />
    </div>
  )
})

function Nodes({ nodes }: { nodes: MarkdownNode[] }): ReactNode {
  // A code block ends its own line.
  const drawn = nodes.filter(({ type }, index) => type !== 'br' || nodes[index - 1]?.type !== 'codeBlock')
  // A message's nodes never move: each edit parses the text anew, so their positions are their identity.
  // oxlint-disable-next-line react/no-array-index-key
  return drawn.map((node, index) => <Node key={index} node={node} />)
}

function Node({ node }: { node: MarkdownNode }): ReactNode {
  switch (node.type) {
    case 'text':
    case 'emoticon':
      return node.content
    case 'inlineCode':
      return <code>{node.content}</code>
    case 'br':
      return <br />
    case 'strong':
      return (
        <strong>
          <Nodes nodes={node.content} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Nodes nodes={node.content} />
        </em>
      )
    case 'underline':
      return (
        <u>
          <Nodes nodes={node.content} />
        </u>
      )
    case 'strikethrough':
      return (
        <s>
          <Nodes nodes={node.content} />
        </s>
      )
    case 'spoiler':
      return (
        <Spoiler>
          <Nodes nodes={node.content} />
        </Spoiler>
      )
    case 'blockQuote':
      return (
        <blockquote>
          <Nodes nodes={node.content} />
        </blockquote>
      )
    case 'subtext':
      return (
        <small>
          <Nodes nodes={node.content} />
        </small>
      )
    case 'heading':
      return (
        <Heading level={node.level}>
          <Nodes nodes={node.content} />
        </Heading>
      )
    case 'codeBlock':
      return (
        <pre data-language={node.lang || undefined}>
          <code>{node.content}</code>
        </pre>
      )
    case 'list':
      return <List node={node} />
    case 'link':
    case 'url':
    case 'autolink':
      return <Link node={node} />
    case 'user':
      return <UserMention id={node.id} />
    case 'role':
      return <RoleMention id={node.id} />
    case 'channel':
      return <ChannelMention id={node.id} />
    case 'guildNavigation':
      return <span className="mention">#server-guide</span>
    case 'everyone':
    case 'here':
      return <span className="mention">@{node.type}</span>
    case 'slashCommand':
      return <CommandMention name={node.fullName} />
    case 'emoji':
      return `:${node.name}:`
    case 'twemoji':
      return <span className="emoji">{node.name}</span>
    case 'timestamp':
      return <Timestamp seconds={Number(node.timestamp)} format={node.format ?? 'f'} />
  }
}

function Heading({ level, children }: { level: number; children: ReactNode }) {
  // The page's own headings come first, so those of a message begin below them.
  return (
    <div className={`heading heading--${level}`} role="heading" aria-level={level + 2}>
      {children}
    </div>
  )
}

function List({ node }: { node: Extract<MarkdownNode, { type: 'list' }> }) {
  const items = node.items.map((item, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- as above: positions are the identity of parsed nodes.
    <li key={index}>
      <Nodes nodes={item} />
    </li>
  ))
  return node.ordered ? <ol start={node.start}>{items}</ol> : <ul>{items}</ul>
}

function Link({ node }: { node: Extract<MarkdownNode, { type: 'link' | 'url' | 'autolink' }> }) {
  const address = safeLink(node.target)
  const words = <Nodes nodes={node.content} />
  if (address === null) return words
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" title={address}>
      {words}
    </a>
  )
}

function Spoiler({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false)
  if (shown) return <span className="spoiler spoiler--shown">{children}</span>
  return (
    <button
      type="button"
      className="spoiler"
      aria-label="Spoiler. Press to reveal"
      onClick={() => setShown(true)}
    >
      <span aria-hidden="true" inert>
        {children}
      </span>
    </button>
  )
}

function UserMention({ id }: { id: string }) {
  const member = useDirectory().members.get(id)
  return <span className="mention">@{member?.globalName ?? 'unknown-user'}</span>
}

function RoleMention({ id }: { id: string }) {
  const role = useDirectory().roles.get(id)
  const style = role && role.color !== 0 ? { color: hexColour(role.color) } : undefined
  return (
    <span className="mention" style={style}>
      @{role?.name ?? 'deleted-role'}
    </span>
  )
}

function ChannelMention({ id }: { id: string }) {
  const channel = useDirectory().channels.get(id)
  const place = usePlace()
  if (!channel) return <span className="mention">#unknown</span>
  const open = (): void => goTo({ ...place, guild: channel.guildId, channel: channel.id })
  return (
    <button type="button" className="mention" onClick={open}>
      #{channel.name}
    </button>
  )
}

function CommandMention({ name }: { name: string }) {
  const launch = useCommandLauncher()
  return (
    <button type="button" className="mention" onClick={() => launch(name)}>
      /{name}
    </button>
  )
}

function Timestamp({ seconds, format }: { seconds: number; format: string }) {
  const now = useNow()
  const at = new Date(seconds * 1000)
  return (
    <time className="timestamp" title={formatTimestamp(at, 'F', now)}>
      {formatTimestamp(at, format, now)}
    </time>
  )
}
