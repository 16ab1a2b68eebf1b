import type { Action } from '#shared/policy.ts'
import type { Deed } from './deeds.ts'

/**
 * What somebody is in the workspace. An outsider is signed in and has no role in it; a barred guest is a guest
 * in a server that does not let guests file. In Discord an admin has Manage Server and was given nothing; a granted
 * admin was, and may lack Manage Server.
 */
export type Standing = 'outsider' | 'barred guest' | 'guest' | 'member' | 'triager' | 'admin' | ServerStanding
type ServerStanding =
  | 'guest with Manage Server'
  | 'granted admin'
  | 'granted admin with Manage Server'
  | 'admin who was granted less'

/** A row of the table: what is done, and who may. */
export interface Row {
  title?: string
  deed: Deed
  locked?: true
  needs: readonly Action[]
  may: readonly (Standing | 'author')[]
  /** Who may besides, if they wrote it. */
  mayAsAuthor?: readonly Standing[]
  /** Who is asked about, where that is not everybody. */
  among?: readonly Standing[]
  /** Who cannot see the workspace, and learns nothing of it. */
  hiddenFrom?: readonly Standing[]
  /** What becomes of whoever may not: they are refused, or answered with nothing. */
  others?: 'nothing'
}

export const guests = ['guest', 'barred guest'] as const
export const everyRole = ['member', 'triager', 'admin'] as const
export const readers = [...guests, ...everyRole] as const
export const filers = ['guest', ...everyRole] as const
export const signedIn = ['outsider', ...everyRole] as const
export const everybody = ['outsider', ...readers] as const
export const managers = [
  'admin',
  'admin who was granted less',
  'guest with Manage Server',
  'granted admin with Manage Server',
] as const
export const inServers = [...readers, ...managers.slice(1), 'granted admin'] as const
