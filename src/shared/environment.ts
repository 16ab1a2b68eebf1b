import { z } from 'zod'

/** A part that a process may run. */
export const Part = z.enum(['api', 'bot', 'worker'])
export type Part = z.infer<typeof Part>

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

/** An absent and an empty variable mean the same. */
const optional = z
  .string()
  .trim()
  .transform((text) => text || undefined)
  .optional()

/** A default for an absent or empty variable. */
const withDefault = (value: string) => optional.transform((text) => text ?? value)

const notAPort = 'is not a port number'

const count = (value: number) =>
  withDefault(String(value))
    .pipe(z.string().regex(/^[1-9]\d{0,6}$/, 'is not a number from 1 to 9,999,999'))
    .transform(Number)

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .transform((url) => url.replace(/\/+$/, ''))

/** How often a minute; 0 for as often as one likes. */
const perMinute = (value: string) =>
  withDefault(value)
    .pipe(z.string().regex(/^\d{1,7}$/, 'is not a number of requests'))
    .transform(Number)

/** Every variable there is, with its default. The names of Clerk's are Clerk's own. */
export const Environment = z.object({
  NODE_ENV: optional,
  PORT: withDefault('3000')
    .pipe(z.string().regex(/^\d{1,5}$/, notAPort))
    .transform(Number)
    .pipe(z.int().min(1, notAPort).max(65_535, notAPort)),
  HOST: withDefault('127.0.0.1'),
  PUBLIC_URL: optional.pipe(httpUrl.optional()),
  DATABASE_URL: optional.pipe(
    z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgresql:// address' }).optional(),
  ),
  CLERK_SECRET_KEY: optional,
  CLERK_PUBLISHABLE_KEY: optional,
  CLERK_JWT_KEY: optional,
  CLERK_WEBHOOK_SIGNING_SECRET: optional,
  CLERK_API_URL: optional.pipe(httpUrl.optional()),
  DISCORD_TOKEN: optional,
  DISCORD_PUBLIC_KEY: optional,
  DISCORD_API_URL: optional.pipe(httpUrl.optional()),
  SNAG_ROLES: list
    .pipe(z.array(z.enum(Part.options, 'names a part that is none of api, bot, worker')))
    .transform((parts) => new Set(parts.length > 0 ? parts : Part.options)),
  SNAG_ADMINS: list,
  SNAG_ORIGINS: list.pipe(z.array(httpUrl)),
  LOG_LEVEL: withDefault('info').pipe(
    z.enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'is none of fatal, error, warn, info, debug, trace, silent',
    ),
  ),
  SNAG_DATA_DIR: withDefault('.data'),
  SNAG_PAGES_DIR: optional,
  SNAG_S3_BUCKET: optional,
  SNAG_S3_REGION: optional,
  SNAG_S3_ENDPOINT: optional.pipe(httpUrl.optional()),
  AWS_ACCESS_KEY_ID: optional,
  AWS_SECRET_ACCESS_KEY: optional,
  AWS_SESSION_TOKEN: optional,
  SNAG_LIVE_STREAMS: count(5_000),
  SNAG_LIVE_STREAMS_PER_USER: count(10),
  SNAG_METRICS_TOKEN: optional.pipe(z.string().min(16, 'is shorter than 16 characters').optional()),
  SNAG_RATE_LIMIT_READS: perMinute('3000'),
  SNAG_RATE_LIMIT_WRITES: perMinute('600'),
  SNAG_PROXIES: list.pipe(
    z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'names something that is no address or network'),
    ),
  ),
  // OpenTelemetry's own; its SDK reads the others that it knows.
  OTEL_EXPORTER_OTLP_ENDPOINT: optional,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional,
  OTEL_SDK_DISABLED: optional,
  OTEL_SERVICE_NAME: optional,
  OTEL_RESOURCE_ATTRIBUTES: optional,
})
export type Environment = z.output<typeof Environment>
