import { ButtonStyle, ContainerBuilder } from 'discord.js'
import { restorableDays } from '#shared/issues/operations.ts'
import { closedStatuses } from '#shared/issues/schema.ts'
import type { Issue, IssueStatus } from '#shared/issues/schema.ts'
import { button, buttons, linkButton } from './answer.ts'
import type { Answer, Body } from './answer.ts'
import type { CallInWorkspace } from './call.ts'
import { encodeTarget } from './custom-id.ts'
import type { Dashboard } from './dashboard.ts'
import { statusNames } from './issue-options.ts'
import { age, escapeText, inline, shorten, shownName } from './text.ts'

const colors: Record<IssueStatus, number> = {
  backlog: 0x6e7781,
  todo: 0x0969da,
  inprogress: 0xbf8700,
  done: 0x1a7f37,
  canceled: 0x57606a,
}
const deletedColor = 0xcf222e

/** What fits a card: it is for recognising an issue, and the dashboard is for reading it. */
const excerptLimits = { lines: 6, characters: 400 }
const labelLimits = { most: 8, characters: 40 }

export interface CardOf {
  workspaceId: number
  slug: string
  issue: Issue
  dashboard: Dashboard
}

/**
 * An issue as a message, with buttons for what is done most. Anybody may press them; the policy decides then. A message
 * is for everybody in its channel, so of spam it shows nothing, whoever asked for it.
 */
export function issueCard({ workspaceId, slug, issue, dashboard }: CardOf): Body {
  if (issue.hidden) return hiddenCard(issue)
  const target = { workspaceId, number: issue.number }
  const closed = closedStatuses.has(issue.status)
  const card = new ContainerBuilder()
    .setAccentColor(colors[issue.status])
    .addTextDisplayComponents((text) => text.setContent(heading(issue)))
  const words = excerpt(issue.description)
  if (words !== '') card.addTextDisplayComponents((text) => text.setContent(words))
  card.addActionRowComponents(
    buttons(
      closed
        ? button('Reopen', encodeTarget('reopen', target), ButtonStyle.Success)
        : button('Close', encodeTarget('close', target), ButtonStyle.Danger),
      button('Edit', encodeTarget('edit', target)),
      ...(dashboard.isLinkable ? [linkButton('Open', dashboard.issue(slug, issue.number))] : []),
    ),
  )
  return [card]
}

function hiddenCard({ reference }: Issue): Body {
  return [
    new ContainerBuilder()
      .setAccentColor(deletedColor)
      .addTextDisplayComponents((text) => text.setContent(`**${reference}** was hidden by a moderator.`)),
  ]
}

/** What is left of a card when its issue was deleted: nothing of what it said. */
export function deletedCard({ workspaceId, issue }: CardOf): Body {
  const restore = encodeTarget('restore', { workspaceId, number: issue.number })
  return [
    new ContainerBuilder()
      .setAccentColor(deletedColor)
      .addTextDisplayComponents((text) =>
        text.setContent(`**${issue.reference}** was deleted. It can be restored for ${restorableDays} days.`),
      )
      .addActionRowComponents(buttons(button('Restore', restore))),
  ]
}

/** The answer that shows an issue to everybody. */
export function cardAnswer(call: CallInWorkspace, issue: Issue): Answer {
  const { workspace } = call
  return {
    kind: 'card',
    body: issueCard({ workspaceId: workspace.id, slug: workspace.slug, issue, dashboard: call.dashboard }),
    shown: { workspaceId: workspace.id, issueNumber: issue.number, version: issue.version },
  }
}

function heading({ reference, title, status, labels, author, createdAt }: Issue): string {
  const facts = [
    `**${statusNames[status]}**`,
    labelLine(labels),
    `by ${shownName(author.name)}`,
    age(createdAt),
  ]
  return `### ${reference} · ${escapeText(title)}\n${facts.filter((fact) => fact !== '').join(' · ')}`
}

export function labelLine(
  labels: string[],
  { most, characters }: { most: number; characters: number } = labelLimits,
): string {
  const shown = labels.slice(0, most).map((label) => inline(label, characters))
  const more = labels.length - shown.length
  return [...shown, ...(more > 0 ? [`+${more}`] : [])].join(', ')
}

/** The first lines of a description. */
function excerpt(description: string): string {
  const lines = description
    .trim()
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const text = lines.slice(0, excerptLimits.lines).join('\n')
  const cut = shorten(lines.length > excerptLimits.lines ? `${text}\n…` : text, excerptLimits.characters)
  return escapeText(cut)
}
