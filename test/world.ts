import { Writable } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { Client } from 'pg'
import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { expect, inject, onTestFinished } from 'vitest'
import { createApi } from '#api/app.ts'
import { generateClerkKeys } from '#local/clerk/keys.ts'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import type { LocalClerk } from '#local/clerk/local-clerk.ts'
import type { Caller, Context, Tracker } from '#shared/context.ts'
import { openDatabase } from '#shared/db/database.ts'
import type { Database } from '#shared/db/database.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { ensureClerkUser } from '#shared/identity/users.ts'
import type { GrantedRole } from '#shared/members/schema.ts'
import { ensureHome } from '#shared/workspaces/home.ts'
import { homeSlug } from '#shared/workspaces/schema.ts'
import { ApiClient } from './api-client.ts'
import { databaseUrl, template } from './postgres.ts'

/** The origin of the dashboard in every test's world. */
export const origin = 'http://localhost:3000'

/** Making keys takes longer than most tests: one pair for each test process. */
const keys = generateClerkKeys()

export interface World {
  db: Database
  tracker: Tracker
  clerk: LocalClerk
  /** Moves the tracker's clock; Clerk's tokens keep to the real one. */
  advance(ms: number): void
  /** Somebody who signed up at Clerk and is seen here for the first time. */
  person(name: string): Promise<Person>
  /** The same, with a role in *home* that an admin gave. */
  personWith(role: GrantedRole, name?: string): Promise<Person>
  /** An API client that sends what the test says and nothing else. */
  anonymous: ApiClient
  /** Bugs that were logged; a test in which one is expected takes it out. */
  loggedErrors: unknown[]
  fetch: (request: Request) => Response | Promise<Response>
}

export interface Person {
  name: string
  clerkId: string
  userId: string
  api: ApiClient
  caller: Caller
  /** For calling operations without a door in between. */
  in(slug: string): Context
  home: Context
  token: (changes?: Record<string, unknown>) => string
}

/** A tracker of its own: its database, its Clerk, its people, and the API. It goes away with the test. */
export async function world(): Promise<World> {
  const url = await cloneDatabase()
  const db = openDatabase({ url, maxConnections: 10, onIdleError: () => {} })
  onTestFinished(() => db.close())
  const clerk = await startClerk()

  let offsetMs = 0
  const clock = () => new Date(Date.now() + offsetMs)
  const loggedErrors: unknown[] = []
  const tracker: Tracker = {
    db,
    clerk: connectClerk({ ...clerk, authorizedParties: [origin], clock }),
    discord: { guildRole: async () => 'unavailable' },
    linking: true,
    relay: { wake: () => {} },
    clock,
    newId: uuidv7,
    log: pino({ level: 'error' }, collect(loggedErrors)),
  }
  onTestFinished(() => expect(loggedErrors, 'nothing is logged as an error').toEqual([]))
  const homeId = await ensureHome(tracker)

  const api = createApi({
    tracker,
    origins: [origin],
    page: {
      clerkPublishableKey: clerk.publishableKey,
      clerkProxyUrl: null,
      local: true,
      linking: true,
      playgroundUrl: null,
      localAccounts: [],
    },
    assertReady: async () => {
      await db.pool.query('select 1')
    },
  })
  const fetch = (request: Request) => api.fetch(request)

  async function person(name: string): Promise<Person> {
    const email = `${name.toLowerCase()}-${uuidv7().slice(-6)}@example.com`
    const clerkId = await clerk.addUser({
      email,
      password: 'correct horse',
      firstName: name,
      lastName: 'Tester',
    })
    const { token } = await clerk.signIn(email)
    const userId = await ensureClerkUser(tracker, clerkId)
    const caller: Caller = { userId, door: 'api', guild: null }
    const inWorkspace = (slug: string): Context => ({ tracker, caller, place: { slug } })
    return {
      name,
      clerkId,
      userId,
      caller,
      token,
      in: inWorkspace,
      home: inWorkspace(homeSlug),
      api: new ApiClient(fetch, () => ({ authorization: `Bearer ${token({ azp: origin })}` })),
    }
  }

  return {
    db,
    tracker,
    clerk,
    loggedErrors,
    fetch,
    person,
    anonymous: new ApiClient(fetch, () => ({})),
    advance(ms) {
      offsetMs += ms
    },
    async personWith(role, name = role) {
      const someone = await person(name)
      await db.prisma.membership.create({ data: { workspaceId: homeId, userId: someone.userId, role } })
      return someone
    },
  }
}

async function cloneDatabase(): Promise<string> {
  const server = inject('postgresUrl')
  const name = `test_${uuidv7().replaceAll('-', '')}`
  await command(server, `create database ${name} template ${template}`)
  onTestFinished(() => command(server, `drop database ${name} with (force)`))
  return databaseUrl(server, name)
}

async function command(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function startClerk(): Promise<LocalClerk> {
  let fetch: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  const server = createAdaptorServer({ fetch: (request) => fetch(request), overrideGlobalObjects: false })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The local Clerk does not listen.')
  const clerk = await createLocalClerk({
    url: `http://127.0.0.1:${address.port}/__clerk`,
    origins: () => [origin],
    discordAccounts: () => [],
    seedUsers: [],
    keys: await keys,
  })
  fetch = clerk.fetch
  onTestFinished(async () => {
    server.close()
    await clerk.close()
  })
  return clerk
}

function collect(lines: unknown[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString('utf8')))
      done()
    },
  })
}
