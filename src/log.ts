import { pino } from 'pino'
import type { Logger } from 'pino'
import { build as pretty } from 'pino-pretty'
import type { Config } from '#shared/config.ts'

/** JSON lines for machines in production, readable lines for a person otherwise. Never a token, a secret or a body. */
export function openLog({ production, logLevel }: Config): Logger {
  const options = { level: logLevel, base: null }
  if (production) return pino(options)
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }))
}
