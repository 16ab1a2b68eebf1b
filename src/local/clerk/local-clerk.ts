import type { KeyLike } from 'node:crypto'
import { Hono } from 'hono'
import { addApiKey, type NewApiKey } from './api-keys.ts'
import { backendApi } from './backend-api.ts'
import { ClerkError, type ErrorBody, presentError } from './errors.ts'
import { frontendApi } from './frontend-api.ts'
import { unknownRoute } from './frontend-context.ts'
import type { DiscordAccount, Instance } from './instance.ts'
import { type ClerkKeys, generateClerkKeys, newSecret, publishableKeyOf } from './keys.ts'
import { pictures } from './pictures.ts'
import { findUserByEmail, getUser } from './queries.ts'
import { scripts } from './scripts.ts'
import { createClient, forgetOldSessions, startSession } from './sessions.ts'
import { openState, type StateData, type UserRecord } from './state.ts'
import { type Claims, commonClaims, sessionClaims, signToken } from './tokens.ts'
import {
  banUser,
  changeProfile,
  connectDiscord,
  connectGitHub,
  createUser,
  deleteUser,
  type ProfileChange,
  type SeedUser,
  seedUser,
  unbanUser,
} from './users.ts'
import { createWebhooks } from './webhooks.ts'

export interface LocalClerkOptions {
  /** Where it is reached, for example `http://localhost:3000/__clerk`: the prefix of every path, and the issuer. */
  url: string
  /** Keeps keys, users, sessions and API keys between starts; without it they last as long as the process. */
  file?: string
  /** Whose `Origin` the frontend API accepts, besides that of `url`. */
  origins: () => string[]
  /** Who may be chosen on the Discord consent page. */
  discordAccounts: () => DiscordAccount[]
  webhookUrl?: () => string | undefined
  /** Milliseconds since 1970. */
  now?: () => number
  /** Made on the first start only. */
  seedUsers: SeedUser[]
  /** Ready-made keys, for the first start: generating takes a while. */
  keys?: ClerkKeys
  /** Hears of faults of the stand-in itself and of webhooks given up. Default: a process warning. */
  report?: (error: Error) => void
}

export interface LocalClerk {
  fetch(request: Request): Promise<Response>
  readonly secretKey: string
  readonly publishableKey: string
  /** The public key as PEM. */
  readonly jwtKey: string
  readonly webhookSigningSecret: string
  /** For `createClerkClient({ apiUrl })`. */
  readonly apiUrl: string
  /** Writes what is not written yet, and stops webhook deliveries. */
  close(): Promise<void>

  /** Signs a user in without a browser; each call of `token` makes a fresh session token, with claims changed as wished. */
  signIn(email: string): Promise<{ userId: string; sessionId: string; token: (changes?: Claims) => string }>
  /** A token of any claims (over well-formed times and issuer), header and key; a claim given as undefined is left out. */
  mint(claims: Claims, header?: Record<string, unknown>, key?: KeyLike): string
  addUser(user: SeedUser): Promise<string>
  updateUser(userId: string, change: ProfileChange): Promise<void>
  banUser(userId: string): Promise<void>
  unbanUser(userId: string): Promise<void>
  deleteUser(userId: string): Promise<void>
  connectDiscord(userId: string, account: DiscordAccount): Promise<void>
  connectGitHub(userId: string, account: UserRecord['github']): Promise<void>
  /** Answers the secret. */
  addApiKey(key: NewApiKey): Promise<string>
}

/** Opens a local Clerk: the stand-in that speaks Clerk's frontend and backend API, so that Clerk's own SDKs work without Clerk. */
export async function createLocalClerk(options: LocalClerkOptions): Promise<LocalClerk> {
  const url = options.url.replace(/\/$/, '')
  const now = options.now ?? Date.now
  const report = options.report ?? ((error: Error) => process.emitWarning(error))
  const { state, isNew } = await openState(options.file, () => newState(options.keys))
  const webhooks = createWebhooks({
    instanceId: state.data.id,
    signingSecret: state.data.webhookSigningSecret,
    url: options.webhookUrl ?? (() => undefined),
    now,
    report,
  })
  const instance: Instance = {
    url,
    state,
    data: state.data,
    now,
    origins: () => new Set([new URL(url).origin, ...options.origins()]),
    discordAccounts: options.discordAccounts,
    publish: (type, data) => webhooks.publish(type, data),
    signIns: new Map(),
    oauthAttempts: new Map(),
  }
  if (isNew) for (const user of options.seedUsers) await seedUser(instance, user)
  forgetOldSessions(instance)
  await state.save()

  const app = createApp(instance, report)
  const saved = async (change: () => void | Promise<void>) => {
    await change()
    await state.save()
  }
  return {
    fetch: async (request) => app.fetch(withRealMethod(request)),
    secretKey: state.data.secretKey,
    publishableKey: publishableKeyOf(state.data.id),
    jwtKey: state.data.keys.publicKey,
    webhookSigningSecret: state.data.webhookSigningSecret,
    apiUrl: url,
    async close() {
      await webhooks.close()
      await state.save()
    },

    async signIn(email) {
      const user = findUserByEmail(instance, email)
      if (!user) throw new Error(`The local Clerk has no user ${email}`)
      const { client } = createClient(instance)
      const session = startSession(instance, client, user, 'test')
      await state.save()
      const azp = new URL(url).origin
      return {
        userId: user.id,
        sessionId: session.id,
        token: (changes) => signToken(instance, { ...sessionClaims(instance, session, azp), ...changes }),
      }
    },
    mint: (claims, header, key) => signToken(instance, { ...commonClaims(instance), ...claims }, header, key),
    async addUser(seed) {
      const user = await createUser(instance, seed)
      await state.save()
      return user.id
    },
    updateUser: (id, change) => saved(() => changeProfile(instance, getUser(instance, id), change)),
    banUser: (id) => saved(() => banUser(instance, getUser(instance, id))),
    unbanUser: (id) => saved(() => unbanUser(instance, getUser(instance, id))),
    deleteUser: (id) => saved(() => deleteUser(instance, getUser(instance, id))),
    connectDiscord: (id, account) => saved(() => connectDiscord(instance, getUser(instance, id), account)),
    connectGitHub: (id, account) => saved(() => connectGitHub(instance, getUser(instance, id), account)),
    async addApiKey(wanted) {
      const { secret } = addApiKey(instance, wanted)
      await state.save()
      return secret
    },
  }
}

function createApp(instance: Instance, report: (error: Error) => void) {
  return new Hono()
    .basePath(new URL(instance.url).pathname)
    .use(async (_, next) => {
      await next()
      await instance.state.save()
    })
    .route('/', backendApi(instance))
    .route('/', frontendApi(instance))
    .route('/', pictures(instance))
    .route('/', scripts(instance))
    .notFound((c) => c.json(presentError(unknownRoute(c)), 404))
    .onError((error, c) => {
      if (error instanceof ClerkError) return c.json<ErrorBody>(presentError(error), error.status)
      report(error)
      const internal = {
        code: 'internal_clerk_error',
        message: 'Internal error',
        longMessage: 'The local Clerk failed.',
        meta: {},
      }
      return c.json<ErrorBody>(presentError(internal), 500)
    })
}

async function newState(readyKeys: ClerkKeys | undefined): Promise<StateData> {
  const keys = readyKeys ?? (await generateClerkKeys())
  return {
    version: 1,
    id: keys.id,
    secretKey: newSecret('sk_test'),
    webhookSigningSecret: `whsec_${crypto.getRandomValues(Buffer.alloc(24)).toString('base64')}`,
    keys,
    users: [],
    clients: [],
    sessions: [],
    apiKeys: [],
  }
}

/** Clerk's scripts send every change as POST, which needs no preflight, and say the real method in the query. */
function withRealMethod(request: Request): Request {
  if (request.method !== 'POST') return request
  const method = new URL(request.url).searchParams.get('_method')
  if (method === null || !['DELETE', 'PATCH', 'PUT'].includes(method)) return request
  return new Request(request, { method })
}
