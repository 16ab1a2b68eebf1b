import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '#shared/config.ts'

type Env = Record<string, string>

const clerk = { CLERK_SECRET_KEY: 'sk_live_x', CLERK_PUBLISHABLE_KEY: 'pk_live_Y2xlcmsuZXhhbXBsZS5jb20k' }
const discord = { DISCORD_TOKEN: 'MTAw.x.y' }
const database = { DATABASE_URL: 'postgresql://snag@db.example.com/snag' }
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://snag.example.com',
  ...clerk,
  ...discord,
  ...database,
}

/** What is said to whoever starts it like this; empty when nothing is wrong. */
function problemsOf(env: Env): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('with nothing set, everything is local, at port 3000 of this machine', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    origins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
    databaseUrl: null,
    clerk: null,
    discord: null,
    parts: new Set(['api', 'bot', 'worker']),
    adminClerkIds: [],
    logLevel: 'info',
    dataDir: '.data',
    s3: null,
    pagesDir: null,
    metricsToken: null,
    rateLimits: { reads: 3_000, writes: 600 },
    proxies: [],
    tracing: null,
    local: true,
    linking: true,
  })
})

test('an empty variable is as good as none', () => {
  const names = [
    'NODE_ENV',
    'PORT',
    'HOST',
    'PUBLIC_URL',
    'DATABASE_URL',
    'LOG_LEVEL',
    'SNAG_DATA_DIR',
    'SNAG_PAGES_DIR',
    'SNAG_METRICS_TOKEN',
    'SNAG_RATE_LIMIT_READS',
    'SNAG_RATE_LIMIT_WRITES',
    'SNAG_PROXIES',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_SDK_DISABLED',
    'OTEL_SERVICE_NAME',
    'OTEL_RESOURCE_ATTRIBUTES',
    'SNAG_ROLES',
    'SNAG_ADMINS',
    'SNAG_ORIGINS',
    'DISCORD_TOKEN',
    'DISCORD_PUBLIC_KEY',
    'DISCORD_API_URL',
    'CLERK_SECRET_KEY',
    'CLERK_PUBLISHABLE_KEY',
    'CLERK_JWT_KEY',
    'CLERK_API_URL',
    'CLERK_WEBHOOK_SIGNING_SECRET',
  ]

  expect(readConfig(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(readConfig({}))
})

test('real credentials are used, each service on its own', () => {
  expect(readConfig({ ...clerk, CLERK_JWT_KEY: 'key' })).toMatchObject({
    clerk: { secretKey: 'sk_live_x', jwtKey: 'key' },
    discord: null,
    local: true,
    linking: false,
  })
  expect(readConfig({ ...discord })).toMatchObject({
    clerk: null,
    discord: { token: 'MTAw.x.y', apiUrl: 'https://discord.com/api' },
    local: true,
    linking: false,
  })
  expect(readConfig({ ...clerk, ...discord })).toMatchObject({ local: false, linking: true })
})

test('a service at a loopback address is local', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]']) {
    const env = {
      ...clerk,
      ...discord,
      CLERK_API_URL: `http://${host}:4000`,
      DISCORD_API_URL: `http://${host}:4001`,
    }
    expect(readConfig(env), host).toMatchObject({ local: true, linking: true })
  }
  expect(readConfig({ ...clerk, ...discord, DISCORD_API_URL: 'http://localhost:4001' })).toMatchObject({
    local: true,
    linking: false,
  })
  expect(readConfig({ ...clerk, ...discord, CLERK_API_URL: 'https://localhost.evil.example' })).toMatchObject(
    {
      local: false,
    },
  )
})

test('our origins are that of the public address, and those that are named', () => {
  const { origins } = readConfig({
    ...production,
    PUBLIC_URL: 'https://snag.example.com/',
    SNAG_ORIGINS: ' https://app.example.com , https://snag.example.com,http://localhost:5173/',
  })

  expect(origins).toEqual(['https://snag.example.com', 'https://app.example.com', 'http://localhost:5173'])
})

test('limits are numbers, proxies addresses or networks, and a token is not too short', () => {
  expect(
    readConfig({
      SNAG_RATE_LIMIT_READS: '0',
      SNAG_RATE_LIMIT_WRITES: '12',
      SNAG_PROXIES: '10.0.0.0/8, 192.0.2.1,fd00::/8,::1',
      SNAG_METRICS_TOKEN: 'sixteen-or-more-x',
    }),
  ).toMatchObject({
    rateLimits: { reads: 0, writes: 12 },
    proxies: ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'],
    metricsToken: 'sixteen-or-more-x',
  })
  for (const wrong of [
    { SNAG_RATE_LIMIT_READS: 'many' },
    { SNAG_RATE_LIMIT_WRITES: '-1' },
    { SNAG_PROXIES: 'proxy.example.com' },
    { SNAG_PROXIES: '10.0.0.0/99' },
    { SNAG_METRICS_TOKEN: 'short' },
  ] as Env[])
    expect(problemsOf(wrong)).toEqual([
      expect.stringMatching(new RegExp(`^${Object.keys(wrong)[0]} (is|names) `)),
    ])
})

test('traces are sent when OpenTelemetry’s variables say where to', () => {
  const endpoint = 'http://127.0.0.1:4318'
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatchObject({
    tracing: { serviceName: 'snag' },
  })
  expect(readConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'x' })).toMatchObject({
    tracing: { serviceName: null },
  })
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' })).toMatchObject({
    tracing: null,
  })
})

test('production starts with real services only', () => {
  expect(readConfig(production)).toMatchObject({ production: true, local: false, linking: true })
})

test('production says everything that is missing at once', () => {
  expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
    expect.stringMatching(/^DATABASE_URL is missing/),
    expect.stringMatching(/^CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are missing/),
    expect.stringMatching(/^DISCORD_TOKEN is missing/),
    expect.stringMatching(/^PUBLIC_URL is missing/),
  ])
})

test('production refuses services at a loopback address, whatever else is wrong', () => {
  const clerkHere = { CLERK_API_URL: 'http://127.0.0.1:4000' }
  expect(problemsOf({ ...production, ...clerkHere })).toEqual([
    expect.stringMatching(/^CLERK_API_URL .*production/),
  ])
  expect(problemsOf({ ...production, DISCORD_API_URL: 'http://localhost:4001' })).toEqual([
    expect.stringMatching(/^DISCORD_API_URL .*production/),
  ])
  expect(problemsOf({ ...production, ...clerkHere, DATABASE_URL: '' })).toEqual([
    expect.stringMatching(/^DATABASE_URL is missing/),
    expect.stringMatching(/^CLERK_API_URL/),
  ])
})

test('everything that is malformed is listed at once, beside what is missing', () => {
  const problems = problemsOf({
    NODE_ENV: 'production',
    PORT: 'eighty',
    PUBLIC_URL: 'snag.example.com',
    DATABASE_URL: 'mysql://db/snag',
    SNAG_ROLES: 'api,robot',
    SNAG_ORIGINS: 'ftp://example.com',
    LOG_LEVEL: 'loud',
  })

  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'SNAG_ROLES',
    'SNAG_ORIGINS',
    'LOG_LEVEL',
    'CLERK_SECRET_KEY',
    'DISCORD_TOKEN',
  ])
  for (const problem of problems) expect(problem).not.toMatch(/Invalid input|expected/)
})

test.each(['0', '-1', '65536', '3000.5', '3000a', 'Infinity', '0x50'])('%s is no port', (port) => {
  expect(problemsOf({ PORT: port })).toEqual(['PORT is not a port number.'])
})

test('half a set of credentials does not become a stand-in', () => {
  const alone: Env[] = [
    { CLERK_SECRET_KEY: 'sk_live_x' },
    { CLERK_PUBLISHABLE_KEY: 'pk_live_x' },
    { CLERK_JWT_KEY: 'key' },
    { CLERK_API_URL: 'https://api.clerk.com' },
    { CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_x' },
    { DISCORD_PUBLIC_KEY: 'key' },
    { DISCORD_API_URL: 'https://discord.com/api' },
  ]
  for (const env of alone)
    expect(problemsOf(env), JSON.stringify(env)).toEqual([expect.stringMatching(/missing/)])
})

test('one missing key of two is named once', () => {
  expect(problemsOf({ ...production, CLERK_PUBLISHABLE_KEY: '' })).toEqual([
    expect.stringMatching(/^CLERK_PUBLISHABLE_KEY is missing/),
  ])
})

test('while anything is a stand-in, nothing of it is open to others', () => {
  expect(
    problemsOf({ HOST: '0.0.0.0', PUBLIC_URL: 'https://snag.example.com', ...database }).map(
      (problem) => problem.split(' ')[0],
    ),
  ).toEqual(['HOST', 'PUBLIC_URL', 'DATABASE_URL'])
  for (const env of [
    { HOST: '::' },
    { HOST: '192.168.0.7' },
    { HOST: 'localhost.evil.example' },
    { PUBLIC_URL: 'http://snag.local' },
  ])
    expect(problemsOf(env), JSON.stringify(env)).toHaveLength(1)
  expect(problemsOf({ ...clerk, HOST: '0.0.0.0' }), 'Discord is a stand-in').toHaveLength(1)
  expect(problemsOf({ ...clerk, ...discord, HOST: '0.0.0.0', ...database })).toEqual([])
})

test('a database elsewhere is one, however its address says so', () => {
  const elsewhere = [
    'postgresql://localhost.evil.example/snag',
    'postgresql://localhost@evil.example/snag',
    'postgresql://localhost/snag?host=evil.example',
    'postgresql://127.0.0.1:5432/snag?host=10.0.0.1',
  ]
  for (const url of elsewhere)
    expect(problemsOf({ DATABASE_URL: url }), url).toEqual([expect.stringMatching(/^DATABASE_URL/)])
  const here = [
    'postgresql://localhost/snag',
    'postgres://u:p@127.0.0.1:5432/snag',
    'postgresql://[::1]/snag',
    'postgresql://localhost/snag?host=/var/run/postgresql',
  ]
  for (const url of here) expect(problemsOf({ DATABASE_URL: url }), url).toEqual([])
})

test('parts are divided among processes only when nothing is a stand-in', () => {
  expect(problemsOf({ SNAG_ROLES: 'api' })).toEqual([expect.stringMatching(/^SNAG_ROLES/)])
  expect(readConfig({ ...production, SNAG_ROLES: 'api, worker' }).parts).toEqual(new Set(['api', 'worker']))
})

test('what is wrong is said in sentences, under one heading', () => {
  const { message } = new ConfigError(['PORT is not a port number.', 'LOG_LEVEL is loud.'])

  expect(message).toBe('Snag cannot start like this:\n  - PORT is not a port number.\n  - LOG_LEVEL is loud.')
})

test('no secret is shown in what is said', () => {
  const said = problemsOf({
    CLERK_SECRET_KEY: 'sk_live_secret',
    DATABASE_URL: 'mysql://snag:password@db.example.com/snag',
    DISCORD_API_URL: 'nonsense',
  }).join('\n')

  expect(said).not.toMatch(/sk_live|password/)
})

test('attachments go to a bucket where one is named, with its own credentials or those of the machine', () => {
  const aws = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }
  expect(readConfig({ SNAG_S3_BUCKET: 'files' }).s3).toEqual({ bucket: 'files', region: 'us-east-1' })
  expect(
    readConfig({
      SNAG_S3_BUCKET: 'files',
      SNAG_S3_REGION: 'eu-central-1',
      SNAG_S3_ENDPOINT: 'https://s3.example.com/',
      AWS_SESSION_TOKEN: 'session',
      ...aws,
    }).s3,
  ).toEqual({
    bucket: 'files',
    region: 'eu-central-1',
    endpoint: 'https://s3.example.com',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example', sessionToken: 'session' },
  })
  expect(readConfig(aws).s3, "AWS's variables may be there for something else").toBeNull()
})

test('half of what a bucket needs is said to be half', () => {
  expect(problemsOf({ SNAG_S3_REGION: 'eu-central-1' })).toEqual([
    'SNAG_S3_BUCKET is missing, though other variables of S3 are set.',
  ])
  expect(problemsOf({ SNAG_S3_BUCKET: 'files', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' })).toEqual([
    'AWS_SECRET_ACCESS_KEY is missing, though its other half is set.',
  ])
  expect(problemsOf({ SNAG_S3_BUCKET: 'files', SNAG_S3_ENDPOINT: 's3.example.com' })).toEqual([
    'SNAG_S3_ENDPOINT is not an http(s) address.',
  ])
})
