import { notFound } from './errors.ts'
import type { Instance } from './instance.ts'
import { newId, newSecret } from './keys.ts'
import { hashOf } from './queries.ts'
import type { ApiKeyRecord } from './state.ts'

export interface NewApiKey {
  /** The id of a user, or of an organization. */
  subject: string
  scopes: string[]
  name?: string
  revoked?: boolean
  /** Milliseconds since 1970; a key whose time is over is kept and reported as expired. */
  expiration?: number
}

/** The secret is in the answer and nowhere else. */
export function addApiKey(instance: Instance, wanted: NewApiKey): { key: ApiKeyRecord; secret: string } {
  const secret = newSecret('ak')
  const now = instance.now()
  const key: ApiKeyRecord = {
    id: newId('apikey'),
    secretHash: hashOf(secret),
    name: wanted.name ?? 'API key',
    subject: wanted.subject,
    scopes: wanted.scopes,
    revoked: wanted.revoked ?? false,
    expiration: wanted.expiration ?? null,
    createdAt: now,
    updatedAt: now,
  }
  instance.data.apiKeys.push(key)
  instance.state.changed()
  return { key, secret }
}

/** Revoked and expired keys are found too, and say so: whoever asks has to look. Throws `resource_not_found`. */
export function verifyApiKey(instance: Instance, secret: string): ApiKeyRecord {
  const secretHash = hashOf(secret)
  const key = instance.data.apiKeys.find((candidate) => candidate.secretHash === secretHash)
  if (!key) throw notFound('No API key was found for this secret.')
  return key
}

export function getApiKey(instance: Instance, id: string): ApiKeyRecord {
  const key = instance.data.apiKeys.find((candidate) => candidate.id === id)
  if (!key) throw notFound(`No API key was found with id ${id}`)
  return key
}

/** Newest first; those that are over only when they are asked for. */
export function apiKeysOf(
  instance: Instance,
  { subject, includeInvalid }: { subject: string; includeInvalid: boolean },
): ApiKeyRecord[] {
  return instance.data.apiKeys
    .filter((key) => key.subject === subject && (includeInvalid || !isOver(instance, key)))
    .toReversed()
}

function isOver(instance: Instance, { revoked, expiration }: ApiKeyRecord): boolean {
  return revoked || (expiration !== null && expiration <= instance.now())
}

export function revokeApiKey(instance: Instance, id: string): ApiKeyRecord {
  const key = getApiKey(instance, id)
  key.revoked = true
  key.updatedAt = instance.now()
  instance.state.changed()
  return key
}
