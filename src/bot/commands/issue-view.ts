import { getIssue } from '#shared/issues/queries.ts'
import { enterWorkspace } from '../call.ts'
import { cardAnswer, issueCard } from '../card.ts'
import { action } from '../command.ts'
import { issueOption, readIssueNumber } from '../issue-options.ts'
import { yesOrNo } from '../options.ts'

/** For the person alone, so that looking something up does not fill the channel; with `share`, for everybody. */
export const viewCommand = action({
  name: 'view',
  description: getIssue.summary,
  options: { number: issueOption(), share: yesOrNo('Show it to everybody in this channel') },
  async run(call, { number, share = false }) {
    const here = await enterWorkspace(call)
    const { value: issue } = await getIssue(here.ctx, { number: readIssueNumber(here, number) })
    if (share) return cardAnswer(here, issue)
    const { workspace, dashboard } = here
    return {
      kind: 'whisper',
      body: issueCard({ workspaceId: workspace.id, slug: workspace.slug, issue, dashboard }),
    }
  },
})
