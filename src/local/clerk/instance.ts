import type { State, StateData } from './state.ts'

export interface DiscordAccount {
  id: string
  username: string
  globalName: string | null
  avatarUrl: string
  email: string
}

/** Why a consent or a connection failed, in Clerk's code and in words for the person. */
export interface Failure {
  code: string
  message: string
}

/** An attempt of one browser to sign in. */
export interface SignIn {
  readonly id: string
  readonly createdAt: number
  status: 'needs_identifier' | 'needs_first_factor' | 'complete'
  identifier: string | null
  userId: string | null
  verification: {
    strategy: 'password' | 'oauth_discord'
    status: 'verified' | 'unverified'
    redirectUrl: string | null
    error: Failure | null
  } | null
  createdSessionId: string | null
}

/** A visit to the Discord consent page, begun by one browser and good for one return. */
export interface OAuthAttempt {
  readonly clientId: string
  readonly purpose:
    | { kind: 'sign-in'; signInId: string }
    | { kind: 'connect'; userId: string; externalAccountId: string }
  readonly redirectUrl: string
  readonly expiresAt: number
  grant: { code: string; discordId: string } | null
}

/** What every part of the stand-in shares. Clerk calls one application's users, keys and settings an instance. */
export interface Instance {
  /** Where it is reached, without a slash at the end: the prefix of every path and the issuer of every token. */
  readonly url: string
  readonly data: StateData
  readonly state: State
  readonly now: () => number
  /** Origins whose pages may use the frontend API; always includes the stand-in's own. */
  readonly origins: () => ReadonlySet<string>
  readonly discordAccounts: () => DiscordAccount[]
  /** Sends a webhook event. */
  readonly publish: (type: string, data: unknown) => void
  /** By client id. Kept in memory: an unfinished sign-in does not outlive the process. */
  readonly signIns: Map<string, SignIn>
  /** By OAuth `state`. */
  readonly oauthAttempts: Map<string, OAuthAttempt>
}
