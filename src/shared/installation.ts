import { randomBytes } from 'node:crypto'
import { AppError } from './errors.ts'
import type { Database } from './db/database.ts'

/** The services whose ids this database holds. */
export interface Belongings {
  clerkInstance: string
  discordApplication: string
}

const names: Record<keyof Belongings, string> = {
  clerkInstance: 'Clerk instance',
  discordApplication: 'Discord application',
}

/**
 * Remembers which Clerk instance and Discord application this database belongs to; its user ids mean nothing
 * elsewhere. Throws `conflict` with a sentence for the operator when it is started with another.
 */
export async function claimInstallation(db: Database, now: Belongings): Promise<void> {
  // Several processes may start on an empty database at once, and an upsert of Prisma's reads before it writes.
  await db.prisma.installation.createMany({ data: { id: 1, ...now }, skipDuplicates: true })
  const before = await db.prisma.installation.findUniqueOrThrow({ where: { id: 1 } })
  for (const service of Object.keys(names) as (keyof Belongings)[]) {
    const known = before[service]
    if (known === null || known === now[service]) continue
    throw new AppError(
      'conflict',
      `This database belongs to the ${names[service]} ${known}, and Snag was started with ${now[service]}. Use another database (DATABASE_URL, SNAG_DATA_DIR), or the credentials it was made with.`,
    )
  }
}

/** The digest of the commands last registered with Discord, and how to remember a new one. */
export async function registeredCommands(db: Database): Promise<string | null> {
  const row = await db.prisma.installation.findUnique({
    where: { id: 1 },
    select: { discordCommandDigest: true },
  })
  return row?.discordCommandDigest ?? null
}

export async function rememberRegisteredCommands(db: Database, digest: string): Promise<void> {
  await db.prisma.installation.update({ where: { id: 1 }, data: { discordCommandDigest: digest } })
}

const secretBytes = 32

/** What only this installation's own processes know, made by the first of them. Keys are derived from it, never it itself. */
export async function installationSecret({ pool }: Database): Promise<Uint8Array> {
  const { rows } = await pool.query<{ secret: Uint8Array }>({
    text: `insert into installation (id, secret) values (1, $1)
      on conflict (id) do update set secret = coalesce(installation.secret, excluded.secret) returning secret`,
    values: [randomBytes(secretBytes)],
  })
  const [row] = rows
  if (row === undefined) throw new Error('The installation has no secret.')
  return row.secret
}
