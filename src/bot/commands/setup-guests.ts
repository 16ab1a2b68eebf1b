import { changeGuild } from '#shared/guilds/operations.ts'
import { whisper } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'
import { required, yesOrNo } from '../options.ts'

export const setupGuestsCommand = action({
  name: 'guests',
  description: 'Choose whether guests may file issues',
  options: {
    allowed: required(yesOrNo('Whether people who have not linked an account may file issues')),
  },
  async run(call, { allowed }) {
    const { ctx, guildId } = await enterWorkspace(call)
    const guild = await changeGuild(ctx, { guildId, guestsAllowed: allowed })
    return whisper(describeConnection(guild, call))
  },
})
