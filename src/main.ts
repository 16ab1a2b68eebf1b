import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { ConfigError, readConfig } from '#shared/config.ts'
import { MigrationError } from '#shared/db/migration-error.ts'
import { AppError } from '#shared/errors.ts'

/** Errors whose message is written for the operator; anything else is a bug and shows its stack. */
function isSentence(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof MigrationError ||
    error instanceof AppError ||
    // Production runs without the stand-ins, so their classes cannot be imported here.
    (error instanceof Error && error.name === 'LocalPostgresError')
  )
}

/** Resolves with the first signal to stop; the second one stops at once. Heard from the first moment on. */
function stopSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let asked = false
  const hear = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1)
    asked = true
    process.stdout.write(`\n${signal}: finishing what is under way. Once more to stop at once.\n`)
    resolve(signal)
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  return promise
}

try {
  const asked = stopSignal()
  if (existsSync('.env')) loadEnvFile('.env')
  const config = readConfig(process.env)
  const tracing = config.tracing === null ? null : (await import('./tracing.ts')).startTracing(config.tracing)
  // After that, so that what is watched is not loaded before it is.
  const { startSnag } = await import('./snag.ts')
  const snag = await startSnag(config, tracing?.nameRequest)
  process.stdout.write(snag.banner)
  await asked
  await snag.stop()
  await tracing?.stop()
  process.exit(0)
} catch (error) {
  process.stderr.write(
    isSentence(error) ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exit(1)
}
