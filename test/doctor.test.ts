import { generateKeyPairSync } from 'node:crypto'
import { Client } from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { generateClerkKeys } from '#local/clerk/keys.ts'
import type { LocalDiscord } from '#local/discord/local-discord.ts'
import { emptyDatabase } from '#test/database.ts'
import { discordWorld } from '#test/local/discord-world.ts'
import { ada, serveClerk } from '#test/local/serve-clerk.ts'
import type { ServedClerk } from '#test/local/serve-clerk.ts'
import { databaseUrl } from '#test/postgres.ts'
import { examine } from '../src/doctor/examine.ts'
import { report } from '../src/doctor/findings.ts'
import type { Finding } from '../src/doctor/findings.ts'
import type { Fetch } from '../src/doctor/service.ts'

type Environment = Record<string, string | undefined>

const migrations = { dir: 'prisma/migrations' }
/** Nothing listens at the lowest port. */
const nobody = '127.0.0.1:1'

async function findings(env: Environment, fetch: Fetch = globalThis.fetch): Promise<Finding[]> {
  return examine({ env, fetch, migrations })
}

/** What the doctor says of one subject; of the first one when there are several. */
async function saidOf(subject: string, env: Environment, fetch?: Fetch) {
  const all = await findings(env, fetch)
  return all.find((finding) => finding.subject === subject)
}

function clerkVariables(clerk: ServedClerk): Environment {
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_JWT_KEY: clerk.jwtKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
    CLERK_API_URL: clerk.apiUrl,
  }
}

function discordVariables(discord: LocalDiscord): Environment {
  return {
    DISCORD_TOKEN: discord.token,
    DISCORD_PUBLIC_KEY: discord.publicKey,
    DISCORD_API_URL: discord.apiUrl,
  }
}

/** Clerk at its own addresses, answered by the local one: for what is not asked of a loopback address. */
function asRealClerk(clerk: ServedClerk): Fetch {
  return async (url, init) => {
    const { hostname, pathname } = new URL(url)
    if (hostname === 'api.clerk.com') return fetch(`${clerk.apiUrl}${pathname}`, init)
    if (pathname !== '/.well-known/jwks.json') throw new Error(`Nobody asks ${url}.`)
    const headers = { authorization: `Bearer ${clerk.secretKey}` }
    return fetch(`${clerk.apiUrl}/v1/jwks`, { headers })
  }
}

/** The network as it is, but for one path, which says what the stand-ins cannot be brought to say. */
function answering(path: string, response: Response): Fetch {
  return (url, init) => (new URL(url).pathname.endsWith(path) ? Promise.resolve(response) : fetch(url, init))
}

test('with nothing configured, stand-ins are named as such and nothing is wrong', async () => {
  const all = await findings({})

  expect(
    all.filter(({ sentence }) => sentence.startsWith('A stand-in')).map(({ subject }) => subject),
  ).toEqual(['Database', 'Clerk', 'Discord'])
  expect(all.some(({ mark }) => mark === 'failed')).toBe(false)
})

test('with everything as it should be, nothing is wrong and no secret is told', async () => {
  const [clerk, { discord }, url] = await Promise.all([serveClerk(), discordWorld(), emptyDatabase()])
  const env = { DATABASE_URL: url, ...clerkVariables(clerk), ...discordVariables(discord) }

  const all = await findings(env)
  const text = report(all)

  expect(all.filter(({ mark }) => mark === 'failed')).toEqual([])
  expect(all.filter(({ mark }) => mark === 'skipped').map(({ subject }) => subject)).toEqual([
    'Clerk publishable key',
  ])
  expect(text).toContain('Nothing is wrong.')
  for (const secret of [clerk.secretKey, clerk.webhookSigningSecret, discord.token, new URL(url).password]) {
    expect(text).not.toContain(secret)
  }
})

test('every problem of the environment is one line', async () => {
  const all = await findings({ PORT: 'three', LOG_LEVEL: 'loud' })

  expect(all).toMatchObject([
    { mark: 'failed', subject: 'Environment', sentence: expect.stringContaining('PORT') },
    { mark: 'failed', subject: 'Environment', sentence: expect.stringContaining('LOG_LEVEL') },
  ])
})

test.each([
  ['SNAG_PROT', 'Did you mean PORT?'],
  ['SNAG_ADMIN', 'Did you mean SNAG_ADMINS?'],
  ['SNAG_S3_BUKCET', 'Did you mean SNAG_S3_BUCKET?'],
  ['SNAG_COLOUR', 'look for its name in the README'],
])('%s, which nobody reads, is named', async (name, advice) => {
  const ofIt = (all: Finding[]) => all.filter(({ sentence }) => sentence.startsWith(`${name} `))
  const expected = [{ mark: 'failed', subject: 'Environment', sentence: expect.stringContaining(advice) }]

  expect(ofIt(await findings({ [name]: 'x' }))).toMatchObject(expected)
  expect(ofIt(await findings({ [name]: 'x', PORT: 'three' })), 'beside other problems').toMatchObject(
    expected,
  )
})

test('variables of the command line are known', async () => {
  expect(await saidOf('Environment', { SNAG_URL: 'http://localhost:3000', SNAG_TOKEN: 'x' })).toMatchObject({
    mark: 'ok',
  })
})

test('a bucket is named with what its settings leave out', async () => {
  const bucket = { SNAG_S3_BUCKET: 'files' }
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hidden' }

  expect(await saidOf('Attachments', {})).toMatchObject({
    mark: 'ok',
    sentence: expect.stringContaining('data'),
  })
  expect(await saidOf('Attachments', bucket)).toMatchObject({
    mark: 'skipped',
    sentence: expect.stringMatching(/files in us-east-1, but AWS_ACCESS_KEY_ID and AWS_SECRET/),
  })
  const whole = await saidOf('Attachments', { ...bucket, ...keys, SNAG_S3_ENDPOINT: 'http://127.0.0.1:1' })
  expect(whole).toMatchObject({ mark: 'ok', sentence: expect.stringContaining('http://127.0.0.1:1') })
  expect(whole?.sentence).not.toContain('hidden')
  expect(await saidOf('Environment', { SNAG_S3_REGION: 'eu-central-1' })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('SNAG_S3_BUCKET is missing'),
  })
  expect(await saidOf('Environment', { ...bucket, AWS_ACCESS_KEY_ID: 'id' })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('AWS_SECRET_ACCESS_KEY is missing'),
  })
})

test('a database that is down is said to be, without its password', async () => {
  const said = await saidOf('Database', { DATABASE_URL: `postgresql://snag:hidden@${nobody}/snag` })

  expect(said).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining(`Nothing listens at ${nobody}/snag`),
  })
  expect(said?.sentence).not.toContain('hidden')
})

test('a wrong password of the database is told from a wrong name', async () => {
  const wrongPassword = new URL(inject('postgresUrl'))
  wrongPassword.password = 'wrong'

  expect(await saidOf('Database', { DATABASE_URL: wrongPassword.href })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('refuses the user or the password'),
  })
  expect(
    await saidOf('Database', { DATABASE_URL: databaseUrl(inject('postgresUrl'), 'absent') }),
  ).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('no database of that name'),
  })
})

test('a pending migration is named', async () => {
  const url = await databaseWith(`encoding 'UTF8'`)

  expect(await saidOf('Migrations', { DATABASE_URL: url })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringMatching(/\d{14}_tracker.* is not applied yet/),
  })
})

test('a database that is not UTF-8 is refused', async () => {
  const url = await databaseWith(`encoding 'SQL_ASCII' locale_provider libc locale 'C'`)

  expect(await saidOf('Encoding', { DATABASE_URL: url })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('SQL_ASCII'),
  })
})

test('a secret key that Clerk does not know is told from a Clerk that is away', async () => {
  const clerk = await serveClerk()
  const env = clerkVariables(clerk)

  expect(await saidOf('Clerk secret key', { ...env, CLERK_SECRET_KEY: 'sk_test_wrong' })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('Clerk refuses CLERK_SECRET_KEY'),
  })
  expect(await saidOf('Clerk secret key', { ...env, CLERK_API_URL: `http://${nobody}` })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('cannot be reached'),
  })
})

test('something else at the address of Clerk is seen', async () => {
  const [clerk, { url }] = await Promise.all([serveClerk(), discordWorld()])

  expect(await saidOf('Clerk secret key', { ...clerkVariables(clerk), CLERK_API_URL: url })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('not as Clerk does'),
  })
})

test('a JWT key of another instance is found out, and one that is no key', async () => {
  const clerk = await serveClerk()
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

  expect(await saidOf('Clerk JWT key', { ...clerkVariables(clerk), CLERK_JWT_KEY: publicKey })).toMatchObject(
    {
      mark: 'failed',
      sentence: expect.stringContaining('not of this instance'),
    },
  )
  expect(await saidOf('Clerk JWT key', { ...clerkVariables(clerk), CLERK_JWT_KEY: 'abc' })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('not a public key'),
  })
})

test('a JWT key whose line breaks were pasted as two characters is still the right one', async () => {
  const clerk = await serveClerk()
  const pasted = clerk.jwtKey.replaceAll('\n', String.raw`\n`)

  expect(await saidOf('Clerk JWT key', { ...clerkVariables(clerk), CLERK_JWT_KEY: pasted })).toMatchObject({
    mark: 'ok',
  })
})

test('keys of one instance agree, keys of two do not', async () => {
  const [clerk, another] = await Promise.all([serveClerk(), serveClerk({ keys: await generateClerkKeys() })])
  const env = { ...clerkVariables(clerk), CLERK_API_URL: undefined }
  const bothAnswer: Fetch = (url, init) =>
    asRealClerk(url.startsWith('https://api.clerk.com') ? clerk : another)(url, init)

  expect(await saidOf('Clerk publishable key', env, asRealClerk(clerk))).toMatchObject({ mark: 'ok' })
  expect(await saidOf('Clerk publishable key', env, bothAnswer)).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('of another instance'),
  })
  expect(
    await saidOf(
      'Clerk publishable key',
      { ...env, CLERK_PUBLISHABLE_KEY: 'pk_live_Y2xlcmsuc25hZy5kZXYk' },
      asRealClerk(clerk),
    ),
  ).toMatchObject({ mark: 'failed', sentence: expect.stringContaining('of a live one') })
})

test('a webhook secret without its shape is refused', async () => {
  const clerk = await serveClerk()

  expect(
    await saidOf('Clerk webhook secret', {
      ...clerkVariables(clerk),
      CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_short',
    }),
  ).toMatchObject({ mark: 'failed' })
})

test('an admin that Clerk does not know is named', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)

  const all = await findings({ ...clerkVariables(clerk), SNAG_ADMINS: `${userId},user_absent` })

  expect(all.filter(({ subject }) => subject === 'Admin')).toMatchObject([
    { mark: 'ok', sentence: expect.stringContaining(userId) },
    { mark: 'failed', sentence: expect.stringContaining('user_absent') },
  ])
})

test('in production an origin without https is refused, and one that Clerk does not allow', async () => {
  const clerk = await serveClerk({ origins: () => ['https://snag.example.com'] })
  const env = {
    ...clerkVariables(clerk),
    NODE_ENV: 'production',
    CLERK_API_URL: undefined,
    DATABASE_URL: `postgresql://${nobody}/snag`,
    DISCORD_TOKEN: 'token',
  }
  const good = { ...env, PUBLIC_URL: 'https://snag.example.com' }

  expect(await saidOf('Origins', good, asRealClerk(clerk))).toMatchObject({ mark: 'ok' })
  expect(await saidOf('Origins at Clerk', good, asRealClerk(clerk))).toMatchObject({ mark: 'ok' })
  expect(
    await saidOf('Origins', { ...env, PUBLIC_URL: 'http://snag.example.com' }, asRealClerk(clerk)),
  ).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('http://snag.example.com is not https'),
  })
  expect(
    await saidOf('Origins at Clerk', { ...good, SNAG_ORIGINS: 'https://other.example' }, asRealClerk(clerk)),
  ).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('does not allow https://other.example'),
  })
})

test('a token that Discord does not know is told from a Discord that is away', async () => {
  const { discord } = await discordWorld()
  const env = discordVariables(discord)

  expect(await saidOf('Discord token', { ...env, DISCORD_TOKEN: `${discord.token}x` })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('Discord refuses DISCORD_TOKEN'),
  })
  expect(await saidOf('Discord token', { ...env, DISCORD_API_URL: `http://${nobody}/api` })).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('cannot be reached'),
  })
})

test('a public key of another application is found out', async () => {
  const { discord } = await discordWorld()

  expect(
    await saidOf('Discord public key', { ...discordVariables(discord), DISCORD_PUBLIC_KEY: 'ab'.repeat(32) }),
  ).toMatchObject({ mark: 'failed', sentence: expect.stringContaining('not of this application') })
})

test('a bot that is in no server is told how to be added', async () => {
  const { discord } = await discordWorld()
  const alone = answering('/users/@me/guilds', Response.json([]))

  expect(await saidOf('Discord servers', discordVariables(discord), alone)).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining(`client_id=${discord.applicationId}`),
  })
})

test('a server where the bot may have no commands is named', async () => {
  const { discord, guildId } = await discordWorld()
  const missingAccess = Response.json({ message: 'Missing Access', code: 50_001 }, { status: 403 })
  const closed = answering(`/guilds/${guildId}/commands`, missingAccess)

  expect(await saidOf('Discord commands', discordVariables(discord), closed)).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('no commands in Workshop'),
  })
})

test('interactions that Discord sends elsewhere are found out', async () => {
  const { discord } = await discordWorld()
  const { publicKey, applicationId: id } = discord
  const application = { id, verify_key: publicKey, interactions_endpoint_url: 'https://example.com/' }
  const elsewhere = answering('/applications/@me', Response.json(application))

  expect(await saidOf('Discord interactions', discordVariables(discord), elsewhere)).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('none to the bot'),
  })
})

test('a day without session starts left says how long to wait', async () => {
  const { discord } = await discordWorld()
  const limit = { total: 1_000, remaining: 0, reset_after: 7_200_000 }
  const used = answering(
    '/gateway/bot',
    Response.json({ url: 'wss://example.com', session_start_limit: limit }),
  )

  expect(await saidOf('Discord gateway', discordVariables(discord), used)).toMatchObject({
    mark: 'failed',
    sentence: expect.stringContaining('Wait 120 minutes'),
  })
})

test('privileged intents that are switched on are named, and not needed', async () => {
  const { discord } = await discordWorld({ privilegedIntents: 1 << 15 })

  expect(await saidOf('Discord intents', discordVariables(discord))).toMatchObject({
    mark: 'ok',
    sentence: expect.stringContaining('switched on: Message Content'),
  })
})

test('what is left of the session starts is told', async () => {
  const { discord } = await discordWorld()

  expect(await saidOf('Discord gateway', discordVariables(discord))).toMatchObject({
    mark: 'ok',
    sentence: expect.stringMatching(/^\d+ of \d+ session starts/),
  })
})

/** A database without any table, gone with the test. */
async function databaseWith(options: string): Promise<string> {
  const name = `doctor_${uuidv7().replaceAll('-', '')}`
  await command(`create database ${name} template template0 ${options}`)
  onTestFinished(() => command(`drop database ${name} with (force)`))
  return databaseUrl(inject('postgresUrl'), name)
}

async function command(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(sql)
  await client.end()
}
