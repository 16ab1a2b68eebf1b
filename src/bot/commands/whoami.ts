import { getMe } from '#shared/identity/queries.ts'
import { getGuild } from '#shared/guilds/queries.ts'
import { getStanding } from '#shared/read.ts'
import { whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import type { Call } from '../call.ts'
import { action } from '../command.ts'
import { shownName } from '../text.ts'

export const whoamiCommand = action({
  name: 'whoami',
  description: 'Tell who you are here',
  options: {},
  async run(call) {
    const { value: me } = await getMe(outsideWorkspaces(call), {})
    const who = me.guest
      ? `You are **${shownName(me.name)}**, a guest: this Discord account is not linked. Use /link to link it.`
      : `You are **${shownName(me.name)}**: this Discord account is linked to your Snag account.`
    return whisper([who, ...(await describeStanding(call))].join('\n'))
  },
})

async function describeStanding(call: Call): Promise<string[]> {
  const { guildId } = call
  if (guildId === null) return []
  const { value: guild } = await getGuild(outsideWorkspaces(call), { guildId })
  if (guild.workspace === null) return ['This server is not connected to a workspace yet.']
  const { actor, workspace } = await getStanding(call.ctx)
  const where = `of ${shownName(guild.workspace.name)} (${workspace.key})`
  if (actor.role === null) return [`In this server you have no role ${where}.`]
  const article = actor.role === 'admin' ? 'an' : 'a'
  return [`In this server you are **${article} ${actor.role}** ${where}.`]
}
