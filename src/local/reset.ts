import { rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { readConfig } from '#shared/config.ts'
import { removePostgres } from './postgres/start-postgres.ts'

if (existsSync('.env')) loadEnvFile('.env')
const { dataDir } = readConfig(process.env)
try {
  await removePostgres(dataDir)
  await rm(dataDir, { recursive: true, force: true })
  process.stdout.write(`Emptied ${dataDir}. The next start begins anew.\n`)
} catch (error) {
  if (!(error instanceof Error)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
