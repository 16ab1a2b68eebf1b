import type { Guild } from '#shared/guilds/schema.ts'
import type { Call } from './call.ts'
import { shownName } from './text.ts'

/** How a server is connected, for everybody who asks. */
export function describeConnection(
  { workspace, guestsAllowed, triageRoleIds }: Guild,
  { dashboard }: Call,
): string {
  if (workspace === null) {
    return 'This server is not connected to a workspace. Someone with Manage Server can use /setup create to make one, or /setup connect for one that is there.'
  }
  const { name, key, slug } = workspace
  const roles = triageRoleIds.map((id) => `<@&${id}>`).join(', ')
  return [
    `This server is connected to **${shownName(name)}** (${key}): ${dashboard.workspace(slug)}`,
    guestsAllowed ? 'Guests may file issues here.' : 'Guests may only read here.',
    roles === '' ? 'No role triages.' : `Triage roles: ${roles}`,
  ].join('\n')
}
