import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { errorCode } from './local-postgres-error.ts'
import { runProgram } from './programs.ts'

/** The role Snag connects as, which owns everything in the cluster. */
export const role = 'snag'

// The C library's own idea of letters, which the text-search parser asks for next to the database's builtin
// locale. Windows has no UTF-8 locale that PostgreSQL takes; macOS calls it UTF-8.
const libcLetters: Partial<Record<NodeJS.Platform, string>> = { linux: 'C.UTF-8', darwin: 'UTF-8' }

/** Whether the home has a cluster; one that exists is whole, because it only gets its name when it is. */
export async function hasCluster(home: Home): Promise<boolean> {
  try {
    await stat(join(home.cluster, 'PG_VERSION'))
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Makes the cluster in a sibling folder and renames it when it is whole, its password inside. */
export async function createCluster(
  home: Home,
  binaries: Binaries,
  { fsync }: { fsync: boolean },
): Promise<void> {
  const draft = await mkdtemp(join(home.path, 'new-'))
  const made = join(draft, 'cluster')
  const passwordFile = join(draft, 'password')
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (home.user) {
    await chown(draft, home.user.uid, home.user.gid)
    await chown(passwordFile, home.user.uid, home.user.gid)
  }
  await runProgram(
    binaries.initdb,
    [
      `--pgdata=${made}`,
      `--username=${role}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      // The builtin provider sorts and folds the same way on every system and never changes with the C library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      `--lc-ctype=${libcLetters[process.platform] ?? 'C'}`,
      ...(fsync ? [] : ['--no-sync']),
    ],
    { user: home.user, cwd: home.path },
  )
  await rename(passwordFile, join(made, 'password'))
  await rename(made, home.cluster)
  await rm(draft, { recursive: true })
  if (fsync) await syncFolder(home.path)
}

/** Makes a rename in `folder` survive a power cut. Windows cannot open folders, and writes them through itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}

/** Removes what an interrupted start left half-made; the caller holds the lock, so nobody is still making it. */
export async function removeDrafts(home: Home): Promise<void> {
  const entries = await readdir(home.path)
  for (const entry of entries.filter((entry) => entry.startsWith('new-'))) {
    // An initdb that outlived its parent may add a last file meanwhile.
    await rm(join(home.path, entry), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

export async function readPassword(home: Home): Promise<string> {
  return await readFile(join(home.cluster, 'password'), 'utf8')
}
