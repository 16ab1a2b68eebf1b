import { unlinkDiscord } from '#shared/identity/operations.ts'
import { whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import { action } from '../command.ts'
import { shownName } from '../text.ts'

export const unlinkCommand = action({
  name: 'unlink',
  description: unlinkDiscord.summary,
  options: {},
  async run(call) {
    const { name } = await unlinkDiscord(outsideWorkspaces(call), {})
    return whisper(
      `This Discord account is no longer linked to **${shownName(name)}**. What you filed stays with that account. /link links them again.`,
    )
  },
})
