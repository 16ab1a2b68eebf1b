import { ActionRowBuilder, RoleSelectMenuBuilder } from 'discord.js'
import { z } from 'zod'
import { changeGuild } from '#shared/guilds/operations.ts'
import { getGuild } from '#shared/guilds/queries.ts'
import { ChangeGuild } from '#shared/guilds/schema.ts'
import { authorize } from '#shared/policy.ts'
import { sentence, whisper } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { enterWorkspace, outsideWorkspaces } from '../call.ts'
import type { Call, CallInWorkspace } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import type { Given } from '../form-fields.ts'

/** The most that Discord lets choose, where the schema has no limit of its own. */
const menuLimit = 25
const { maxItems = menuLimit } = z.toJSONSchema(ChangeGuild.shape.triageRoleIds, { io: 'input' })

export const setupTriagersCommand = action({
  name: 'triagers',
  description: 'Choose the roles that triage issues',
  options: {},
  async run(call) {
    const here = await enterWorkspace(call)
    authorize(here.actor, ['guild.change'])
    const { value: guild } = await getGuild(outsideWorkspaces(call), { guildId: here.guildId })
    return whisper(
      'Whoever has one of these roles triages issues: changes their status and labels.',
      roleMenu(here, guild.triageRoleIds),
    )
  },
})

export async function chooseTriagers(
  call: Call,
  target: Target<'triagers'>,
  { chosen }: Given,
): Promise<Answer> {
  const here = await enterWorkspace(call, target)
  const guild = await changeGuild(here.ctx, { guildId: here.guildId, triageRoleIds: chosen })
  return {
    kind: 'update',
    body: [...sentence(describeConnection(guild, call)), roleMenu(here, guild.triageRoleIds)],
  }
}

/** Roles that were deleted meanwhile are left out: Discord does not take a menu that names them. */
function roleMenu({ workspace, roleExists }: CallInWorkspace, triageRoleIds: string[]) {
  return new ActionRowBuilder<RoleSelectMenuBuilder>().addComponents(
    new RoleSelectMenuBuilder()
      .setCustomId(encodeTarget('triagers', { workspaceId: workspace.id }))
      .setPlaceholder('Triage roles')
      .setMinValues(0)
      .setMaxValues(Math.min(maxItems, menuLimit))
      .setDefaultRoles(triageRoleIds.filter(roleExists)),
  )
}
