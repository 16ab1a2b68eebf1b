import { hash } from 'node:crypto'
import { createClerkClient } from '@clerk/backend'
import { verifyWebhook } from '@clerk/backend/webhooks'
import { LRUCache } from 'lru-cache'
import {
  ask,
  invalidToken,
  nullWhenMissing,
  nullWhenRefused,
  refusal,
  unauthenticated,
  unavailable,
} from './clerk-failures.ts'
import { newsOf, shownName } from './clerk-news.ts'
import type { ClerkMessage } from './clerk-news.ts'
import { createKeyVerifier } from './key-verifier.ts'
import { Scope } from './schema.ts'
import type { ApiKey, Credential } from './schema.ts'
import { createSigningKeys, keyIdOf } from './signing-keys.ts'

const rememberedTokens = 10_000
const apiKeyPrefix = 'ak_'

/** A Discord account that Clerk has verified to be the user's own. */
export interface VerifiedDiscord {
  discordId: string
  name: string
}

/** What is shown of a Clerk user, and whether they may come in. */
export interface ShownProfile {
  clerkId: string
  name: string
  firstName: string | null
  lastName: string | null
  username: string | null
  imageUrl: string | null
  banned: boolean
  updatedAt: Date
}

/** All that Snag must know of a Clerk user. */
export interface ClerkProfile extends ShownProfile {
  emailAddresses: string[]
  discord: VerifiedDiscord | null
  /** The number of the GitHub account that Clerk has verified to be the user's own. */
  githubId: string | null
}

/** Whose token it is, what it stands for, and until when. */
export interface VerifiedToken {
  clerkId: string
  credential: Credential
  /** Null for a key without an end. */
  expiresAt: Date | null
}

export interface NewApiKey {
  /** Whose it is. */
  clerkId: string
  name: string
  scopes: readonly Scope[]
  secondsUntilExpiration: number
}

export interface Clerk {
  /**
   * Takes a session token or an API key. Throws `unauthenticated` with what is wrong with it, `unavailable` when
   * Clerk cannot be asked.
   */
  verify(token: string): Promise<VerifiedToken>
  /** The profile as Clerk has it now; null when the user was deleted. Throws `unavailable`. */
  findProfile(clerkId: string): Promise<ClerkProfile | null>
  /** The user who has this Discord account verified at Clerk; re-checked, since a filter can be ignored. */
  findProfileByDiscord(discordId: string): Promise<ClerkProfile | null>
  /** Removes the user and their API keys from Clerk; somebody who is gone already is fine. Throws `unavailable`. */
  deleteUser(clerkId: string): Promise<void>
  /** The keys of a user that are good, newest first. Throws `unavailable`, as all of these. */
  listApiKeys(clerkId: string): Promise<ApiKey[]>
  createApiKey(key: NewApiKey): Promise<{ key: ApiKey; secret: string }>
  /** False when the user has no such key that is good. */
  revokeApiKey(clerkId: string, id: string): Promise<boolean>
  /** Whether Clerk can tell us anything by itself: only with the secret that it signs with. */
  readonly hasWebhooks: boolean
  /** Reads what Clerk sends. Throws `unauthenticated` for what Clerk has not signed, or more than minutes ago. */
  readMessage(request: Request): Promise<ClerkMessage>
}

export interface ClerkOptions {
  secretKey: string
  publishableKey: string
  /** The instance's public key (PEM): tokens are verified without asking anybody. */
  jwtKey?: string
  apiUrl?: string
  /** Origins whose tokens are accepted (`azp`); never empty. */
  authorizedParties: string[]
  /** Who makes our tokens (`iss`): the address of the instance's frontend API. Without it, whoever has its key. */
  issuer?: string
  /** What Clerk signs its webhooks with; without it there are none. */
  webhookSigningSecret?: string | undefined
  clock: () => Date
}

type Client = ReturnType<typeof createClerkClient>
type ClerkUser = Awaited<ReturnType<Client['users']['getUser']>>
type ClerkKey = Awaited<ReturnType<Client['apiKeys']['get']>>

/** More than anybody is let make; what Clerk gives at once. */
const listedKeys = 100

/** Clerk, spoken to with its own SDK. Sources: Clerk's backend API reference; facts on its refusals and caching. */
export function connectClerk(options: ClerkOptions): Clerk {
  const { jwtKey, apiUrl, authorizedParties, issuer, clock, secretKey, publishableKey } = options
  const signingSecret = options.webhookSigningSecret
  const client = createClerkClient({
    secretKey,
    publishableKey,
    ...(apiUrl === undefined ? {} : { apiUrl }),
    telemetry: { disabled: true },
  })
  // A key pasted into an environment variable often carries the two characters `\n` for a line break.
  const ownKey = jwtKey?.replaceAll(String.raw`\n`, '\n')
  // The SDK would ask Clerk again for each token with a key that it does not know.
  const findKey = createSigningKeys({
    load: async () => (await ask(client.jwks.getJwks())).keys ?? [],
    clock,
  })

  async function keyOf(token: string): Promise<string> {
    if (ownKey !== undefined) return ownKey
    const keyId = keyIdOf(token)
    const key = keyId === null ? null : await findKey(keyId)
    if (key === null) throw unauthenticated(invalidToken)
    return key
  }

  const verified = new LRUCache<string, VerifiedToken & { expiresAt: Date }>({ max: rememberedTokens })

  async function authenticate(token: string): Promise<VerifiedToken & { expiresAt: Date }> {
    // Only this one header is passed on: with a document's headers the SDK would answer with a redirect.
    const request = new Request('http://snag.invalid/', { headers: { authorization: `Bearer ${token}` } })
    const state = await ask(
      client.authenticateRequest(request, {
        authorizedParties,
        acceptsToken: 'session_token',
        jwtKey: await keyOf(token),
      }),
    )
    const auth = state.toAuth()
    if (!state.isAuthenticated || auth === null) throw refusal(state)
    if (auth.userId === null) throw unauthenticated('Your session is not complete yet. Finish signing in.')
    if (issuer !== undefined && auth.sessionClaims.iss !== issuer)
      throw unauthenticated('This token was made by another sign-in service than ours. Sign in here.')
    const credential = { kind: 'session' as const, id: auth.sessionId }
    return { clerkId: auth.userId, credential, expiresAt: new Date(auth.sessionClaims.exp * 1000) }
  }

  const verifyKey = createKeyVerifier({
    load: (secret) => ask(client.apiKeys.verify(secret).catch(nullWhenRefused)),
    clock,
  })

  return {
    async verify(token) {
      if (token.startsWith(apiKeyPrefix)) return verifyKey(token)
      const key = hash('sha256', token, 'base64url')
      const known = verified.get(key)
      if (known !== undefined && known.expiresAt > clock()) return known
      const fresh = await authenticate(token)
      verified.set(key, fresh)
      return fresh
    },

    async findProfile(clerkId) {
      const user = await ask(client.users.getUser(clerkId).catch(nullWhenMissing))
      return user === null ? null : profileOf(user)
    },

    async findProfileByDiscord(discordId) {
      // The SDK's types lack both parameters; its wire passes them on to Clerk, which documents them.
      const filter = { provider: 'oauth_discord', providerUserId: [discordId] } as object
      const { data } = await ask(client.users.getUserList(filter))
      const holder = data.map(profileOf).find((profile) => profile.discord?.discordId === discordId)
      return holder ?? null
    },

    async deleteUser(clerkId) {
      await ask(client.users.deleteUser(clerkId).catch(nullWhenMissing))
      const keys = await ask(
        client.apiKeys.list({ subject: clerkId, limit: listedKeys }).catch(nullWhenMissing),
      )
      for (const { id } of keys?.data ?? [])
        await ask(client.apiKeys.revoke({ apiKeyId: id }).catch(nullWhenMissing))
    },

    async listApiKeys(clerkId) {
      const { data } = await ask(client.apiKeys.list({ subject: clerkId, limit: listedKeys }))
      return data.map(shownKey)
    },

    async createApiKey({ clerkId, name, scopes, secondsUntilExpiration }) {
      const wanted = {
        name,
        subject: clerkId,
        createdBy: clerkId,
        scopes: [...scopes],
        secondsUntilExpiration,
      }
      const key = await ask(client.apiKeys.create(wanted))
      if (key.secret === undefined) throw unavailable(new Error('Clerk made an API key and kept its secret.'))
      return { key: shownKey(key), secret: key.secret }
    },

    async revokeApiKey(clerkId, id) {
      const key = await ask(client.apiKeys.get(id).catch(nullWhenMissing))
      if (key === null || key.subject !== clerkId || key.revoked || key.expired) return false
      await ask(client.apiKeys.revoke({ apiKeyId: id }))
      return true
    },

    hasWebhooks: signingSecret !== undefined,

    async readMessage(request) {
      if (signingSecret === undefined) throw new Error('There is no secret to know messages of Clerk by.')
      const id = request.headers.get('svix-id') ?? ''
      const event = await verifyWebhook(request, { signingSecret }).catch(() => {
        throw unauthenticated('This is not signed by Clerk, or it was signed too long ago.')
      })
      return { id, news: newsOf(event) }
    },
  }
}

function shownKey({ id, name, scopes, createdAt, expiration, lastUsedAt }: ClerkKey): ApiKey {
  const moment = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    id,
    name,
    scopes: Scope.options.filter((scope) => scopes.includes(scope)),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: moment(expiration),
    lastUsedAt: moment(lastUsedAt),
  }
}

function profileOf(user: ClerkUser): ClerkProfile {
  const verifiedAccount = (name: 'discord' | 'github') =>
    user.externalAccounts.find(
      ({ provider, verification }) =>
        (provider === `oauth_${name}` || provider === name) && verification?.status === 'verified',
    )
  const verified = verifiedAccount('discord')
  return {
    clerkId: user.id,
    name: shownName(user),
    firstName: user.firstName,
    lastName: user.lastName,
    username: user.username,
    imageUrl: user.imageUrl || null,
    emailAddresses: user.emailAddresses.map(({ emailAddress }) => emailAddress),
    banned: user.banned,
    updatedAt: new Date(user.updatedAt),
    discord:
      verified === undefined
        ? null
        : {
            discordId: verified.providerUserId,
            name: verified.username || verified.firstName || 'a Discord account',
          },
    githubId: verifiedAccount('github')?.providerUserId ?? null,
  }
}
