import { AppError } from '#shared/errors.ts'
import { changeIssue } from '#shared/issues/operations.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { authorize, may } from '#shared/policy.ts'
import { whisper } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call, CallInWorkspace } from '../call.ts'
import { cardAnswer } from '../card.ts'
import { action } from '../command.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import type { Given } from '../form-fields.ts'
import { formFields, isSameText, issueForm } from '../issue-form.ts'
import { issueOption, readIssueNumber } from '../issue-options.ts'

export const editCommand = action({
  name: 'edit',
  description: 'Edit the title, description and labels of an issue',
  options: { number: issueOption() },
  async run(call, { number }) {
    const here = await enterWorkspace(call)
    return formFor(here, readIssueNumber(here, number))
  },
})

export async function openChangeForm(call: Call, target: Target<'edit'>): Promise<Answer> {
  return formFor(await enterWorkspace(call, target), target.number)
}

/** A form with the fields that this person may change; refused to whoever may change none. */
async function formFor(here: CallInWorkspace, number: number): Promise<Answer> {
  const { ctx, actor, workspace, dashboard } = here
  const [{ value: issue }, { value: known }] = await Promise.all([
    getIssue(ctx, { number }),
    listLabels(ctx, {}),
  ])
  const subject = { authorId: issue.author.id, locked: issue.locked }
  const mayLabel = may(actor, 'issue.set-labels', subject)
  if (!mayLabel || known.data.length === 0) authorize(actor, ['issue.edit'], subject)
  const form = issueForm({
    customId: encodeTarget('changeIssue', { workspaceId: workspace.id, number, version: issue.version }),
    heading: `Edit ${issue.reference}`,
    ...(may(actor, 'issue.edit', subject)
      ? {
          words: {
            title: issue.title,
            description: issue.description,
            dashboardUrl: dashboard.issue(workspace.slug, number),
          },
        }
      : {}),
    ...(mayLabel ? { labels: { chosen: issue.labels, known: known.data.map(({ name }) => name) } } : {}),
  })
  return { kind: 'form', form }
}

export async function changeFromForm(
  call: Call,
  target: Target<'changeIssue'>,
  { form }: Given,
): Promise<Answer> {
  const { number, version } = target
  const here = await enterWorkspace(call, target)
  const { value: before } = await getIssue(here.ctx, { number })
  if (before.version !== version) {
    throw new AppError(
      'stale',
      `Somebody changed ${before.reference} while your form was open, so nothing of yours was saved. Open the form again to see it as it is now.`,
    )
  }
  const description = form?.text(formFields.description)
  const issue = await changeIssue(here.ctx, {
    number,
    version,
    title: form?.text(formFields.title),
    description:
      description !== undefined && isSameText(before.description, description) ? undefined : description,
    labels: form?.chosen(formFields.labels),
  })
  if (issue.version === version) return whisper(`Nothing was changed: ${issue.reference} is as it was.`)
  return cardAnswer(here, issue)
}
