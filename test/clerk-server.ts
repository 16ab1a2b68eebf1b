import { createAdaptorServer } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { generateClerkKeys } from '#local/clerk/keys.ts'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import type { LocalClerk } from '#local/clerk/local-clerk.ts'

/** Making keys takes longer than most tests: one pair for each test process. */
const keys = generateClerkKeys()

export interface ServedClerk extends LocalClerk {
  /** How often the backend API was asked for a user. */
  profileRequests: () => number
  /** How often it was asked about an API key. */
  keyRequests: () => number
  /** From now on tells this address what happens to users and sessions. */
  tells: (url: string) => void
  /** Stops listening, and cuts who is connected. */
  disappear: () => Promise<void>
  /** Listens again, at the same address. */
  comeBack: () => Promise<void>
}

/** A local Clerk of the test's own, whose tokens are made for pages of `origin`. */
export async function serveClerk(origin: string): Promise<ServedClerk> {
  let fetch: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  let profileRequests = 0
  let keyRequests = 0
  const server = createAdaptorServer({
    fetch: (request) => {
      if (/\/v1\/users\/\w+$/.test(new URL(request.url).pathname)) profileRequests += 1
      if (request.url.endsWith('/api_keys/verify')) keyRequests += 1
      return fetch(request)
    },
    overrideGlobalObjects: false,
  })
  const listen = async (at: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen(at, '127.0.0.1', resolve)
    await promise
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The local Clerk does not listen.')
    return address.port
  }
  const disappear = async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
    await promise
  }
  const port = await listen(0)
  let webhookUrl: string | undefined
  const clerk = await createLocalClerk({
    webhookUrl: () => webhookUrl,
    url: `http://127.0.0.1:${port}/__clerk`,
    origins: () => [origin],
    discordAccounts: () => [],
    seedUsers: [],
    keys: await keys,
  })
  fetch = (request) => clerk.fetch(request)
  onTestFinished(async () => {
    await disappear()
    await clerk.close()
  })
  return {
    ...clerk,
    profileRequests: () => profileRequests,
    keyRequests: () => keyRequests,
    tells: (url) => {
      webhookUrl = url
    },
    disappear,
    comeBack: async () => {
      await listen(port)
    },
  }
}
