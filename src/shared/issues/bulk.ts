import { z } from 'zod'
import { composed } from '../composed.ts'
import type { Context } from '../context.ts'
import { asRefusal } from '../db/failures.ts'
import { AppError, bugSentence } from '../errors.ts'
import { operation } from '../operation.ts'
import { authorize } from '../policy.ts'
import { getStanding } from '../read.ts'
import { actionsOf, applyChange, changesTo, lockIssue } from './operations.ts'
import type { LockedIssue } from './operations.ts'
import { missingIssue } from './queries.ts'
import { BulkChange, BulkResults, ChangeIssues, IssueNumber, labelsPerIssue } from './schema.ts'
import type { BulkResult, IssueChange } from './schema.ts'

/** Answers whether anything was changed, and does not make the issue's representation, which nobody would see. */
const changeOneOfMany = operation({
  name: 'changeOneOfMany',
  summary: 'Change one of many issues',
  input: z.strictObject({ number: IssueNumber, change: BulkChange }),
  output: z.boolean(),
  subject: (scope, { number, change }) => lockIssue(scope, { number, duplicateOf: change.duplicateOf }),
  missing: missingIssue,
  access: (issue, { change }, actor) => actionsOf(changesTo(issue, changeOf(issue, change), actor)),
  async run({ input, subject: issue, ...scope }) {
    const change = changeOf(issue, input.change)
    if (change.labels !== undefined && change.labels.length > labelsPerIssue)
      throw new AppError('invalid', `An issue has at most ${labelsPerIssue} labels. Take one away first.`)
    const event = await applyChange(scope, issue, change)
    return { result: event.length > 0, event }
  },
})

/**
 * Changes each issue by itself, in the order they are named: what is refused for one is done for the others. Throws
 * `invalid` for what would be wrong for all of them, and `not_found` where there is no such workspace.
 */
export const changeIssues = composed({
  kind: 'operation',
  name: 'changeIssues',
  summary: 'Change many issues in the same way',
  input: ChangeIssues,
  output: BulkResults,
  async run(ctx, { numbers, change }): Promise<BulkResults> {
    authorize((await getStanding(ctx)).actor, ['issue.read'])
    const data: BulkResult[] = []
    // One after another: they may lock what they have in common, such as an original of several, in any order.
    for (const number of numbers) data.push(await attempt(ctx, number, change))
    return { data }
  },
})

async function attempt(ctx: Context, number: number, change: BulkChange): Promise<BulkResult> {
  try {
    const isChanged = await changeOneOfMany(ctx, { number, change })
    return { number, status: isChanged ? 'changed' : 'unchanged', problem: null }
  } catch (error) {
    return { number, status: 'refused', problem: problemOf(ctx, error) }
  }
}

/** One of the few places that catch: what went wrong with one issue is told beside what was done to the others. */
function problemOf({ tracker }: Context, error: unknown): BulkResult['problem'] {
  const refusal = asRefusal(error)
  if (refusal !== null) return { code: refusal.code, detail: refusal.message }
  const id = tracker.newId()
  tracker.log.error({ err: error, id }, 'One change of many failed')
  return { code: 'bug', detail: bugSentence(id) }
}

/** What the change means for this issue: labels that are added and taken away depend on those that are there. */
function changeOf(issue: LockedIssue, { addLabels, removeLabels, ...change }: BulkChange): IssueChange {
  if (addLabels === undefined && removeLabels === undefined) return change
  const kept = issue.labels.filter((name) => removeLabels?.includes(name) !== true)
  return { ...change, labels: [...new Set([...kept, ...(addLabels ?? [])])].sort() }
}
