import { ActionRowBuilder, ButtonStyle, RoleSelectMenuBuilder } from 'discord.js'
import { AppError } from '#shared/errors.ts'
import {
  changeGuild,
  connectGuild,
  disconnectGuild,
  foundGuildWorkspace,
  getGuild,
} from '#shared/guilds/operations.ts'
import { FoundGuild } from '#shared/guilds/schema.ts'
import type { Guild } from '#shared/guilds/schema.ts'
import { parseInput } from '#shared/input.ts'
import { authorize } from '#shared/policy.ts'
import { listWorkspaces } from '#shared/workspaces/queries.ts'
import { Slug } from '#shared/workspaces/schema.ts'
import { button, buttons, sentence, whisper } from '../answer.ts'
import type { Answer, Body } from '../answer.ts'
import { enterWorkspace } from '../call.ts'
import type { Call } from '../call.ts'
import { action } from '../command.ts'
import { encodeTarget } from '../custom-id.ts'
import type { Target } from '../custom-id.ts'
import { required, text, yesOrNo } from '../options.ts'
import type { Given } from '../targets.ts'
import { inline, shorten } from '../text.ts'

const { name, slug, key } = FoundGuild.shape
const nameLimit = 100
/** As many roles as can triage: the limit of `ChangeGuild`. */
const rolesChosen = 10

export const setupCreate = action({
  name: 'create',
  description: foundGuildWorkspace.summary,
  options: {
    name: required(text(name, { description: 'What it is called' })),
    address: required(text(slug, { description: 'Its name in addresses: small letters, digits, hyphens' })),
    key: required(text(key, { description: 'What its issues begin with: SNAG in SNAG-12' })),
  },
  async run(call, { name, address, key }) {
    const guild = await foundGuildWorkspace({ ...call.ctx, place: null }, { name, slug: address, key })
    return whisper(`${describe(guild, call)}\nYou are its admin. Everybody here can use /issue now.`)
  },
})

export const setupConnect = action({
  name: 'connect',
  description: connectGuild.summary,
  options: {
    workspace: required(
      text(slug, {
        description: 'Its address; you must be its admin already',
        async suggest({ ctx }, typed) {
          const { value } = await listWorkspaces({ ...ctx, place: null }, {})
          const wanted = typed.trim().toLowerCase()
          return value.data
            .filter(
              ({ role, slug, name }) => role === 'admin' && `${slug} ${name}`.toLowerCase().includes(wanted),
            )
            .map(({ slug, name }) => ({ name: shorten(`${name} (${slug})`, nameLimit), value: slug }))
        },
      }),
    ),
  },
  async run(call, { workspace }) {
    const place = { slug: parseInput(Slug, workspace.trim()) }
    return whisper(describe(await connectGuild({ ...call.ctx, place }, {}), call))
  },
})

export const setupShow = action({
  name: 'show',
  description: getGuild.summary,
  options: {},
  async run(call) {
    const { value: guild } = await getGuild({ ...call.ctx, place: null }, { guildId: inServer(call) })
    return whisper(describe(guild, call))
  },
})

export const setupTriagers = action({
  name: 'triagers',
  description: 'Choose the roles that triage issues',
  options: {},
  async run(call) {
    const here = await enterWorkspace(call)
    authorize(here.actor, ['guild.change'])
    const { value: guild } = await getGuild({ ...call.ctx, place: null }, { guildId: here.guildId })
    return whisper(
      'Who has one of these roles triages issues: changes their status and labels.',
      roleMenu(guild, here.workspace.id),
    )
  },
})

export async function chooseTriagers(
  call: Call,
  target: Target<'triagers'>,
  { chosen }: Given,
): Promise<Answer> {
  const here = await enterWorkspace(call, target)
  const guild = await changeGuild(here.ctx, { triageRoleIds: chosen })
  return { kind: 'update', body: [...sentence(describe(guild, call)), roleMenu(guild, here.workspace.id)] }
}

export const setupGuests = action({
  name: 'guests',
  description: 'Choose whether guests may file issues',
  options: { allowed: required(yesOrNo('Whether people who have not linked an account may file issues')) },
  async run(call, { allowed }) {
    const here = await enterWorkspace(call)
    return whisper(describe(await changeGuild(here.ctx, { guestsAllowed: allowed }), call))
  },
})

export const setupDisconnect = action({
  name: 'disconnect',
  description: disconnectGuild.summary,
  options: {},
  async run(call) {
    const here = await enterWorkspace(call)
    authorize(here.actor, ['guild.change'])
    const target = { workspaceId: here.workspace.id }
    return whisper(
      `Disconnect this server from ${here.workspace.slug}? The workspace keeps everything; nobody can use it from here any more.`,
      buttons(
        button('Disconnect', encodeTarget('disconnect', target), ButtonStyle.Danger),
        button('Stay connected', encodeTarget('stayConnected', target)),
      ),
    )
  },
})

export async function disconnect(call: Call, target: Target<'disconnect'>): Promise<Answer> {
  const { ctx } = await enterWorkspace(call, target)
  return { kind: 'update', body: sentence(describe(await disconnectGuild(ctx, {}), call)) }
}

export async function stayConnected(call: Call, target: Target<'stayConnected'>): Promise<Answer> {
  const { workspace } = await enterWorkspace(call, target)
  return { kind: 'update', body: sentence(`This server stays connected to ${workspace.slug}.`) }
}

function describe({ workspace, guestsAllowed, triageRoleIds }: Guild, { dashboard }: Call): string {
  if (workspace === null) {
    return 'This server is not connected to a workspace. Someone with Manage Server can use /setup create to make one, or /setup connect for one that is there.'
  }
  const roles = triageRoleIds.map((id) => `<@&${id}>`).join(', ')
  return [
    `This server is connected to **${inline(workspace.name, nameLimit)}** (${workspace.key}): ${dashboard.workspace(workspace.slug)}`,
    `Guests may ${guestsAllowed ? 'file issues' : 'only read'} here.`,
    roles === '' ? 'No role triages.' : `Triage roles: ${roles}`,
  ].join('\n')
}

function roleMenu({ triageRoleIds }: Guild, workspaceId: number): Body[number] {
  return new ActionRowBuilder<RoleSelectMenuBuilder>().addComponents(
    new RoleSelectMenuBuilder()
      .setCustomId(encodeTarget('triagers', { workspaceId }))
      .setPlaceholder('Triage roles')
      .setMinValues(0)
      .setMaxValues(rolesChosen)
      .setDefaultRoles(triageRoleIds),
  )
}

function inServer({ guildId }: Call): string {
  if (guildId !== null) return guildId
  throw new AppError('conflict', 'This belongs to a server. Use the command in one.')
}
