import { execFile } from 'node:child_process'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { LocalPostgresError } from './local-postgres-error.ts'

/** The user PostgreSQL runs as when Snag runs as root. */
export interface ServiceUser {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root, so root has to name somebody else. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0
}

/** A user this system already has: Snag does not add any. */
export async function findServiceUser(): Promise<ServiceUser> {
  const found = (await lookUp('postgres')) ?? (await lookUp('nobody'))
  if (found) return found
  throw new LocalPostgresError(
    'PostgreSQL does not run as root, and this system has no user “postgres” or “nobody” to run it as: start Snag as an ordinary user, or set DATABASE_URL.',
  )
}

async function lookUp(name: string): Promise<ServiceUser | null> {
  const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)])
  return uid === null || gid === null ? null : { uid, gid }
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)('id', [flag, name])
    // macOS gives “nobody” as 4294967294, where spawn wants the same bits as a signed number.
    return Number(stdout) | 0
  } catch {
    // `id` ends with 1 when there is no such user; a system without `id` has none to offer either.
    return null
  }
}

/**
 * Whether `user` may pass through every folder on the way to `path` and enter (or execute) `path` itself.
 * It reads the mode bits; access lists are not looked at. The user has no supplementary groups: spawn drops them.
 */
export async function canEnter(path: string, user: ServiceUser): Promise<boolean> {
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    if (((mode >> shift) & 1) === 0) return false
    if (at === dirname(at)) return true
  }
}
