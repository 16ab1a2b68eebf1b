import type { Server } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { type ClerkKeys, generateClerkKeys } from '#local/clerk/keys.ts'
import { createLocalClerk, type LocalClerk, type LocalClerkOptions } from '#local/clerk/local-clerk.ts'

export const discordAccounts = {
  ada: {
    id: '100000000000000001',
    username: 'ada',
    globalName: 'Ada Lovelace',
    avatarUrl: 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E',
    email: 'ada@discord.local',
  },
  grace: {
    id: '100000000000000002',
    username: 'grace<hopper>',
    globalName: null,
    avatarUrl: 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E',
    email: 'grace@discord.local',
  },
}

export const ada = {
  email: 'ada@snag.local',
  password: 'a password for Ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
}

let sharedKeys: Promise<ClerkKeys> | undefined

export interface ServedClerk extends LocalClerk {
  /** The origin of the server, where a page may live. */
  origin: string
}

/**
 * A local Clerk on a free port of this machine, with one user who has a password and, beside it, the routes of `page`. It stops
 * when the test is over.
 */
export async function serveClerk(
  options: Partial<LocalClerkOptions> = {},
  page: (clerk: LocalClerk) => Hono = () => new Hono(),
): Promise<ServedClerk> {
  sharedKeys ??= generateClerkKeys()
  const app = new Hono()
  const server = createAdaptorServer({ fetch: app.fetch, hostname: '127.0.0.1' })
  const origin = await listen(server)
  const clerk = await createLocalClerk({
    url: `${origin}/__clerk`,
    origins: () => [origin],
    discordAccounts: () => Object.values(discordAccounts),
    seedUsers: [ada],
    keys: await sharedKeys,
    report: (error) => {
      throw error
    },
    ...options,
  })
  app.all('/__clerk/*', (c) => clerk.fetch(c.req.raw))
  app.route('/', page(clerk))
  onTestFinished(async () => {
    await clerk.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return { ...clerk, origin }
}

/** Starts a server on a free port of this machine and answers its origin. */
export async function listen(server: Pick<Server, 'listen' | 'address' | 'once'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return `http://127.0.0.1:${address.port}`
}
