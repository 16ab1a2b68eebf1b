import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import type { Part } from '#shared/environment.ts'
import { ApiClient } from '#test/api-client.ts'
import { serveClerk } from '#test/clerk-server.ts'
import { emptyDatabase } from '#test/database.ts'
import { origin } from '#test/world.ts'
import { dataFolder, startProduct } from './product.ts'
import type { Product } from './product.ts'

/** Somebody at one of the processes. */
export interface Visitor {
  api: ApiClient
  /** Sends a request for anywhere to that process. */
  fetch: (request: Request) => Promise<Response>
}

export interface Installation {
  db: Client
  /** An admin of *home*, for as long as a test takes. */
  token: () => string
  /** The admin at each process that has the API. */
  visitors: [Visitor, Visitor]
  workers: [Product, Product]
}

/** Nobody listens there, and nobody here has anything to say in Discord. */
const nowhere = 'http://127.0.0.1:9'
const discordToken = `${Buffer.from('123456789012345678').toString('base64')}.a.b`

/**
 * The product in four processes on one empty database, all started at once: two have the API, two the worker. They stop
 * with the test.
 */
export async function startInstallation(): Promise<Installation> {
  const databaseUrl = await emptyDatabase()
  const db = new Client({ connectionString: databaseUrl })
  await db.connect()
  onTestFinished(() => db.end())
  const clerk = await serveClerk(origin)
  const folder = await dataFolder()
  onTestFinished(folder.remove)
  const email = 'ada@example.com'
  const clerkId = await clerk.addUser({
    email,
    password: 'correct horse',
    firstName: 'Ada',
    lastName: 'Admin',
  })
  const { token: newToken } = await clerk.signIn(email)
  const token = () => newToken({ azp: origin, exp: Math.floor(Date.now() / 1_000) + 3_600 })

  async function start(part: Part): Promise<Product> {
    const product = await startProduct(folder.path, {
      SNAG_ROLES: part,
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: origin,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_JWT_KEY: clerk.jwtKey,
      CLERK_API_URL: clerk.apiUrl,
      DISCORD_TOKEN: discordToken,
      DISCORD_API_URL: nowhere,
      SNAG_ADMINS: clerkId,
    })
    onTestFinished(async () => void (await product.stop()))
    return product
  }

  const [here, there, ...workers] = await Promise.all([
    start('api'),
    start('api'),
    start('worker'),
    start('worker'),
  ])
  return { db, token, visitors: [visitor(here, token), visitor(there, token)], workers }
}

function visitor({ url }: Product, token: () => string): Visitor {
  const fetchThere: Visitor['fetch'] = (request) => {
    const { pathname, search } = new URL(request.url)
    return fetch(new Request(url + pathname + search, request))
  }
  return {
    fetch: fetchThere,
    api: new ApiClient({
      fetch: fetchThere,
      headers: () => ({ authorization: `Bearer ${token()}` }),
      check: () => {},
    }),
  }
}
