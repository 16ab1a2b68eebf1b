import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Level } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { expect, onTestFinished } from 'vitest'
import { createApi } from '#api/app.ts'
import type { ApiOptions } from '#api/app.ts'
import type { S3Settings } from '#shared/config.ts'
import type { Caller, Context, Tracker } from '#shared/context.ts'
import { openDatabase } from '#shared/db/database.ts'
import type { Database } from '#shared/db/database.ts'
import { openFiles } from '#shared/files/files.ts'
import type { DiscordPort } from '#shared/guilds/discord-port.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { ensureClerkUser } from '#shared/identity/users.ts'
import { createFeed } from '#shared/live/feed.ts'
import type { LiveFeed } from '#shared/live/feed.ts'
import { observeDatabase } from '#shared/metrics/database.ts'
import { createMetrics, observeReaders } from '#shared/metrics/metrics.ts'
import type { GrantedRole } from '#shared/members/schema.ts'
import { ensureHome } from '#shared/workspaces/home.ts'
import { homeSlug } from '#shared/workspaces/schema.ts'
import { describeError } from '../src/log.ts'
import { ApiClient } from './api-client.ts'
import { serveClerk } from './clerk-server.ts'
import type { ServedClerk } from './clerk-server.ts'
import { conformanceTo } from './conformance.ts'
import { emptyDatabase } from './database.ts'

/** The origin of the dashboard in every test's world. */
export const origin = 'http://localhost:3000'

const noDiscord: DiscordPort = { guildRole: async () => 'unavailable' }

export interface World {
  db: Database
  tracker: Tracker
  /** Where attachments are kept. */
  dataDir: string
  clerk: ServedClerk
  /** Moves the tracker's clock; Clerk's tokens keep to the real one. */
  advance: (ms: number) => void
  /** Somebody who signed up at Clerk and is seen here for the first time. */
  person: (name: string) => Promise<Person>
  /** The same, with a role in *home* that an admin gave. */
  personWith: (role: GrantedRole, name?: string) => Promise<Person>
  /** An API client that sends what the test says and nothing else. */
  anonymous: ApiClient
  /** Bugs that were logged; a test in which one is expected takes it out. */
  loggedErrors: unknown[]
  /** Every line of the log, as it was written. */
  logged: string[]
  live: LiveFeed
  fetch: (request: Request, bindings?: object) => Response | Promise<Response>
}

export interface Person {
  name: string
  clerkId: string
  userId: string
  api: ApiClient
  caller: Caller
  /** For calling operations without a door in between. */
  in: (slug: string) => Context
  home: Context
  token: (changes?: Record<string, unknown>) => string
}

export interface WorldOptions {
  /** What stands in the way to the database: given its address, answers the one to use. */
  wayToDatabase?: (url: string) => Promise<string>
  /** Where attachments go; without it, into a folder that goes away with the test. */
  s3?: S3Settings
  /** What Discord says of people in servers; without it, Discord cannot be asked. */
  discord?: DiscordPort
  /** What the operator has set, where a test is about that. */
  api?: Partial<ApiOptions>
  /** From which level on lines go to `logged`. */
  logLevel?: Level
}

/** A tracker of its own: its database, its Clerk, its people, and the API. It goes away with the test. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const { wayToDatabase = async (url) => url, s3 = null, discord = noDiscord, logLevel = 'error' } = options
  const url = await wayToDatabase(await emptyDatabase())
  const db = openDatabase({ url, maxConnections: 14, onIdleError: () => {} })
  onTestFinished(() => db.close())
  const clerk = await serveClerk(origin)
  const dataDir = await mkdtemp(join(tmpdir(), 'snag-files-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))

  let offsetMs = 0
  const clock = () => new Date(Date.now() + offsetMs)
  const logged: string[] = []
  const loggedErrors: unknown[] = []
  const tracker: Tracker = {
    db,
    clerk: connectClerk({ ...clerk, issuer: clerk.apiUrl, authorizedParties: [origin], clock }),
    discord,
    linking: true,
    local: true,
    relay: { wake: () => {} },
    files: await openFiles({ db, dataDir, s3, now: clock() }),
    clock,
    newId: uuidv7,
    log: pino({ level: logLevel, serializers: { err: describeError } }, collect(logged, loggedErrors)),
    metrics: createMetrics(),
  }
  observeDatabase(tracker.metrics, db, tracker.log)
  onTestFinished(() => expect(loggedErrors, 'nothing is logged as an error').toEqual([]))
  const homeId = await ensureHome(tracker)

  const live = createFeed({ tracker, limits: { perProcess: 20, perUser: 3 } })
  observeReaders(tracker.metrics, live)
  onTestFinished(() => live.stop())
  const api = createApi({
    tracker,
    live,
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
    ...options.api,
  })
  const fetch: World['fetch'] = (request, bindings) => api.fetch(request, bindings)
  const check = conformanceTo(api)

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
      api: new ApiClient({
        fetch,
        headers: () => ({ authorization: `Bearer ${token({ azp: origin })}` }),
        check,
      }),
    }
  }

  return {
    db,
    tracker,
    dataDir,
    clerk,
    logged,
    loggedErrors,
    live,
    fetch,
    person,
    anonymous: new ApiClient({ fetch, headers: () => ({}), check }),
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

/** As pino writes it. */
const errorLevel = 50

function collect(lines: string[], errors: unknown[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = chunk.toString('utf8')
      const line = JSON.parse(text) as { level: number } // pino's
      lines.push(text)
      if (line.level >= errorLevel) errors.push(line)
      done()
    },
  })
}
