import { createHash } from 'node:crypto'
import { notFound } from './errors.ts'
import type { Instance } from './instance.ts'
import type { ClientRecord, SessionRecord, UserRecord } from './state.ts'

export function findUser(instance: Instance, id: string): UserRecord | undefined {
  return instance.data.users.find((user) => user.id === id)
}

export function getUser(instance: Instance, id: string): UserRecord {
  const user = findUser(instance, id)
  if (!user) throw notFound(`No user was found with id ${id}`)
  return user
}

export function findUserByEmail(instance: Instance, email: string): UserRecord | undefined {
  const wanted = email.trim().toLowerCase()
  return instance.data.users.find((user) => user.email === wanted)
}

/** Whose verified account this is. An account waiting for consent belongs to nobody. */
export function findUserByDiscordId(instance: Instance, discordId: string): UserRecord | undefined {
  return instance.data.users.find((user) =>
    user.externalAccounts.some(
      (account) => account.status === 'verified' && account.providerUserId === discordId,
    ),
  )
}

/** The browser that carries this cookie. */
export function findClient(instance: Instance, token: string): ClientRecord | undefined {
  const tokenHash = hashOf(token)
  return instance.data.clients.find((client) => client.tokenHash === tokenHash)
}

/** Says `expired` of a session which nobody ended. */
export function sessionStatus(
  instance: Instance,
  session: SessionRecord,
): SessionRecord['status'] | 'expired' {
  return session.status === 'active' && session.expireAt <= instance.now() ? 'expired' : session.status
}

export function activeSessions(
  instance: Instance,
  of: { client: ClientRecord } | { userId: string },
): SessionRecord[] {
  return instance.data.sessions.filter(
    (session) =>
      ('client' in of ? session.clientId === of.client.id : session.userId === of.userId) &&
      sessionStatus(instance, session) === 'active',
  )
}

/** Secrets are kept as hashes; they are random and long, so an unsalted one tells nothing. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
