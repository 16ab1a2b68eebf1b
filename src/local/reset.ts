import { rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { readConfig } from '#shared/config.ts'
import { assertOurs } from './data-directory.ts'
import { removePostgres } from './postgres/start-postgres.ts'

try {
  if (existsSync('.env')) loadEnvFile('.env')
  const { dataDir, databaseUrl } = readConfig(process.env)
  await assertOurs(dataDir)
  await removePostgres(dataDir)
  await rm(dataDir, { recursive: true, force: true })
  const next =
    databaseUrl === null
      ? 'The next start begins anew.'
      : 'The database of DATABASE_URL was not touched: its issues are still there. Empty it yourself to begin anew.'
  process.stdout.write(`Removed ${dataDir}. ${next}\n`)
} catch (error) {
  if (!(error instanceof Error)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
