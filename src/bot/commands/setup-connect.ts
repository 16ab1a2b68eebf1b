import { connectGuild } from '#shared/guilds/operations.ts'
import { listConnectableWorkspaces } from '#shared/guilds/queries.ts'
import { parseInput } from '#shared/input.ts'
import { Slug } from '#shared/workspaces/schema.ts'
import { whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'
import { choiceLimit, required, text } from '../options.ts'
import type { Suggest } from '../options.ts'
import { shorten } from '../text.ts'

export const setupConnectCommand = action({
  name: 'connect',
  description: connectGuild.summary,
  options: {
    workspace: required(
      text(Slug, {
        description: 'Its address; you must be its admin already',
        suggest: suggestOwnWorkspaces,
      }),
    ),
  },
  async run(call, { workspace }) {
    const place = { slug: parseInput(Slug, workspace.trim()) }
    return whisper(describeConnection(await connectGuild({ ...call.ctx, place }, {}), call))
  },
})

async function suggestOwnWorkspaces(...[call, typed]: Parameters<Suggest>): ReturnType<Suggest> {
  const { value: workspaces } = await listConnectableWorkspaces(outsideWorkspaces(call), {})
  const wanted = typed.trim().toLowerCase()
  return workspaces.data
    .filter(({ slug, name }) => `${slug} ${name}`.toLowerCase().includes(wanted))
    .map(({ slug, name }) => ({ name: shorten(`${name} (${slug})`, choiceLimit), value: slug }))
}
