import { hash } from 'node:crypto'
import { createClerkClient } from '@clerk/backend'
import { LRUCache } from 'lru-cache'
import { AppError } from '../errors.ts'
import { createSigningKeys, keyIdOf } from './signing-keys.ts'

/** Clerk's API has no time limit of its own in the SDK. */
const clerkTimeoutMs = 5_000
const rememberedTokens = 10_000
const apiKeyPrefix = 'ak_'

/** A Discord account that Clerk has verified to be the user's own. */
export interface VerifiedDiscord {
  discordId: string
  name: string
}

/** What is shown of a Clerk user, and what Snag must know of one. */
export interface ClerkProfile {
  clerkId: string
  name: string
  firstName: string | null
  lastName: string | null
  username: string | null
  imageUrl: string | null
  emailAddresses: string[]
  banned: boolean
  updatedAt: Date
  discord: VerifiedDiscord | null
  /** The number of the GitHub account that Clerk has verified to be the user's own. */
  githubId: string | null
}

/** Whose token it is, and until when. */
export interface VerifiedToken {
  clerkId: string
  expiresAt: Date
}

export interface Clerk {
  /** Throws `unauthenticated` with what is wrong with the token, `unavailable` when Clerk cannot be asked. */
  verify(token: string): Promise<VerifiedToken>
  /** The profile as Clerk has it now; null when the user was deleted. Throws `unavailable`. */
  findProfile(clerkId: string): Promise<ClerkProfile | null>
  /** The user who has this Discord account verified at Clerk; re-checked, since a filter can be ignored. */
  findProfileByDiscord(discordId: string): Promise<ClerkProfile | null>
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
  clock: () => Date
}

type ClerkUser = Awaited<ReturnType<ReturnType<typeof createClerkClient>['users']['getUser']>>

/** Clerk, spoken to with its own SDK. Sources: Clerk's backend API reference; facts on its refusals and caching. */
export function connectClerk(options: ClerkOptions): Clerk {
  const { jwtKey, apiUrl, authorizedParties, issuer, clock, secretKey, publishableKey } = options
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

  const verified = new LRUCache<string, VerifiedToken>({ max: rememberedTokens })

  async function authenticate(token: string): Promise<VerifiedToken> {
    if (token.startsWith(apiKeyPrefix))
      throw unauthenticated('API keys are not accepted here. Use a session token.')
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
    return { clerkId: auth.userId, expiresAt: new Date(auth.sessionClaims.exp * 1000) }
  }

  return {
    async verify(token) {
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
  }
}

function profileOf(user: ClerkUser): ClerkProfile {
  const verifiedAccount = (name: 'discord' | 'github') =>
    user.externalAccounts.find(
      ({ provider, verification }) =>
        (provider === `oauth_${name}` || provider === name) && verification?.status === 'verified',
    )
  const verified = verifiedAccount('discord')
  const fullName = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return {
    clerkId: user.id,
    name: fullName || user.username || 'Someone',
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

/** Waits for Clerk at most `clerkTimeoutMs`; whatever goes wrong on the way there is `unavailable`. */
async function ask<T>(answer: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(reject, clerkTimeoutMs, unavailable(new Error('Clerk did not answer in time.')))
  try {
    return await Promise.race([answer, timeout])
  } catch (error) {
    throw error instanceof AppError ? error : unavailable(error)
  } finally {
    clearTimeout(timer)
  }
}

function nullWhenMissing(error: unknown): null {
  if (error instanceof Error && 'status' in error && error.status === 404) return null
  throw error
}

/** Reasons of the SDK that say that Clerk or our configuration failed, not the token. */
const ourReasons = new Set([
  'jwk-remote-failed-to-load',
  'jwk-failed-to-load',
  'jwk-local-missing',
  'jwk-failed-to-resolve',
  'secret-key-invalid',
  'unexpected-error',
])

const invalidToken = 'This is not a valid session token. Sign in again.'

const tokenReasons: Record<string, string> = {
  'token-expired': 'Your session token has expired. Fetch a fresh one; they live for a minute.',
  'session-token-expired': 'Your session token has expired. Fetch a fresh one; they live for a minute.',
  'token-not-active-yet': 'Your session token is not valid yet. Check the clock of your machine.',
  'token-iat-in-the-future': 'Your session token comes from the future. Check the clock of your machine.',
  'token-invalid-authorized-parties': 'This token was made for another site.',
}

function refusal(state: { reason: string | null; message: string | null }): AppError {
  const reason = state.reason ?? 'unknown'
  if (ourReasons.has(reason)) return unavailable(new Error(`${reason}: ${state.message}`))
  return unauthenticated(tokenReasons[reason] ?? invalidToken)
}

function unauthenticated(message: string): AppError {
  return new AppError('unauthenticated', message)
}

function unavailable(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'The sign-in service cannot be reached at the moment. Try again in a few seconds.',
    {
      retryAfterSeconds: 5,
      cause,
    },
  )
}
