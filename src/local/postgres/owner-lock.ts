import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Held by the one process that may start and stop the PostgreSQL of a directory. */
export interface OwnerLock {
  release(): void
}

// A lock whose handle is garbage-collected is released, so everything held is kept reachable from here.
const held = new Set<DatabaseSync>()

const sqliteBusy = 5

/**
 * Takes the lock file at `path`, or returns null when another process, or this one, has it.
 *
 * The operating system drops the lock with its owner, even on `kill -9`: there is no stale lock to guess about.
 * Node has no call for file locks; SQLite's exclusive transaction is one, on every system. Nothing is ever
 * written to the file, and nothing else may open it: POSIX drops a process's locks with any handle it closes.
 */
export function takeLock(path: string): OwnerLock | null {
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    writeFileSync(`${path}.pid`, String(process.pid))
  } catch (error) {
    file.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null
    throw error
  }
  held.add(file)
  return {
    release() {
      if (held.delete(file)) file.close()
    },
  }
}

/** Names the process that holds the lock, for a message to people; it may just be about to write its number. */
export function lockHolder(path: string): string {
  const pid = readFileSync(`${path}.pid`, { encoding: 'utf8', flag: 'a+' }).trim()
  return pid === '' ? 'another process' : `process ${pid}`
}
