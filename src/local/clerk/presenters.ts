import type { Failure, Instance, SignIn } from './instance.ts'
import { activeSessions, findUser, sessionStatus } from './queries.ts'
import type { ApiKeyRecord, ClientRecord, ExternalAccountRecord, SessionRecord, UserRecord } from './state.ts'
import { signSessionToken } from './tokens.ts'

const SIGN_IN_ABANDON_MS = 24 * 60 * 60 * 1000

/** A user as the frontend API shows them to themselves. */
export function presentUser(instance: Instance, user: UserRecord) {
  return {
    id: user.id,
    object: 'user',
    external_id: null,
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    locale: null,
    timezone: null,
    image_url: imageUrlOf(instance, user),
    has_image: hasImage(user),
    profile_image_id: user.picture?.id ?? '',
    primary_email_address_id: user.emailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [
      {
        id: user.emailId,
        object: 'email_address',
        email_address: user.email,
        reserved: false,
        verification: presentVerification('admin', 'verified'),
        linked_to: [],
        matches_sso_connection: false,
        created_at: user.createdAt,
        updated_at: user.createdAt,
      },
    ],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    organization_memberships: [],
    external_accounts: [
      ...user.externalAccounts.map(presentExternalAccount),
      ...(user.github === null ? [] : [presentGitHubAccount(user, user.github)]),
    ],
    saml_accounts: [],
    enterprise_accounts: [],
    public_metadata: {},
    unsafe_metadata: {},
    create_organization_enabled: false,
    create_organizations_limit: null,
    delete_self_enabled: true,
    legal_accepted_at: null,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    last_sign_in_at: user.lastSignInAt,
    last_active_at: user.lastActiveAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  }
}

/** A user as the backend API and webhooks show them. */
export function presentBackendUser(instance: Instance, user: UserRecord) {
  return {
    ...presentUser(instance, user),
    profile_image_url: imageUrlOf(instance, user),
    private_metadata: {},
    banned: user.banned,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
  }
}

export function presentExternalAccount(account: ExternalAccountRecord) {
  return {
    object: 'external_account',
    id: account.id,
    external_account_id: account.id,
    provider: 'oauth_discord',
    identification_id: account.identificationId,
    provider_user_id: account.providerUserId,
    approved_scopes: account.status === 'verified' ? 'email identify' : '',
    email_address: account.email,
    username: account.username,
    first_name: account.displayName,
    last_name: '',
    avatar_url: account.avatarUrl,
    image_url: account.avatarUrl,
    phone_number: '',
    public_metadata: {},
    label: null,
    verification: presentVerification('oauth_discord', account.status, account.error),
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  }
}

function presentGitHubAccount(user: UserRecord, github: NonNullable<UserRecord['github']>) {
  const { id, login, isVerified } = github
  return {
    object: 'external_account',
    id: `eac_github_${id}`,
    external_account_id: `eac_github_${id}`,
    provider: 'oauth_github',
    identification_id: `idn_github_${id}`,
    provider_user_id: id,
    approved_scopes: isVerified ? 'user:email read:user' : '',
    email_address: user.email,
    username: login,
    first_name: login,
    last_name: '',
    avatar_url: '',
    image_url: '',
    phone_number: '',
    public_metadata: {},
    label: null,
    verification: presentVerification('oauth_github', isVerified ? 'verified' : 'unverified'),
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  }
}

function presentVerification(
  strategy: string,
  status: 'verified' | 'unverified',
  error: Failure | null = null,
  redirectUrl: string | null = null,
) {
  return {
    object: 'verification',
    status,
    strategy,
    attempts: null,
    expire_at: null,
    external_verification_redirect_url: redirectUrl,
    error: error && { code: error.code, message: error.message, long_message: error.message, meta: {} },
  }
}

/** A session as the backend API and webhooks show it. */
export function presentBackendSession(instance: Instance, session: SessionRecord) {
  return {
    object: 'session',
    id: session.id,
    client_id: session.clientId,
    user_id: session.userId,
    status: sessionStatus(instance, session),
    last_active_organization_id: null,
    actor: null,
    tasks: null,
    last_active_at: session.lastActiveAt,
    expire_at: session.expireAt,
    abandon_at: session.abandonAt,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
  }
}

/** A session as its own browser sees it: with the user, and, while it is active, a fresh token. */
export function presentSession(
  instance: Instance,
  session: SessionRecord,
  user: UserRecord,
  azp: string | undefined,
) {
  const isActive = sessionStatus(instance, session) === 'active'
  return {
    ...presentBackendSession(instance, session),
    factor_verification_age: [Math.floor((instance.now() - session.createdAt) / 60_000), -1],
    user: presentUser(instance, user),
    public_user_data: {
      first_name: user.firstName,
      last_name: user.lastName,
      image_url: imageUrlOf(instance, user),
      has_image: hasImage(user),
      identifier: user.email,
      user_id: user.id,
    },
    last_active_token: isActive ? presentToken(signSessionToken(instance, session, azp)) : null,
  }
}

/** A line of the "Active devices" list in the user's profile. */
export function presentDevice(instance: Instance, session: SessionRecord) {
  const [, browserName, browserVersion] =
    /(Firefox|Edg|Chrome|Safari)\/([\d.]+)/.exec(session.userAgent) ?? []
  return {
    ...presentBackendSession(instance, session),
    user: null,
    latest_activity: {
      object: 'session_activity',
      id: session.id.replace('sess_', 'sess_activity_'),
      browser_name: browserName ?? null,
      browser_version: browserVersion ?? null,
      device_type: /Macintosh|Windows|Linux|iPhone|Android/.exec(session.userAgent)?.[0] ?? null,
      is_mobile: session.userAgent.includes('Mobile'),
      ip_address: '127.0.0.1',
      city: 'this machine',
      country: null,
    },
  }
}

export function presentToken(jwt: string) {
  return { object: 'token', jwt }
}

export function presentClient(instance: Instance, client: ClientRecord, azp: string | undefined) {
  const signIn = instance.signIns.get(client.id)
  return {
    object: 'client',
    id: client.id,
    sessions: activeSessions(instance, { client }).flatMap((session) => {
      const user = findUser(instance, session.userId)
      return user ? [presentSession(instance, session, user, azp)] : []
    }),
    sign_in: signIn ? presentSignIn(instance, signIn) : null,
    sign_up: null,
    last_active_session_id: client.lastActiveSessionId,
    last_authentication_strategy: null,
    captcha_bypass: false,
    cookie_expires_at: null,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  }
}

export function presentSignIn(instance: Instance, signIn: SignIn) {
  const user = signIn.userId === null ? undefined : findUser(instance, signIn.userId)
  const { verification } = signIn
  return {
    object: 'sign_in',
    id: signIn.id,
    status: signIn.status,
    supported_identifiers: ['email_address'],
    identifier: signIn.identifier,
    supported_first_factors: user ? firstFactorsOf(user) : null,
    supported_second_factors: null,
    first_factor_verification:
      verification &&
      presentVerification(
        verification.strategy,
        verification.status,
        verification.error,
        verification.redirectUrl,
      ),
    second_factor_verification: null,
    user_data: user
      ? {
          first_name: user.firstName,
          last_name: user.lastName,
          image_url: imageUrlOf(instance, user),
          has_image: hasImage(user),
        }
      : null,
    created_session_id: signIn.createdSessionId,
    abandon_at: signIn.createdAt + SIGN_IN_ABANDON_MS,
  }
}

function firstFactorsOf(user: UserRecord) {
  const hasDiscord = user.externalAccounts.some(({ status }) => status === 'verified')
  return [{ strategy: 'password' }, ...(hasDiscord ? [{ strategy: 'oauth_discord' }] : [])]
}

export function presentApiKey(instance: Instance, key: ApiKeyRecord) {
  return {
    object: 'api_key',
    id: key.id,
    type: 'api_key',
    name: key.name,
    subject: key.subject,
    scopes: key.scopes,
    claims: null,
    revoked: key.revoked,
    revocation_reason: null,
    expired: key.expiration !== null && key.expiration <= instance.now(),
    expiration: key.expiration,
    created_by: key.subject,
    description: null,
    last_used_at: null,
    created_at: key.createdAt,
    updated_at: key.updatedAt,
  }
}

function hasImage(user: UserRecord): boolean {
  return user.picture !== null || user.imageUrl !== null
}

/** A new picture has a new address, so that no cache shows the old one. */
export function imageUrlOf(instance: Instance, user: UserRecord): string {
  if (user.picture) return `${instance.url}/pictures/${user.id}/${user.picture.id}`
  return user.imageUrl ?? `${instance.url}/avatars/${user.id}.svg`
}
