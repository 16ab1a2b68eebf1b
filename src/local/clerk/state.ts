import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Low, Memory } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { z } from 'zod'
import { ClerkKeys } from './keys.ts'

/** Times are milliseconds since 1970, as everywhere in Clerk's API. */
const Time = z.number()

const ExternalAccountRecord = z.object({
  id: z.string(),
  identificationId: z.string(),
  status: z.enum(['verified', 'unverified']),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  providerUserId: z.string(),
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string(),
  email: z.string(),
  createdAt: Time,
  updatedAt: Time,
})
export type ExternalAccountRecord = z.infer<typeof ExternalAccountRecord>

const UserRecord = z.object({
  id: z.string(),
  emailId: z.string(),
  email: z.string(),
  passwordHash: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  username: z.string().nullable(),
  /** Somewhere else on the web; without it (and without a picture) the user has a drawn avatar. */
  imageUrl: z.string().nullable(),
  picture: z.object({ id: z.string(), type: z.string(), base64: z.string() }).nullable(),
  /** Discord accounts. */
  externalAccounts: z.array(ExternalAccountRecord),
  github: z.object({ id: z.string(), login: z.string(), isVerified: z.boolean() }).nullable().default(null),
  banned: z.boolean(),
  lastSignInAt: Time.nullable(),
  lastActiveAt: Time.nullable(),
  createdAt: Time,
  updatedAt: Time,
})
export type UserRecord = z.infer<typeof UserRecord>

/** A browser. Its cookie is kept only as a hash. */
const ClientRecord = z.object({
  id: z.string(),
  tokenHash: z.string(),
  lastActiveSessionId: z.string().nullable(),
  createdAt: Time,
  updatedAt: Time,
})
export type ClientRecord = z.infer<typeof ClientRecord>

const SessionRecord = z.object({
  id: z.string(),
  clientId: z.string(),
  userId: z.string(),
  status: z.enum(['active', 'ended', 'removed', 'revoked']),
  userAgent: z.string(),
  expireAt: Time,
  abandonAt: Time,
  lastActiveAt: Time,
  createdAt: Time,
  updatedAt: Time,
})
export type SessionRecord = z.infer<typeof SessionRecord>

const ApiKeyRecord = z.object({
  id: z.string(),
  secretHash: z.string(),
  name: z.string(),
  subject: z.string(),
  scopes: z.array(z.string()),
  revoked: z.boolean(),
  expiration: Time.nullable(),
  createdAt: Time,
  updatedAt: Time,
})
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>

const StateData = z.object({
  version: z.literal(1),
  id: z.string(),
  secretKey: z.string(),
  webhookSigningSecret: z.string(),
  keys: ClerkKeys,
  users: z.array(UserRecord),
  clients: z.array(ClientRecord),
  sessions: z.array(SessionRecord),
  apiKeys: z.array(ApiKeyRecord),
})
export type StateData = z.infer<typeof StateData>

export interface State {
  readonly data: StateData
  /** Marks the data as differing from the file. */
  changed(): void
  /** Writes the file when something changed; resolves when it is on the disk. */
  save(): Promise<void>
}

/**
 * Opens the state kept in `file` (written atomically; memory only without one), making it with `initial` on the first start.
 * Throws a sentence for people when the file is not a state of this version.
 */
export async function openState(
  file: string | undefined,
  initial: () => Promise<StateData>,
): Promise<{ state: State; isNew: boolean }> {
  if (file !== undefined) await mkdir(dirname(file), { recursive: true })
  const database = new Low<unknown>(file === undefined ? new Memory() : new JSONFile(file), null)
  const unreadable = (cause: unknown) =>
    new Error(`The local Clerk cannot read its state in ${file}. Remove the file to start anew.`, { cause })
  try {
    await database.read()
  } catch (error) {
    throw unreadable(error)
  }
  const isNew = database.data === null
  const parsed = StateData.safeParse(isNew ? await initial() : database.data)
  if (!parsed.success) throw unreadable(parsed.error)

  const data = parsed.data
  database.data = data
  let dirty = isNew
  let lastWrite: Promise<void> = Promise.resolve()
  const state: State = {
    data,
    changed() {
      dirty = true
    },
    save() {
      if (dirty) lastWrite = write()
      return lastWrite
    },
  }
  return { state, isNew }

  async function write(): Promise<void> {
    dirty = false
    try {
      await database.write()
    } catch (error) {
      dirty = true
      throw error
    }
  }
}
