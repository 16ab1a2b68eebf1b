import { closedStatuses } from '#shared/issues/schema.ts'
import { AppError } from '#shared/errors.ts'
import { parseInput } from '#shared/input.ts'
import { suggestIssues } from '#shared/issues/queries.ts'
import { IssueNumber, IssueStatus } from '#shared/issues/schema.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { LabelName } from '#shared/labels/schema.ts'
import { z } from 'zod'
import type { CallInWorkspace } from './call.ts'
import { enterWorkspace } from './call.ts'
import { choice, choiceLimit, choicesShown, required, text } from './options.ts'
import { shorten } from './text.ts'

export const statusNames: Record<IssueStatus, string> = {
  backlog: 'Backlog',
  todo: 'Todo',
  inprogress: 'In progress',
  done: 'Done',
  canceled: 'Canceled',
}

export const issueStatus = choice(IssueStatus, { description: 'How far it is', names: statusNames })

/** An issue, found by its number or by words of its title. `which` leaves out what the command is not for. */
export function issueOption(which: 'any' | 'open' | 'closed' = 'any') {
  return required(
    text(z.string(), {
      description: 'Its number, or words of its title',
      async suggest(call, typed) {
        const { ctx } = await enterWorkspace(call)
        const closed = which === 'any' ? undefined : which === 'closed'
        const { value: found } = await suggestIssues(ctx, { typed, closed })
        return found.map(({ number, reference, title, status }) => ({
          name: shorten(
            `${reference} · ${title}${closedStatuses.has(status) ? ` (${statusNames[status]})` : ''}`,
            choiceLimit,
          ),
          value: String(number),
        }))
      },
    }),
  )
}

export const labelOption = text(LabelName, {
  description: 'A label of this workspace',
  async suggest(call, typed) {
    const { ctx } = await enterWorkspace(call)
    const { value: labels } = await listLabels(ctx, {})
    const wanted = typed.trim().toLowerCase()
    return labels.data
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .slice(0, choicesShown)
      .map(({ name }) => ({ name, value: name }))
  },
})

/** What was typed for an issue: `12`, `#12` or `SNAG-12`. Throws `invalid`, and `not_found` for another workspace's. */
export function readIssueNumber({ workspace }: CallInWorkspace, typed: string): number {
  const [, key, digits] = /^(?:#|([a-z][a-z0-9]*)-)?(-?\d+)$/i.exec(typed.trim()) ?? []
  if (digits === undefined) {
    throw new AppError(
      'invalid',
      'An issue is named by its number. Choose one of those offered while you type.',
    )
  }
  if (key !== undefined && key.toUpperCase() !== workspace.key) {
    throw new AppError(
      'not_found',
      `The issues of this server are called ${workspace.key}-1, ${workspace.key}-2 and so on.`,
    )
  }
  return parseInput(IssueNumber, digits)
}
