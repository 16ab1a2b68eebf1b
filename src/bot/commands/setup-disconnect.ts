import { ButtonStyle } from 'discord.js'
import { disconnectGuild } from '#shared/guilds/operations.ts'
import { authorize } from '#shared/policy.ts'
import { button, buttons, sentence, whisper } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'

/** Asks first; a refusal comes before the question. */
export const setupDisconnectCommand = action({
  name: 'disconnect',
  description: disconnectGuild.summary,
  options: {},
  async run(call) {
    const { actor, workspace } = await enterWorkspace(call)
    authorize(actor, ['guild.change'])
    const target = { workspaceId: workspace.id }
    return whisper(
      `Disconnect this server from ${workspace.slug}? The workspace keeps everything; nobody can use it from here any more.`,
      buttons(
        button('Disconnect', encodeTarget('disconnect', target), ButtonStyle.Danger),
        button('Stay connected', encodeTarget('stayConnected', target)),
      ),
    )
  },
})

export async function disconnect(call: Call, target: Target<'disconnect'>): Promise<Answer> {
  const { ctx, guildId } = await enterWorkspace(call, target)
  return { kind: 'update', body: sentence(describeConnection(await disconnectGuild(ctx, { guildId }), call)) }
}

export async function stayConnected(call: Call, target: Target<'stayConnected'>): Promise<Answer> {
  const { workspace } = await enterWorkspace(call, target)
  return { kind: 'update', body: sentence(`This server stays connected to ${workspace.slug}.`) }
}
