import { createContext, use } from 'react'
import type { ReactNode } from 'react'
import type { ClientChannel, ClientGuild } from '#local/discord/client-api.ts'

export type Member = ClientGuild['members'][number]
export type Role = ClientGuild['roles'][number]

/** Who and what an id in a message stands for, as the open account sees it. */
export interface Directory {
  guild: ClientGuild | null
  members: Map<string, Member>
  roles: Map<string, Role>
  channels: Map<string, ClientChannel>
  bot: Member | undefined
}

/**
 * In a guild its own people come first; people of the account's other guilds still resolve, because direct
 * messages mention them too.
 */
export function directoryOf(guilds: ClientGuild[], guild: ClientGuild | null): Directory {
  const ordered = [...guilds.filter((other) => other !== guild), ...(guild ? [guild] : [])]
  return {
    guild,
    bot: ordered.flatMap(({ members }) => members).find((member) => member.bot),
    members: new Map(ordered.flatMap(({ members }) => members).map((member) => [member.id, member])),
    roles: new Map(ordered.flatMap(({ roles }) => roles).map((role) => [role.id, role])),
    channels: new Map(ordered.flatMap(({ channels }) => channels).map((channel) => [channel.id, channel])),
  }
}

/** Names take the colour of the highest role that has one, and a guild lists the highest last; colour 0 means none. */
export function colourOf(directory: Directory, userId: string): string | undefined {
  const roleIds = directory.members.get(userId)?.roleIds ?? []
  const coloured = directory.guild?.roles.findLast(({ id, color }) => color !== 0 && roleIds.includes(id))
  return coloured && hexColour(coloured.color)
}

export function hexColour(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`
}

const DirectoryContext = createContext<Directory | null>(null)

export function DirectoryProvider({ directory, children }: { directory: Directory; children: ReactNode }) {
  return <DirectoryContext value={directory}>{children}</DirectoryContext>
}

export function useDirectory(): Directory {
  const directory = use(DirectoryContext)
  if (!directory) throw new Error('useDirectory needs a DirectoryProvider around it')
  return directory
}
