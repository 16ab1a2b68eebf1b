import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { AppError } from '#shared/errors.ts'
import { ConfigError, readConfig } from '#shared/config.ts'
import { MigrationError } from '#shared/db/migration-error.ts'
import { startSnag } from './snag.ts'

/** Errors whose message is written for the operator; anything else is a bug and shows its stack. */
function isSentence(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof MigrationError ||
    error instanceof AppError ||
    (error instanceof Error && error.name === 'LocalPostgresError')
  )
}

try {
  if (existsSync('.env')) loadEnvFile('.env')
  const snag = await startSnag(readConfig(process.env))
  process.stdout.write(snag.banner)

  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    process.stdout.write(`\n${signal}: finishing what is under way. Once more to stop at once.\n`)
    snag.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  process.stderr.write(
    isSentence(error) ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exit(1)
}
