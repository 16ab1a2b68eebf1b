import { listIssues } from '#shared/issues/list.ts'
import { browseIssues } from '#shared/issues/queries.ts'
import type { BrowsedIssues } from '#shared/issues/schema.ts'
import type { z } from 'zod'
import { button, buttons, sentence } from '../answer.ts'
import type { Answer, Body } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call, CallInWorkspace } from '../call.ts'
import { labelLine } from '../card.ts'
import { action } from '../command.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import { issueStatus, labelOption, statusNames } from '../issue-options.ts'
import { person, yesOrNo } from '../options.ts'
import { age, escapeText, inline } from '../text.ts'

/** So many of the longest that there can be fit Discord's 4,000 characters for a message. */
const pageSize = 8
const labelLimits = { most: 3, characters: 20 }
const nameLimit = 24

/** What a list is of, and which page of it is shown: all of it is in the custom id of its buttons. */
type Page = Omit<Target<'page'>, 'kind' | 'workspaceId'>

export const listCommand = action({
  name: 'list',
  description: listIssues.summary,
  options: {
    status: issueStatus,
    label: labelOption,
    author: person('Only what this person filed'),
    mine: yesOrNo('Only what you filed yourself'),
  },
  async run(call, { status, label, author, mine = false }) {
    const here = await enterWorkspace(call)
    const page: Page = { status, label: label?.trim(), author: mine ? 'me' : author }
    return { kind: 'whisper', body: await show(here, page) }
  },
})

export async function turnPage(call: Call, target: Target<'page'>): Promise<Answer> {
  const { workspaceId, status, label, author, olderThan, newerThan } = target
  const here = await enterWorkspace(call, { workspaceId })
  return { kind: 'update', body: await show(here, { status, label, author, olderThan, newerThan }) }
}

async function show(here: CallInWorkspace, page: Page): Promise<Body> {
  const found = await browse(here, page)
  const backwards = page.newerThan !== undefined
  // Turning back to the beginning shows the beginning, with what has been filed meanwhile.
  if (backwards && !found.more) return show(here, { ...page, newerThan: undefined })
  const { data } = found
  const first = data[0]
  const last = data.at(-1)

  const turn = (to: Pick<Page, 'olderThan' | 'newerThan'>) =>
    encodeTarget('page', {
      ...page,
      olderThan: undefined,
      newerThan: undefined,
      ...to,
      workspaceId: here.workspace.id,
    })
  if (first === undefined || last === undefined) {
    if (page.olderThan === undefined) return sentence(nothingFound(page))
    // It was deleted while the list was being read, or changed so that it is no longer of this list.
    const previous = turn({ newerThan: Math.max(1, page.olderThan - 1) })
    return [...sentence('Nothing older is in this list any more.'), buttons(button('Previous', previous))]
  }
  const newer = backwards || page.olderThan !== undefined
  const older = backwards || found.more
  const lines = data.map(
    ({ reference, title, status, labels, author, createdAt }) =>
      `**${reference}** ${escapeText(title)}\n-# ${[statusNames[status], labelLine(labels, labelLimits), inline(author.name, nameLimit), age(createdAt)].filter((fact) => fact !== '').join(' · ')}`,
  )
  const list = sentence(lines.join('\n'))
  if (!newer && !older) return list
  return [
    ...list,
    buttons(
      button('Previous', turn({ newerThan: first.number })).setDisabled(!newer),
      button('Next', turn({ olderThan: last.number })).setDisabled(!older),
    ),
  ]
}

async function browse({ ctx }: CallInWorkspace, page: Page): Promise<z.output<typeof BrowsedIssues>> {
  const { author, ...rest } = page
  const { value } = await browseIssues(ctx, {
    ...rest,
    limit: pageSize,
    author: author === undefined || author === 'me' ? author : { discordId: author },
  })
  return value
}

function nothingFound({ status, label, author }: Page): string {
  const filtered = status !== undefined || label !== undefined || author !== undefined
  return filtered
    ? 'There is no such issue here.'
    : 'There are no issues here yet. Use /issue create to file one.'
}
