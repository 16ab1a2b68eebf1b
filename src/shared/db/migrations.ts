import { Client, type ClientBase, type Pool } from 'pg'
import { MigrationError } from './migration-error.ts'
import { matchesChecksum, readMigrations, type MigrationFile } from './migration-files.ts'
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'

/** How the database stands to the migrations of this checkout, by their names. All empty: they agree. */
export interface MigrationStatus {
  /** In the checkout and not in the database. */
  pending: string[]
  /** Begun in the database and not finished: failed, or being applied right now. */
  failed: string[]
  /** Applied, and changed in the checkout since. */
  edited: string[]
  /** In the database and not in the checkout: the database is of a later version of Snag. */
  unknown: string[]
}

/** `prisma/migrations` holds them all; nothing is kept out of the engine's sight. */
export const noFilters = { externalTables: [], externalEnums: [] }

// Several processes may start at once. The one that has this lock migrates, and the others wait, then find it done.
const lockSql = `SELECT pg_advisory_lock(hashtextextended('snag: migrations', 0))`
const lockTimeout = '10min'

/**
 * Brings the database at `url` to the migrations in `dir` and returns the names of those it applied. `url` must
 * lead to PostgreSQL itself or to a pooler that keeps sessions, because the lock belongs to one.
 *
 * When nothing is to do, which is the usual start, it costs one query; the engine is not even loaded.
 * Throws MigrationError when a migration fails, has failed before, was edited, or is unknown here.
 */
export async function applyMigrations({
  url,
  dir,
}: {
  url: string
  dir: string
}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(dir)
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    if (isCurrent(await statusOf(client, migrations))) return { applied: [] }
    await client.query(`SET lock_timeout = '${lockTimeout}'`)
    await client.query(lockSql)
    const status = await statusOf(client, migrations)
    await refuse(client, status)
    return { applied: status.pending.length === 0 ? [] : await apply(client, { url, dir, migrations }) }
  } finally {
    // The lock goes with the session.
    await client.end()
  }
}

/** Compares the database with the migrations in `dir`, in one query. */
export async function migrationStatus(
  db: Pool | ClientBase,
  { dir }: { dir: string },
): Promise<MigrationStatus> {
  return await statusOf(db, await readMigrations(dir))
}

/**
 * Marks a migration that failed as undone, so that the next start tries it again. PostgreSQL has undone what it did,
 * unless its SQL says otherwise (`COMMIT`, `CREATE INDEX CONCURRENTLY`).
 */
export async function forgetFailedMigration({ url, name }: { url: string; name: string }): Promise<void> {
  const { withSchemaEngine } = await import('./schema-engine.ts')
  try {
    await withSchemaEngine(url, (engine) => engine.markMigrationRolledBack({ migrationName: name }))
  } catch (error) {
    if (!notFailed.includes(String(codeOf(error)))) throw error
    throw new MigrationError(`There is no failed migration ${name} in this database.`, { cause: error })
  }
}

/** The migrations in the shape the schema engine wants them. */
export function migrationList(dir: string, migrations: MigrationFile[]): MigrationList {
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
}

export const lockfile = 'provider = "postgresql"\n'

function isCurrent(status: MigrationStatus): boolean {
  return Object.values(status).every((names) => names.length === 0)
}

interface Row {
  name: string
  checksum: string
  finished: boolean
}

async function statusOf(db: Pool | ClientBase, migrations: MigrationFile[]): Promise<MigrationStatus> {
  const rows = await readApplied(db)
  const inDatabase = new Map(rows.map((row) => [row.name, row]))
  const inCheckout = new Set(migrations.map(({ name }) => name))
  return {
    pending: migrations.filter(({ name }) => !inDatabase.has(name)).map(({ name }) => name),
    failed: rows.filter((row) => !row.finished && inCheckout.has(row.name)).map((row) => row.name),
    edited: migrations.filter((file) => isEdited(file, inDatabase.get(file.name))).map(({ name }) => name),
    unknown: rows.filter((row) => !inCheckout.has(row.name)).map((row) => row.name),
  }
}

function isEdited(file: MigrationFile, row: Row | undefined): boolean {
  return row !== undefined && row.finished && !matchesChecksum(file.sql, row.checksum)
}

const undefinedTable = '42P01'

/** Reads Prisma's own table, which does not exist before the first migration. */
async function readApplied(db: Pool | ClientBase): Promise<Row[]> {
  try {
    const { rows } = await db.query<Row>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations
        WHERE rolled_back_at IS NULL
        ORDER BY started_at`,
    )
    return rows
  } catch (error) {
    if (codeOf(error) === undefinedTable) return []
    throw error
  }
}

/** Throws when the database is in a state that no migration may be added to. */
async function refuse(client: Client, { failed, edited, unknown }: MigrationStatus): Promise<void> {
  const [failure] = failed
  if (failure !== undefined) throw await failureOf(client, failure)
  if (unknown.length > 0) {
    throw new MigrationError(
      `The database is ahead of this checkout: it has ${list(unknown)}, which this version of Snag does not know. Start the version that made it, or restore a backup from before.`,
    )
  }
  if (edited.length > 0) {
    throw new MigrationError(
      `This database was made with another text of ${list(edited)}: an applied migration must not be edited. Put the file back as it was, and the change into a new migration.`,
    )
  }
}

/** Prisma's table keeps what PostgreSQL said; it keeps nothing when the process was killed meanwhile. */
async function failureOf(client: Client, name: string, cause?: unknown): Promise<MigrationError> {
  const { rows } = await client.query<{ logs: string | null }>(
    `SELECT logs FROM _prisma_migrations WHERE migration_name = $1 AND rolled_back_at IS NULL AND finished_at IS NULL`,
    [name],
  )
  const said = /^(?:external connector error\n)?(?:Error querying the database: )?(?:ERROR: )?(.+)/.exec(
    rows[0]?.logs ?? '',
  )?.[1]
  return new MigrationError(
    `Migration ${name} did not finish on this database (${said ?? 'it was interrupted'}). Remove the cause, then run “npm run migrate -- --retry ${name}” and start again.`,
    { cause },
  )
}

async function apply(
  client: Client,
  { url, dir, migrations }: { url: string; dir: string; migrations: MigrationFile[] },
): Promise<string[]> {
  const { withSchemaEngine } = await import('./schema-engine.ts')
  try {
    const { appliedMigrationNames } = await withSchemaEngine(url, (engine) =>
      engine.applyMigrations({ migrationsList: migrationList(dir, migrations), filters: noFilters }),
    )
    return appliedMigrationNames
  } catch (error) {
    const [failure] = (await statusOf(client, migrations)).failed
    if (failure !== undefined) throw await failureOf(client, failure, error)
    if (codeOf(error) !== notEmpty) throw error
    throw new MigrationError(
      'The database has tables that Snag did not make: give Snag an empty database of its own in DATABASE_URL.',
      { cause: error },
    )
  }
}

/** Prisma's codes for a migration that it knows nothing of, or that is not in a failed state. */
const notFailed = ['P3011', 'P3012']

/** Prisma's code for tables without a history: https://www.prisma.io/docs/orm/reference/error-reference#p3005 */
const notEmpty = 'P3005'

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function list(names: string[]): string {
  return `migration${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}
