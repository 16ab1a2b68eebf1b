import type { Database } from './db/database.ts'
import type { Statement } from './db/transaction.ts'
import type { Files } from './files/files.ts'
import type { Clerk } from './identity/clerk.ts'
import type { DiscordPort } from './guilds/discord-port.ts'
import type { Credential, Scope } from './identity/schema.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Relay } from './events/relay.ts'
import type { Role } from './members/schema.ts'
import type { Logger } from 'pino'

/** A way in. The dashboard comes through the API and says so; it is shown in the history, and decides nothing. */
export type Door = 'api' | 'web' | 'discord' | 'mcp' | 'job'

/** Everything the tracker is made of; built once by `main.ts`, and once per test. */
export interface Tracker {
  db: Database
  clerk: Clerk
  discord: DiscordPort
  /** Whether accounts can be linked: only when Clerk and Discord are both real or both local. */
  linking: boolean
  /** Whether a service is a stand-in on this machine: then what is sent out may go to this machine as well. */
  local: boolean
  relay: Pick<Relay, 'wake'>
  /** Where attachments are, and how they are linked to. */
  files: Files
  clock: () => Date
  newId: () => string
  log: Logger
  metrics: Metrics
}

/** Who is knocking, known before any workspace is. `userId` is ours. */
export interface Caller {
  userId: string
  door: Door
  /** The server a signed interaction came from, and whether Discord says there that the person may manage it. */
  guild: { id: string; managed: boolean } | null
  /** What the person has shown to a door that takes tokens. Discord vouches for its people itself. */
  credential?: Credential
}

/** Where to. Commands in Discord go to their guild's workspace and cannot name another; only connecting one does. */
export type Place =
  | { slug: string }
  | {
      guildId: string
      /** The workspace that a button or form was made for: it is void once the guild belongs to another. */
      workspaceId?: number
    }

export interface Context {
  tracker: Tracker
  caller: Caller
  place: Place | null
  /** Sent in the transaction of whatever is done, to be committed with it. */
  alongside?: Statement | undefined
}

/** Who is doing this, now: what `policy.ts` is asked about. */
export interface Actor {
  userId: string
  /** The role in the workspace acted in; null when there is none. */
  role: Role | null
  /** The part of it that an admin gave, whatever Discord says. */
  grantedRole: Role | null
  /** A moderator of the workspace acted in has blocked them there. */
  blocked: boolean
  door: Door
  /** Has a Clerk account. */
  signedIn: boolean
  guestsAllowed: boolean
  managesGuild: boolean
  /** What the API key was made for that the actor came with; null for somebody who has signed in themself. */
  scopes: ReadonlySet<Scope> | null
}

/** The workspace acted in. */
export interface WorkspaceScope {
  id: number
  slug: string
  key: string
}
