import type { Instance } from './instance.ts'
import { newId, newSecret } from './keys.ts'
import { presentBackendSession } from './presenters.ts'
import { activeSessions, findUser, hashOf, sessionStatus } from './queries.ts'
import type { ClientRecord, SessionRecord, UserRecord } from './state.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const SESSION_LIFETIME_MS = 7 * DAY_MS
const SESSION_ABANDON_MS = 30 * DAY_MS

export type EndedStatus = Exclude<SessionRecord['status'], 'active'>

/** Makes a browser known. The token is its cookie and is not kept. */
export function createClient(instance: Instance): { client: ClientRecord; token: string } {
  const token = newSecret('client')
  const now = instance.now()
  const client: ClientRecord = {
    id: newId('client'),
    tokenHash: hashOf(token),
    lastActiveSessionId: null,
    createdAt: now,
    updatedAt: now,
  }
  instance.data.clients.push(client)
  instance.state.changed()
  return { client, token }
}

export function deleteClient(instance: Instance, client: ClientRecord): void {
  for (const session of activeSessions(instance, { client })) endSession(instance, session, 'removed')
  instance.signIns.delete(client.id)
  instance.data.clients = instance.data.clients.filter(({ id }) => id !== client.id)
  instance.state.changed()
}

export function startSession(
  instance: Instance,
  client: ClientRecord,
  user: UserRecord,
  userAgent: string,
): SessionRecord {
  const now = instance.now()
  const session: SessionRecord = {
    id: newId('sess'),
    clientId: client.id,
    userId: user.id,
    status: 'active',
    userAgent,
    expireAt: now + SESSION_LIFETIME_MS,
    abandonAt: now + SESSION_ABANDON_MS,
    lastActiveAt: now,
    createdAt: now,
    updatedAt: now,
  }
  instance.data.sessions.push(session)
  client.lastActiveSessionId = session.id
  client.updatedAt = now
  user.lastSignInAt = now
  user.lastActiveAt = now
  instance.state.changed()
  instance.publish('session.created', presentBackendSession(instance, session))
  return session
}

export function endSession(instance: Instance, session: SessionRecord, status: EndedStatus): void {
  session.status = status
  session.updatedAt = instance.now()
  const client = instance.data.clients.find(({ id }) => id === session.clientId)
  if (client?.lastActiveSessionId === session.id) client.lastActiveSessionId = null
  instance.state.changed()
  instance.publish(`session.${status}`, presentBackendSession(instance, session))
}

export function endSessionsOf(instance: Instance, userId: string, status: EndedStatus): void {
  for (const session of activeSessions(instance, { userId })) endSession(instance, session, status)
}

export function touchSession(instance: Instance, session: SessionRecord): void {
  const now = instance.now()
  session.lastActiveAt = now
  const user = findUser(instance, session.userId)
  if (user) user.lastActiveAt = now
  const client = instance.data.clients.find(({ id }) => id === session.clientId)
  if (client) client.lastActiveSessionId = session.id
  instance.state.changed()
}

/** Forgets sessions that are over, and browsers nobody is signed in with, so that the state does not grow for ever. */
export function forgetOldSessions(instance: Instance): void {
  const { data } = instance
  const oldest = instance.now() - DAY_MS
  data.sessions = data.sessions.filter(
    (session) => sessionStatus(instance, session) === 'active' || session.updatedAt > oldest,
  )
  const inUse = new Set(data.sessions.map(({ clientId }) => clientId))
  data.clients = data.clients.filter((client) => inUse.has(client.id) || client.updatedAt > oldest)
  instance.state.changed()
}
