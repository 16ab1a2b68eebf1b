import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvFile } from 'node:process'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '#shared/config.ts'
import { MigrationError } from '#shared/db/migration-error.ts'

const root = join(import.meta.dirname, '..')
const dir = join(root, 'prisma/migrations')

/**
 * `npm run migrate` brings the database up to date; `npm run migrate -- add-labels` writes a migration for a changed
 * schema; `npm run migrate -- --retry <migration>` lets one that failed be tried again.
 */
async function migrate({
  name,
  retry,
}: {
  name: string | undefined
  retry: string | undefined
}): Promise<string> {
  const { databaseUrl, dataDir } = readConfig(process.env)
  await using postgres = databaseUrl === null ? await localPostgres(dataDir) : null
  const url = databaseUrl ?? postgres?.url
  if (url === undefined) throw new Error('There is neither a database nor a way to start one.')
  // Awaited here: the database that was started for this stops at the end of the block.
  if (name !== undefined) return await write(url, name)
  const { applyMigrations, forgetFailedMigration } = await import('#shared/db/migrations.ts')
  if (retry !== undefined) await forgetFailedMigration({ url, name: retry })
  const { applied } = await applyMigrations({ url, dir })
  return applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`
}

async function write(url: string, name: string): Promise<string> {
  const { makeMigration } = await import('#shared/db/make-migration.ts')
  const schemaPath = join(root, 'prisma/schema.prisma')
  const made = await makeMigration({ name, url, dir, schemaPath, now: new Date() })
  if (made === null) return 'The schema and the migrations agree: nothing to write.'
  return `Wrote ${made.path}. Read it before you commit it.`
}

async function localPostgres(dataDir: string): Promise<AsyncDisposable & { url: string }> {
  const { startPostgres } = await import('#local/postgres/start-postgres.ts')
  const { url, stop } = await startPostgres({ dataDir })
  return { url, [Symbol.asyncDispose]: stop }
}

try {
  if (existsSync('.env')) loadEnvFile('.env')
  const { values, positionals } = parseArgs({
    options: { retry: { type: 'string' } },
    allowPositionals: true,
  })
  process.stdout.write(`${await migrate({ name: positionals[0], retry: values.retry })}\n`)
} catch (error) {
  const isSentence =
    error instanceof ConfigError ||
    error instanceof MigrationError ||
    (error instanceof Error && error.name === 'LocalPostgresError')
  process.stderr.write(
    isSentence ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exitCode = 1
}
