import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from './home.ts'
import { errorCode } from './local-postgres-error.ts'

/** What `postmaster.pid` says of the server that wrote it: lines 1, 3 and 4 of PostgreSQL's `pidfile.h`. */
export interface PidFile {
  pid: number
  startedAtSeconds: number
  port: number
}

/** Reads the file a server has while it runs, and leaves behind when it is killed. */
export async function readPidFile(home: Home): Promise<PidFile | null> {
  try {
    const lines = (await readFile(pathOf(home), 'utf8')).split('\n')
    return { pid: Number(lines[0]), startedAtSeconds: Number(lines[2]), port: Number(lines[3]) }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

export async function removePidFile(home: Home): Promise<void> {
  await rm(pathOf(home), { force: true })
}

/** Whether some process has that number; not necessarily the one that had it before. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function pathOf(home: Home): string {
  return join(home.cluster, 'postmaster.pid')
}
