import { restoreIssue } from '#shared/issues/operations.ts'
import { IssueNumber } from '#shared/issues/schema.ts'
import { z } from 'zod'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { cardAnswer } from '../card.ts'
import { action } from '../command.ts'
import type { Target } from '../custom-id.ts'
import { readIssueNumber } from '../issue-options.ts'
import { required, text } from '../options.ts'

const { description } = z.toJSONSchema(IssueNumber, { io: 'input' })

/** Without suggestions: what is deleted is nobody's to read. */
export const restoreCommand = action({
  name: 'restore',
  description: restoreIssue.summary,
  options: { number: required(text(z.string(), { description: description ?? 'Its number' })) },
  async run(call, { number }) {
    const here = await enterWorkspace(call)
    return cardAnswer(here, await restoreIssue(here.ctx, { number: readIssueNumber(here, number) }))
  },
})

export async function restoreFromButton(call: Call, target: Target<'restore'>): Promise<Answer> {
  const here = await enterWorkspace(call, target)
  return cardAnswer(here, await restoreIssue(here.ctx, { number: target.number }))
}
