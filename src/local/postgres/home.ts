import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, LocalPostgresError } from './local-postgres-error.ts'
import { canEnter, findServiceUser, runsAsRoot, type ServiceUser } from './service-user.ts'

/** Where a data directory's PostgreSQL lives, and who runs it. */
export interface Home {
  /** Holds PostgreSQL's data in `cluster`, and a copy of its programs where one is needed. */
  path: string
  cluster: string
  /** The user to become; null when Snag itself is an ordinary user. */
  user: ServiceUser | null
}

const outsideBase = '/var/lib/snag'

/**
 * Finds, or makes, the home that belongs to `folder`, the data directory's own folder for PostgreSQL; the caller
 * holds its lock.
 *
 * The home is that folder. Only when Snag runs as root and PostgreSQL's user could not get there (a checkout in
 * root's own home) is it one under /var/lib/snag, and the file `elsewhere` says which.
 */
export async function openHome(folder: string): Promise<Home> {
  const outside = await findOutside(folder)
  if (!runsAsRoot()) {
    if (outside === null) return { path: folder, cluster: join(folder, 'cluster'), user: null }
    throw new LocalPostgresError(
      `The database of ${folder} was made by root and lies in ${outside}: start Snag as root, or choose another folder with SNAG_DATA_DIR.`,
    )
  }
  if (outside !== null) return homeAsRoot(outside)

  const inside = await homeAsRoot(folder)
  if (inside.user !== null && (await canEnter(folder, inside.user))) return inside
  if (await ownerOf(inside.cluster)) {
    throw new LocalPostgresError(
      `The user that owns ${inside.cluster}, and that PostgreSQL therefore runs as, can no longer enter it: let it pass through the folders above (chmod o+x), or choose another folder with SNAG_DATA_DIR.`,
    )
  }
  return homeAsRoot(await makeOutside(folder))
}

async function homeAsRoot(path: string): Promise<Home> {
  const cluster = join(path, 'cluster')
  // PostgreSQL runs only as the owner of its data, so a cluster that exists has already chosen.
  return { path, cluster, user: (await ownerOf(cluster)) ?? (await findServiceUser()) }
}

async function ownerOf(cluster: string): Promise<ServiceUser | null> {
  try {
    const { uid, gid } = await stat(cluster)
    return { uid, gid }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function makeOutside(folder: string): Promise<string> {
  const path = join(outsideBase, randomUUID())
  await mkdir(path, { recursive: true })
  // Whatever the umask is, PostgreSQL's user has to pass.
  await chmod(outsideBase, 0o755)
  await chmod(path, 0o755)
  await writeFile(join(path, 'belongs-to'), await realpath(folder))
  await writeFile(join(folder, 'elsewhere'), path)
  return path
}

/**
 * The home outside that `folder` names, if it names one. A copied data directory carries its original's note along
 * and must not touch the original's data: it forgets the note. A moved one keeps its home, which learns where it
 * belongs now.
 */
async function findOutside(folder: string): Promise<string | null> {
  const path = await readIfThere(join(folder, 'elsewhere'))
  if (path === null) return null
  const here = await realpath(folder)
  const owner = await readIfThere(join(path, 'belongs-to'))
  if (owner === here) return path
  if (owner !== null && (await readIfThere(join(owner, 'elsewhere'))) !== path) {
    await writeFile(join(path, 'belongs-to'), here)
    return path
  }
  await rm(join(folder, 'elsewhere'))
  return null
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Removes everything of a home but the lock, which its remover still holds. */
export async function removeHome(folder: string, home: Home): Promise<void> {
  if (home.path !== folder) {
    await rm(home.path, { recursive: true, force: true })
    await rm(join(folder, 'elsewhere'))
    return
  }
  const contents = (await readdir(folder)).filter((name) => !name.startsWith('lock'))
  for (const name of contents) await rm(join(folder, name), { recursive: true, force: true })
}
