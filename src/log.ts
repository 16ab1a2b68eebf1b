import { pino, stdSerializers } from 'pino'
import type { Logger } from 'pino'
import { build as pretty } from 'pino-pretty'
import type { Config } from '#shared/config.ts'

/** JSON lines for machines in production, readable lines for a person otherwise. Never a token, a secret or a body. */
export function openLog({ production, logLevel }: Config): Logger {
  const options = { level: logLevel, base: null, serializers: { err: describeError } }
  if (production) return pino(options)
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }))
}

/**
 * What is kept of an error. Those of clients carry more than they say: Discord's holds the whole request, with the
 * words that somebody wrote and, in its address, a token that answers in the bot's name for 15 minutes.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = stdSerializers.err(error)
  return {
    type,
    message,
    stack,
    ...('code' in error ? { code: error.code } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.map(describeError) } : {}),
  }
}
