import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MigrationError } from './migration-error.ts'
import { readMigrations } from './migration-files.ts'
import { lockfile, migrationList, noFilters } from './migrations.ts'
import { withSchemaEngine } from './schema-engine.ts'

export interface SchemaSources {
  /** A PostgreSQL whose user may create databases: the migrations are replayed in one of their own. */
  url: string
  dir: string
  schemaPath: string
}

/** The SQL that leads from the migrations in `dir` to the schema, or null when they say the same. */
export async function missingSql({ url, dir, schemaPath }: SchemaSources): Promise<string | null> {
  const migrations = migrationList(dir, await readMigrations(dir))
  const schema = { path: basename(schemaPath), content: await readFile(schemaPath, 'utf8') }
  const { exitCode, stdout } = await withSchemaEngine(url, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: noFilters,
    }),
  )
  // As with diff(1): 0 says that there is no difference, 2 that there is one.
  return exitCode === 0 ? null : stdout
}

/**
 * Writes the migration that the schema has over those there are, as `<dir>/<time>_<name>/migration.sql`, and
 * returns that path; null when there is nothing to write. It applies nothing.
 */
export async function makeMigration({
  name,
  now,
  ...sources
}: SchemaSources & { name: string; now: Date }): Promise<{ path: string } | null> {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (slug === '') {
    throw new MigrationError(
      'A migration needs a name that says what it changes: npm run migrate -- add-labels',
    )
  }
  const sql = await missingSql(sources)
  if (sql === null) return null

  const folder = join(sources.dir, `${timestamp(now)}_${slug}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'migration.sql'), sql)
  await writeFile(join(sources.dir, 'migration_lock.toml'), lockfile)
  return { path: join(folder, 'migration.sql') }
}

/** `20260131120000`, in UTC: Prisma's own form, in which the order of names is that of time. */
function timestamp(now: Date): string {
  return now.toISOString().replace(/\D/g, '').slice(0, 14)
}
