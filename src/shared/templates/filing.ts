import type { Queryable } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { descriptionLimit } from '../issues/schema.ts'
import type { CreateIssue } from '../issues/schema.ts'
import { describeAnswers } from './answers.ts'
import { findTemplate } from './queries.ts'

/** What is filed in the end. */
export type FiledIssue = Omit<CreateIssue, 'template' | 'answers'>

/**
 * What a template makes of what somebody wrote: the answers become the description, and its labels and priority are
 * added, whoever files. Throws `invalid` for a template that is not there, and for answers it does not take.
 */
export async function withTemplate(
  tx: Queryable,
  workspaceId: number,
  { template: id, answers, ...words }: CreateIssue,
): Promise<FiledIssue> {
  if (id === undefined) {
    if (answers !== undefined)
      throw invalid('answers', 'Answers are to a template: send its id as `template`.')
    return words
  }
  if (words.description !== '') {
    throw invalid(
      'description',
      'With a template the description is made of the `answers`. Send one of them.',
    )
  }
  const template = await findTemplate(tx, workspaceId, id)
  if (template === null) throw invalid('template', 'There is no template with this id in this workspace.')
  const description = describeAnswers(template.fields, answers ?? {})
  if (description.length > descriptionLimit) {
    throw invalid(
      'answers',
      `Together the answers make more than the ${descriptionLimit.toLocaleString('en')} characters of a description. Shorten them.`,
    )
  }
  const labels = [...new Set([...words.labels, ...template.labels])].sort()
  const priority = words.priority === 'none' ? template.priority : words.priority
  return { ...words, description, labels, priority }
}

function invalid(path: string, message: string): AppError {
  return new AppError('invalid', `${path}: ${message}`, { problems: [{ path, message }] })
}
