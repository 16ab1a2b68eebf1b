import type { Change, EventType } from '#shared/events/schema.ts'
import type { DiscordMessage } from '#shared/webhooks/message.ts'
import type { WebhookMessage } from '#shared/webhooks/schema.ts'
import type { Dashboard } from './dashboard.ts'
import { escapeText, inline, shorten, shownName } from './text.ts'

/** What fits a message that many others stand beside: it is for seeing what happens, not for reading it. */
const excerptLimit = 300
const valueLimit = 100
const mostChanges = 6
const titleLimit = 200

const colors: Partial<Record<string, number>> = {
  'issue.created': 0x0969da,
  'issue.deleted': 0xcf222e,
  'webhook.failing': 0xcf222e,
}
const otherColor = 0x6e7781

/** What somebody did, between their name and what they did it to. */
const deeds: Partial<Record<EventType, string>> = {
  'issue.created': 'filed',
  'issue.changed': 'changed',
  'issue.deleted': 'deleted',
  'issue.restored': 'restored',
  'issue.voted': 'voted for',
  'issue.unvoted': 'took back a vote for',
  'comment.created': 'commented on',
  'comment.changed': 'changed a comment on',
  'comment.deleted': 'deleted a comment on',
}

/** Fields whose values are too long to be set side by side. */
const wordy: ReadonlySet<string> = new Set(['description', 'body'])
/** Fields that have ids in them, which tell people nothing. */
const unreadable: ReadonlySet<string> = new Set(['mentioned', 'userId', 'deliveryId'])

/**
 * An event as the body of Discord's “Execute Webhook”. Nobody is pinged by it, and what people wrote is shown letter by
 * letter. Sources: Discord's reference, “Execute Webhook”, “Embed limits”.
 */
export function webhookMessages(dashboard: Dashboard): DiscordMessage {
  return (message) => ({ embeds: [embedOf(message, dashboard)], allowed_mentions: { parse: [] } })
}

function embedOf(message: WebhookMessage, dashboard: Dashboard): object {
  const { type, timestamp, data } = message
  const { workspace, event, issue } = data
  const url =
    issue === null ? dashboard.workspace(workspace.slug) : dashboard.issue(workspace.slug, issue.number)
  const title =
    issue === null ? shownName(workspace.name) : `${issue.reference} ${inline(issue.title, titleLimit)}`
  return {
    title,
    ...(dashboard.isLinkable ? { url } : {}),
    description: event === null ? 'This webhook works.' : wordsOf(type, event),
    color: colors[type] ?? otherColor,
    timestamp,
    footer: { text: workspace.name },
  }
}

function wordsOf(type: string, { actor, changes }: NonNullable<WebhookMessage['data']['event']>): string {
  const deed = Object.hasOwn(deeds, type) ? deeds[type as EventType] : undefined // a key of `deeds`, as was seen
  const did = deed ?? `did something: ${type.replaceAll(/[.-]/g, ' ')}`
  const first = `**${shownName(actor.name)}** ${did}${deed === undefined ? '' : ' it'}`
  if (type === 'issue.created' || type === 'comment.created')
    return [first, ...excerptOf(changes['description']?.after ?? changes['body']?.after)].join('\n')
  const lines = Object.entries(changes)
    .filter(([field]) => !unreadable.has(field))
    .map(([field, { before, after }]) =>
      wordy.has(field) ? field : `${inline(field, valueLimit)}: ${valueOf(before)} → ${valueOf(after)}`,
    )
  return [first, ...lines.slice(0, mostChanges)].join('\n')
}

function excerptOf(words: unknown): string[] {
  return typeof words === 'string' && words !== '' ? [escapeText(shorten(words, excerptLimit))] : []
}

function valueOf(value: Change['after']): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '')
  return text === '' ? '–' : inline(text, valueLimit)
}
