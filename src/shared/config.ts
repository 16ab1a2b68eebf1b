import { z } from 'zod'

/** Everything that was wrong with the environment, for the operator to mend at once. */
export class ConfigError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(['Snag cannot start like this:', ...problems.map((problem) => `  - ${problem}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const Part = z.enum(['api', 'bot', 'worker'])
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
const Environment = z.object({
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

export interface ClerkSettings {
  secretKey: string
  publishableKey: string
  jwtKey?: string
  apiUrl?: string
  webhookSigningSecret?: string
}

export interface DiscordSettings {
  token: string
  apiUrl: string
  publicKey?: string
}

/** A bucket for attachments. */
export interface S3Settings {
  bucket: string
  region: string
  /** A server that speaks S3, where it is not AWS itself. */
  endpoint?: string
  /** Without them, those of the machine. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export interface Config {
  production: boolean
  host: string
  port: number
  publicUrl: string
  /** Origins whose pages may call us: that of `publicUrl` first. */
  origins: string[]
  /** Null: PostgreSQL from npm. */
  databaseUrl: string | null
  /** Null: the local stand-in. */
  clerk: ClerkSettings | null
  discord: DiscordSettings | null
  parts: ReadonlySet<Part>
  adminClerkIds: string[]
  logLevel: z.infer<typeof Environment>['LOG_LEVEL']
  dataDir: string
  /** Null: attachments are in `dataDir`. */
  s3: S3Settings | null
  /** Where the built pages are, each in a folder of its name; null: where `npm run build` puts them. */
  pagesDir: string | null
  /** How many live streams this process holds open, and how many of one user. */
  live: { perProcess: number; perUser: number }
  /** With it, other machines may read `/metrics`. */
  metricsToken: string | null
  /** Requests a minute, for each person, API key or address; 0 is without a limit. */
  rateLimits: { reads: number; writes: number }
  /** Addresses and networks of our own proxies, whose X-Forwarded-For is believed. */
  proxies: string[]
  /** What OpenTelemetry's variables leave to us when they ask for traces: the name, or not even that. */
  tracing: { serviceName: string | null } | null
  /** Whether anything here is a stand-in, or a service at a loopback address, whose secrets are no secrets. */
  local: boolean
  /** Accounts are linked only when both sides are real, or both local. */
  linking: boolean
}

export const discordApiUrl = 'https://discord.com/api'

/** Reads the environment; the only place that does. Throws `ConfigError` with every problem found. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = Environment.safeParse(env)
  if (parsed.success) return configOf(parsed.data, [])
  const malformed = new Map(parsed.error.issues.map(({ path, message }) => [String(path[0]), message]))
  // What is malformed is left out, to find what is wrong with the rest.
  const rest = Object.entries(env).filter(([name]) => !malformed.has(name))
  const problems = [...malformed].map(([name, message]) => `${name} ${message}.`)
  return configOf(Environment.parse(Object.fromEntries(rest)), problems)
}

function configOf(e: Values, malformed: readonly string[]): Config {
  const clerk = clerkSettings(e)
  const discord = discordSettings(e)
  const publicUrl = e.PUBLIC_URL ?? `http://localhost:${e.PORT}`
  const clerkIsLocal = clerk === null || (clerk.apiUrl !== undefined && isLoopback(clerk.apiUrl))
  const discordIsLocal = discord === null || isLoopback(discord.apiUrl)
  const config: Config = {
    production: e.NODE_ENV === 'production',
    host: e.HOST,
    port: e.PORT,
    publicUrl,
    origins: [
      ...new Set([publicUrl, ...e.SNAG_ORIGINS, ...otherNames(publicUrl)].map((url) => new URL(url).origin)),
    ],
    databaseUrl: e.DATABASE_URL ?? null,
    clerk,
    discord,
    parts: e.SNAG_ROLES,
    adminClerkIds: e.SNAG_ADMINS,
    logLevel: e.LOG_LEVEL,
    dataDir: e.SNAG_DATA_DIR,
    s3: s3Settings(e),
    pagesDir: e.SNAG_PAGES_DIR ?? null,
    live: { perProcess: e.SNAG_LIVE_STREAMS, perUser: e.SNAG_LIVE_STREAMS_PER_USER },
    metricsToken: e.SNAG_METRICS_TOKEN ?? null,
    rateLimits: { reads: e.SNAG_RATE_LIMIT_READS, writes: e.SNAG_RATE_LIMIT_WRITES },
    proxies: e.SNAG_PROXIES,
    tracing: tracingSettings(e),
    local: clerkIsLocal || discordIsLocal,
    linking: clerkIsLocal === discordIsLocal,
  }
  const problems = [...malformed, ...halfGiven(e)]
  problems.push(...missingInProduction(config, problems), ...tooOpenForLocal(config), ...dividedLocal(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

type Values = z.output<typeof Environment>

function clerkSettings(e: Values): ClerkSettings | null {
  if (e.CLERK_SECRET_KEY === undefined || e.CLERK_PUBLISHABLE_KEY === undefined) return null
  return {
    secretKey: e.CLERK_SECRET_KEY,
    publishableKey: e.CLERK_PUBLISHABLE_KEY,
    ...(e.CLERK_JWT_KEY === undefined ? {} : { jwtKey: e.CLERK_JWT_KEY }),
    ...(e.CLERK_API_URL === undefined ? {} : { apiUrl: e.CLERK_API_URL }),
    ...(e.CLERK_WEBHOOK_SIGNING_SECRET === undefined
      ? {}
      : { webhookSigningSecret: e.CLERK_WEBHOOK_SIGNING_SECRET }),
  }
}

function discordSettings(e: Values): DiscordSettings | null {
  if (e.DISCORD_TOKEN === undefined) return null
  return {
    token: e.DISCORD_TOKEN,
    apiUrl: e.DISCORD_API_URL ?? discordApiUrl,
    ...(e.DISCORD_PUBLIC_KEY === undefined ? {} : { publicKey: e.DISCORD_PUBLIC_KEY }),
  }
}

function tracingSettings(e: Values): Config['tracing'] {
  const endpoint = e.OTEL_EXPORTER_OTLP_ENDPOINT ?? e.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (endpoint === undefined || e.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null
  const isNamed =
    e.OTEL_SERVICE_NAME !== undefined || (e.OTEL_RESOURCE_ATTRIBUTES ?? '').includes('service.name=')
  return { serviceName: isNamed ? null : 'snag' }
}

/** AWS's own default region, which servers that know no regions take as well. */
const defaultS3Region = 'us-east-1'

function s3Settings(e: Values): S3Settings | null {
  if (e.SNAG_S3_BUCKET === undefined) return null
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = e
  const session = e.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: e.AWS_SESSION_TOKEN }
  return {
    bucket: e.SNAG_S3_BUCKET,
    region: e.SNAG_S3_REGION ?? defaultS3Region,
    ...(e.SNAG_S3_ENDPOINT === undefined ? {} : { endpoint: e.SNAG_S3_ENDPOINT }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...session } }),
  }
}

/** Half a set of credentials must not silently become a stand-in. */
function halfGiven(e: Values): string[] {
  const problems: string[] = []
  const clerk = { CLERK_SECRET_KEY: e.CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY: e.CLERK_PUBLISHABLE_KEY }
  const given = Object.values(clerk).filter((value) => value !== undefined).length
  if (given === 1) {
    const missing = Object.entries(clerk).find(([, value]) => value === undefined)?.[0]
    problems.push(`${missing} is missing. Both Clerk keys are on the API Keys page of Clerk's dashboard.`)
  }
  const ofClerk = e.CLERK_JWT_KEY ?? e.CLERK_API_URL ?? e.CLERK_WEBHOOK_SIGNING_SECRET
  if (given === 0 && ofClerk !== undefined) {
    problems.push(
      'CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are missing, though other variables of Clerk are set.',
    )
  }
  if (e.DISCORD_TOKEN === undefined && (e.DISCORD_API_URL ?? e.DISCORD_PUBLIC_KEY) !== undefined) {
    problems.push('DISCORD_TOKEN is missing, though other variables of Discord are set.')
  }
  return [...problems, ...halfGivenS3(e)]
}

/** AWS's variables alone are no problem: they may be there for something else. */
function halfGivenS3(e: Values): string[] {
  if (e.SNAG_S3_BUCKET === undefined) {
    return (e.SNAG_S3_REGION ?? e.SNAG_S3_ENDPOINT) === undefined
      ? []
      : ['SNAG_S3_BUCKET is missing, though other variables of S3 are set.']
  }
  const [id, secret] = [e.AWS_ACCESS_KEY_ID, e.AWS_SECRET_ACCESS_KEY]
  if ((id === undefined) === (secret === undefined)) return []
  return [
    `${id === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'} is missing, though its other half is set.`,
  ]
}

/** `known` are the problems found before: what they name is not said to be missing once more. */
function missingInProduction(
  { production, clerk, discord, databaseUrl, publicUrl }: Config,
  known: readonly string[],
): string[] {
  if (!production) return []
  const isKnown = (...names: string[]) =>
    known.some((problem) => names.some((name) => problem.startsWith(`${name} `)))
  const problems: string[] = []
  if (databaseUrl === null && !isKnown('DATABASE_URL'))
    problems.push('DATABASE_URL is missing: the address of a PostgreSQL 15 or newer.')
  if (clerk === null && !isKnown('CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY'))
    problems.push("CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are missing: from Clerk's dashboard, API Keys.")
  if (discord === null && !isKnown('DISCORD_TOKEN'))
    problems.push("DISCORD_TOKEN is missing: from Discord's developer portal, Bot.")
  if (isLoopback(publicUrl) && !isKnown('PUBLIC_URL'))
    problems.push('PUBLIC_URL is missing: the address people open, such as https://snag.example.com.')
  const services = { CLERK_API_URL: clerk?.apiUrl, DISCORD_API_URL: discord?.apiUrl }
  for (const [name, url] of Object.entries(services)) {
    if (url !== undefined && isLoopback(url))
      problems.push(`${name} is a loopback address, so a stand-in, and those are refused in production.`)
  }
  return problems
}

/** A stand-in lives in one process, and so does everything that talks to it. */
function dividedLocal({ production, clerk, discord, parts }: Config): string[] {
  if (production || (clerk !== null && discord !== null) || parts.size === Part.options.length) return []
  return [
    'SNAG_ROLES divides the parts among processes, which needs real credentials: a stand-in lives in one process.',
  ]
}

/** The passwords of local accounts are public, so nothing of it may be reached from elsewhere. */
function tooOpenForLocal({ local, host, publicUrl, databaseUrl, production }: Config): string[] {
  if (!local || production) return []
  const why = 'while Clerk or Discord is a local stand-in, whose passwords are public'
  const problems: string[] = []
  if (!isLoopbackHost(host)) problems.push(`HOST must be a loopback address (127.0.0.1) ${why}.`)
  if (!isLoopback(publicUrl))
    problems.push(`PUBLIC_URL must be a loopback address (http://localhost:…) ${why}.`)
  if (databaseUrl !== null && !isDatabaseHere(databaseUrl)) {
    problems.push(`DATABASE_URL must be a server on this machine ${why}.`)
  }
  return problems
}

/** A browser on this machine may call it `localhost` or by its number. */
function otherNames(publicUrl: string): string[] {
  const { protocol, port } = new URL(publicUrl)
  const suffix = port === '' ? '' : `:${port}`
  return isLoopback(publicUrl) ? [`${protocol}//localhost${suffix}`, `${protocol}//127.0.0.1${suffix}`] : []
}

function isLoopback(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname)
}

/** A parameter `host` goes before the host of the address, the last one counts, and it may be the folder of a socket. */
function isDatabaseHere(url: string): boolean {
  const { hostname, searchParams } = new URL(url)
  const hosts = [hostname || 'localhost', ...searchParams.getAll('host')]
  return hosts.every((host) => host.startsWith('/') || isLoopbackHost(host))
}

/** Whether a host name, as it stands in an address, can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
