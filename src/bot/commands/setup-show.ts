import { AppError } from '#shared/errors.ts'
import { getGuild } from '#shared/guilds/queries.ts'
import { whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'

export const setupShowCommand = action({
  name: 'show',
  description: getGuild.summary,
  options: {},
  async run(call) {
    const { guildId } = call
    if (guildId === null) throw new AppError('conflict', 'This is about a server. Use the command in one.')
    const { value: guild } = await getGuild(outsideWorkspaces(call), { guildId })
    return whisper(describeConnection(guild, call))
  },
})
