import { AppError } from '#shared/errors.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { CreateIssue } from '#shared/issues/schema.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { authorize } from '#shared/policy.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { cardAnswer } from '../card.ts'
import { action } from '../command.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import type { Given } from '../form-fields.ts'
import { formFields, issueForm, textInputLimit } from '../issue-form.ts'
import { issueStatus, labelOption } from '../issue-options.ts'
import { text } from '../options.ts'

const { title, description } = CreateIssue.shape

/** With a title it files at once; without one it opens a form, with whatever was given filled in. */
export const createCommand = action({
  name: 'create',
  description: createIssue.summary,
  options: {
    title: text(title, { description: 'What is wrong or wanted, in one line' }),
    description: text(description.unwrap(), { description: 'Everything else; Markdown' }),
    label: labelOption,
    status: issueStatus,
  },
  async run(call, { title, description = '', label, status }) {
    const here = await enterWorkspace(call)
    const labels = label === undefined ? [] : [label]
    if (title !== undefined) {
      return cardAnswer(here, await createIssue(here.ctx, { title, description, labels, status }))
    }
    // Asked before the form is opened: nobody should write an issue only to be refused.
    authorize(here.actor, ['issue.create'])
    if (description.length > textInputLimit) {
      throw new AppError(
        'invalid',
        'This description is too long for a form. Give a title with it, to file it at once.',
      )
    }
    const { value: known } = await listLabels(here.ctx, {})
    return {
      kind: 'form',
      form: issueForm({
        customId: encodeTarget('newIssue', { workspaceId: here.workspace.id, status }),
        heading: 'New issue',
        words: { title: '', description, dashboardUrl: null },
        labels: { chosen: labels, known: known.data.map(({ name }) => name) },
      }),
    }
  },
})

export async function createFromForm(
  call: Call,
  target: Target<'newIssue'>,
  { form }: Given,
): Promise<Answer> {
  const here = await enterWorkspace(call, target)
  const issue = await createIssue(here.ctx, {
    title: form?.text(formFields.title) ?? '',
    description: form?.text(formFields.description),
    labels: form?.chosen(formFields.labels),
    status: target.status,
  })
  return cardAnswer(here, issue)
}
