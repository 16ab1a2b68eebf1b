import { ButtonStyle } from 'discord.js'
import { deleteIssue, restorableDays } from '#shared/issues/operations.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { authorize } from '#shared/policy.ts'
import { button, buttons, sentence, whisper } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { action } from '../command.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import { issueOption, readIssueNumber } from '../issue-options.ts'
import { escapeText } from '../text.ts'

/** Asks first; a refusal comes before the question. */
export const deleteCommand = action({
  name: 'delete',
  description: deleteIssue.summary,
  options: { number: issueOption() },
  async run(call, { number }) {
    const here = await enterWorkspace(call)
    const { value: issue } = await getIssue(here.ctx, { number: readIssueNumber(here, number) })
    authorize(here.actor, ['issue.delete'], { authorId: issue.author.id, locked: issue.locked })
    const target = { workspaceId: here.workspace.id, number: issue.number }
    return whisper(
      `Delete **${issue.reference}** · ${escapeText(issue.title)}? It can be restored for ${restorableDays} days.`,
      buttons(
        button('Delete', encodeTarget('delete', { ...target, version: issue.version }), ButtonStyle.Danger),
        button('Keep', encodeTarget('keep', target)),
      ),
    )
  },
})

/** What was asked about is deleted: when the issue has changed since, the answer is another question. */
export async function confirmDeletion(call: Call, target: Target<'delete'>): Promise<Answer> {
  const { workspaceId, number, version } = target
  const { ctx, workspace } = await enterWorkspace(call, target)
  await deleteIssue(ctx, { number, version })
  const restore = button('Restore', encodeTarget('restore', { workspaceId, number }))
  return {
    kind: 'update',
    body: [
      ...sentence(
        `**${workspace.key}-${number}** is deleted. It can be restored for ${restorableDays} days.`,
      ),
      buttons(restore),
    ],
  }
}

export async function keepIssue(call: Call, target: Target<'keep'>): Promise<Answer> {
  const { workspace } = await enterWorkspace(call, target)
  return { kind: 'update', body: sentence(`**${workspace.key}-${target.number}** is kept.`) }
}
