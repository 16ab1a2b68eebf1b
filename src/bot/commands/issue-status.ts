import { changeIssue } from '#shared/issues/operations.ts'
import { getIssue } from '#shared/issues/queries.ts'
import type { IssueStatus } from '#shared/issues/schema.ts'
import { whisper } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { cardAnswer } from '../card.ts'
import { action } from '../command.ts'
import type { Target } from '../custom-id.ts'
import { issueOption, issueStatus, readIssueNumber, statusNames } from '../issue-options.ts'
import { required } from '../options.ts'

/** What closing and reopening set. */
const closed: IssueStatus = 'done'
const reopened: IssueStatus = 'todo'

export const statusCommand = action({
  name: 'status',
  description: 'Change the status of an issue',
  options: { number: issueOption(), status: required(issueStatus) },
  run: (call, { number, status }) => setTyped(call, number, status),
})

export const closeCommand = action({
  name: 'close',
  description: 'Close an issue: it is done',
  options: { number: issueOption('open') },
  run: (call, { number }) => setTyped(call, number, closed),
})

export const reopenCommand = action({
  name: 'reopen',
  description: 'Open a closed issue again',
  options: { number: issueOption('closed') },
  run: (call, { number }) => setTyped(call, number, reopened),
})

export function closeFromButton(call: Call, target: Target<'close'>): Promise<Answer> {
  return setPressed(call, target, closed)
}

export function reopenFromButton(call: Call, target: Target<'reopen'>): Promise<Answer> {
  return setPressed(call, target, reopened)
}

async function setTyped(call: Call, typed: string, status: IssueStatus): Promise<Answer> {
  const here = await enterWorkspace(call)
  const number = readIssueNumber(here, typed)
  const { value: issue } = await getIssue(here.ctx, { number })
  // A card for everybody would look as if this person had done it.
  if (issue.status === status) return whisper(`${issue.reference} is **${statusNames[status]}** already.`)
  return cardAnswer(here, await changeIssue(here.ctx, { number, status }))
}

async function setPressed(
  call: Call,
  target: Target<'close' | 'reopen'>,
  status: IssueStatus,
): Promise<Answer> {
  const here = await enterWorkspace(call, target)
  return cardAnswer(here, await changeIssue(here.ctx, { number: target.number, status }))
}
