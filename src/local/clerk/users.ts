import { ClerkError, invalidParameter, notFound } from './errors.ts'
import type { DiscordAccount, Failure, Instance } from './instance.ts'
import { newId } from './keys.ts'
import { hashPassword } from './passwords.ts'
import { presentBackendUser } from './presenters.ts'
import { findUserByDiscordId, findUserByEmail } from './queries.ts'
import { endSessionsOf } from './sessions.ts'
import type { ExternalAccountRecord, UserRecord } from './state.ts'

export interface SeedUser {
  id?: string
  email: string
  password: string
  firstName: string
  lastName: string
  username?: string
  imageUrl?: string
  /** Connected and verified from the start. */
  discord?: DiscordAccount
}

export interface ProfileChange {
  firstName?: string | null
  lastName?: string | null
}

export const PASSWORD_LENGTH = { min: 8, max: 72 }
const NAME_LENGTH_MAX = 255

/** Makes a user without telling the webhook: for the seed, which precedes every subscriber. */
export async function seedUser(instance: Instance, seed: SeedUser): Promise<UserRecord> {
  assertPassword(seed.password, 'password')
  if (findUserByEmail(instance, seed.email)) throw identifierTaken('email_address')
  const now = instance.now()
  const user: UserRecord = {
    id: seed.id ?? newId('user'),
    emailId: newId('idn'),
    email: seed.email.trim().toLowerCase(),
    passwordHash: await hashPassword(seed.password),
    firstName: seed.firstName,
    lastName: seed.lastName,
    username: seed.username ?? null,
    imageUrl: seed.imageUrl ?? null,
    picture: null,
    externalAccounts: [],
    github: null,
    banned: false,
    lastSignInAt: null,
    lastActiveAt: null,
    createdAt: now,
    updatedAt: now,
  }
  if (seed.discord) {
    assertDiscordAccountFree(instance, user, seed.discord.id)
    user.externalAccounts.push(verifiedAccount(instance, seed.discord))
  }
  instance.data.users.push(user)
  instance.state.changed()
  return user
}

export async function createUser(instance: Instance, seed: SeedUser): Promise<UserRecord> {
  const user = await seedUser(instance, seed)
  instance.publish('user.created', presentBackendUser(instance, user))
  return user
}

export function changeProfile(instance: Instance, user: UserRecord, change: ProfileChange): void {
  for (const name of ['firstName', 'lastName'] as const) {
    const value = change[name]
    if (value === undefined) continue
    const parameter = name === 'firstName' ? 'first_name' : 'last_name'
    if (value !== null && value.length > NAME_LENGTH_MAX) {
      throw invalidParameter(
        parameter,
        'form_param_max_length_exceeded',
        `${parameter} should not exceed ${NAME_LENGTH_MAX} characters.`,
      )
    }
    user[name] = value === '' ? null : value
  }
  publishUpdate(instance, user)
}

export async function changePassword(
  instance: Instance,
  user: UserRecord,
  newPassword: string,
): Promise<void> {
  assertPassword(newPassword, 'new_password')
  user.passwordHash = await hashPassword(newPassword)
  publishUpdate(instance, user)
}

/** Ends every session, as Clerk does; tokens already handed out stay valid until they expire. */
export function banUser(instance: Instance, user: UserRecord): void {
  user.banned = true
  endSessionsOf(instance, user.id, 'revoked')
  publishUpdate(instance, user)
}

export function unbanUser(instance: Instance, user: UserRecord): void {
  user.banned = false
  publishUpdate(instance, user)
}

export function deleteUser(instance: Instance, user: UserRecord): void {
  endSessionsOf(instance, user.id, 'removed')
  instance.data.users = instance.data.users.filter(({ id }) => id !== user.id)
  instance.data.apiKeys = instance.data.apiKeys.filter(({ subject }) => subject !== user.id)
  instance.state.changed()
  instance.publish('user.deleted', { id: user.id, object: 'user', deleted: true, external_id: null })
}

/** The account a user has asked to connect, until they return from the consent page. It replaces an earlier attempt. */
export function addUnverifiedAccount(instance: Instance, user: UserRecord): ExternalAccountRecord {
  if (user.externalAccounts.some(({ status }) => status === 'verified')) {
    throw new ClerkError(
      400,
      'oauth_account_already_connected',
      'Account already connected',
      'Another Discord account is already connected to your account.',
    )
  }
  const now = instance.now()
  const account: ExternalAccountRecord = {
    id: newId('eac'),
    identificationId: newId('idn'),
    status: 'unverified',
    error: null,
    providerUserId: '',
    username: '',
    displayName: '',
    avatarUrl: '',
    email: '',
    createdAt: now,
    updatedAt: now,
  }
  user.externalAccounts = [account]
  instance.state.changed()
  return account
}

/** Replaces whatever attempt there was by the verified account. Throws when it belongs to another user. */
export function connectDiscord(instance: Instance, user: UserRecord, discord: DiscordAccount): void {
  assertDiscordAccountFree(instance, user, discord.id)
  user.externalAccounts = [verifiedAccount(instance, discord)]
  publishUpdate(instance, user)
}

/** A GitHub account, which these pages know no way to connect. */
export function connectGitHub(instance: Instance, user: UserRecord, github: UserRecord['github']): void {
  user.github = github
  publishUpdate(instance, user)
}

export function failAccount(instance: Instance, user: UserRecord, accountId: string, error: Failure): void {
  const account = user.externalAccounts.find(({ id }) => id === accountId)
  if (!account || account.status === 'verified') return
  account.error = error
  account.updatedAt = instance.now()
  instance.state.changed()
}

export function removeAccount(instance: Instance, user: UserRecord, accountId: string): void {
  const account = user.externalAccounts.find(({ id }) => id === accountId)
  if (!account) throw notFound(`No external account was found with id ${accountId}`)
  user.externalAccounts = user.externalAccounts.filter(({ id }) => id !== accountId)
  if (account.status === 'verified') publishUpdate(instance, user)
  else instance.state.changed()
}

export function publishUpdate(instance: Instance, user: UserRecord): void {
  user.updatedAt = instance.now()
  instance.state.changed()
  instance.publish('user.updated', presentBackendUser(instance, user))
}

function verifiedAccount(instance: Instance, discord: DiscordAccount): ExternalAccountRecord {
  const now = instance.now()
  return {
    id: newId('eac'),
    identificationId: newId('idn'),
    status: 'verified',
    error: null,
    providerUserId: discord.id,
    username: discord.username,
    displayName: discord.globalName ?? discord.username,
    avatarUrl: discord.avatarUrl,
    email: discord.email,
    createdAt: now,
    updatedAt: now,
  }
}

function assertDiscordAccountFree(instance: Instance, user: UserRecord, discordId: string): void {
  const owner = findUserByDiscordId(instance, discordId)
  if (!owner || owner.id === user.id) return
  throw new ClerkError(
    422,
    'oauth_identification_claimed',
    'Account claimed by another user',
    'This Discord account is already connected to another user.',
  )
}

function assertPassword(password: string, parameter: string): void {
  const { min, max } = PASSWORD_LENGTH
  if (password.length < min) {
    throw invalidParameter(
      parameter,
      'form_password_length_too_short',
      `Passwords must be ${min} characters or more.`,
    )
  }
  if (Buffer.byteLength(password) > max) {
    throw invalidParameter(
      parameter,
      'form_password_length_too_long',
      `Passwords must be ${max} characters or less.`,
    )
  }
}

function identifierTaken(parameter: string): ClerkError {
  return invalidParameter(
    parameter,
    'form_identifier_exists',
    'That email address is taken. Please try another.',
  )
}
