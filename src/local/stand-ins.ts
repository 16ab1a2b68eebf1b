import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { localAccounts, localGuildId, localGuildName, localTriageRoleId } from './accounts.ts'
import type { LocalAccount } from './accounts.ts'
import { createLocalClerk } from './clerk/local-clerk.ts'
import type { LocalClerk } from './clerk/local-clerk.ts'
import { createLocalDiscord } from './discord/local-discord.ts'
import type { LocalDiscord } from './discord/local-discord.ts'
import { playground } from './discord/playground.ts'

export interface StandInOptions {
  /** Which services have no credentials. */
  missing: { clerk: boolean; discord: boolean }
  /** Our own address, e.g. `http://localhost:3000`. */
  publicUrl: string
  /** The same for programs of this machine, which need no name to be looked up. */
  loopbackUrl: string
  origins: string[]
  dataDir: string
  /** Where the built pages are; null: where `npm run build` puts them. */
  pagesDir: string | null
}

export interface StandIns {
  clerk: LocalClerk | null
  discord: LocalDiscord | null
  /** Who can sign in at the local Clerk. */
  accounts: { email: string; password: string; about: string }[]
  /** Answers what is under the stand-ins' own paths; null for everything else. */
  fetch(request: Request): Response | Promise<Response> | null
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  close(): Promise<void>
}

/** Makes the stand-ins that are needed; what they know is kept in the data directory. */
export async function createStandIns(options: StandInOptions): Promise<StandIns> {
  const { missing, publicUrl, loopbackUrl, origins, dataDir, pagesDir } = options
  const discord = missing.discord
    ? await createLocalDiscord({
        url: `${loopbackUrl}/__discord`,
        file: join(dataDir, 'discord.json'),
        seed: {
          users: localAccounts.map((account) => ({
            id: account.discordId,
            username: account.discordUsername,
            globalName: `${account.firstName} ${account.lastName}`,
            about: account.aboutInDiscord,
          })),
          guilds: [localGuild],
        },
      })
    : null
  const clerk = missing.clerk
    ? await createLocalClerk({
        url: `${publicUrl}/__clerk`,
        file: join(dataDir, 'clerk.json'),
        origins: () => origins,
        webhookUrl: () => `${loopbackUrl}/api/clerk/webhook`,
        discordAccounts: () => localAccounts.map((account) => discordAccount(account, publicUrl)),
        seedUsers: localAccounts.map((account) => ({
          id: account.clerkId,
          email: account.email,
          password: account.password,
          firstName: account.firstName,
          lastName: account.lastName,
          ...(account.connected ? { discord: discordAccount(account, publicUrl) } : {}),
        })),
      })
    : null
  const chat = pagesDir === null ? playground() : playground(join(pagesDir, 'playground'))

  return {
    clerk,
    discord,
    accounts: localAccounts.map(({ email, password, about }) => ({ email, password, about })),
    fetch(request) {
      const { pathname } = new URL(request.url)
      if (clerk !== null && isUnder('/__clerk', pathname)) return clerk.fetch(request)
      if (discord !== null && isUnder('/__discord', pathname)) return discord.fetch(request)
      if (discord !== null && isUnder('/playground', pathname)) return chat.fetch(request)
      return null
    },
    upgrade: (request, socket, head) => discord?.upgrade(request, socket, head) ?? false,
    async close() {
      await Promise.all([clerk?.close(), discord?.close()])
    },
  }
}

const localGuild = {
  id: localGuildId,
  name: localGuildName,
  owner: 'maintainer',
  roles: [
    { id: localTriageRoleId, name: 'Triage', color: 0x2f81f7 },
    { name: 'Maintainers', color: 0xe67e22, permissions: ['ManageGuild' as const] },
  ],
  members: [
    { user: 'maintainer', roles: ['Maintainers'] },
    { user: 'triager', roles: ['Triage'] },
    { user: 'reporter' },
    { user: 'stranger' },
  ],
  channels: [
    { name: 'welcome', topic: 'Type / to see what Snag can do' },
    { name: 'bugs', topic: 'Something broke? /issue create' },
    { name: 'ideas', topic: 'What should be there, and is not' },
  ],
}

function discordAccount(
  { discordId, discordUsername, firstName, lastName, email }: LocalAccount,
  publicUrl: string,
) {
  return {
    id: discordId,
    username: discordUsername,
    globalName: `${firstName} ${lastName}`,
    avatarUrl: `${publicUrl}/__discord/avatars/${discordId}.svg`,
    email,
  }
}

function isUnder(prefix: string, pathname: string): boolean {
  return pathname === prefix || pathname.startsWith(`${prefix}/`)
}
