import { Hono } from 'hono'
import { notFound, signedOut } from './errors.ts'
import {
  ensureClient,
  type FrontendContext,
  type FrontendEnv,
  getActiveSession,
  getClient,
  replyWithClient,
} from './frontend-context.ts'
import { presentClient, presentSession, presentToken } from './presenters.ts'
import { activeSessions, getUser } from './queries.ts'
import { deleteClient, type EndedStatus, endSession, touchSession } from './sessions.ts'
import type { SessionRecord } from './state.ts'
import { signSessionToken } from './tokens.ts'

/** `/v1/client`: the browser, its sessions and their tokens. */
export const clientRoutes = new Hono<FrontendEnv>()
  .get('/', (c) => c.json({ response: describe(c), client: null }))
  .put('/', (c) => {
    ensureClient(c)
    return c.json({ response: describe(c), client: null })
  })
  .post('/', (c) => {
    ensureClient(c)
    return c.json({ response: describe(c), client: null })
  })
  .delete('/', (c) => {
    const client = c.get('client')
    if (client) deleteClient(c.get('instance'), client)
    c.set('client', undefined)
    return c.json({ response: null, client: null })
  })
  .delete('/sessions', (c) => {
    const instance = c.get('instance')
    const client = getClient(c)
    for (const session of activeSessions(instance, { client })) endSession(instance, session, 'removed')
    instance.signIns.delete(client.id)
    return c.json({ response: describe(c), client: null })
  })
  .get('/sessions/:id', (c) => {
    const { session, user } = getActiveSession(c, c.req.param('id'))
    return c.json({
      response: presentSession(c.get('instance'), session, user, c.get('azp')),
      client: null,
    })
  })
  .post('/sessions/:id/tokens', (c) => {
    const { session } = getActiveSession(c, c.req.param('id'))
    return c.json(presentToken(signSessionToken(c.get('instance'), session, c.get('azp'))))
  })
  .post('/sessions/:id/tokens/:template', (c) => {
    getActiveSession(c, c.req.param('id'))
    throw notFound(`No JWT template exists with name: ${c.req.param('template')}`)
  })
  .post('/sessions/:id/touch', (c) => {
    const { session, user } = getActiveSession(c, c.req.param('id'))
    touchSession(c.get('instance'), session)
    return replyWithClient(c, presentSession(c.get('instance'), session, user, c.get('azp')))
  })
  .post('/sessions/:id/end', (c) => end(c, c.req.param('id'), 'ended'))
  .post('/sessions/:id/remove', (c) => end(c, c.req.param('id'), 'removed'))

function describe(c: FrontendContext) {
  const client = c.get('client')
  return client ? presentClient(c.get('instance'), client, c.get('azp')) : null
}

/** Ending what has ended already is no error: another tab may have been faster. */
function end(c: FrontendContext, id: string, status: EndedStatus) {
  const instance = c.get('instance')
  const client = getClient(c)
  const session = instance.data.sessions.find(
    (candidate: SessionRecord) => candidate.id === id && candidate.clientId === client.id,
  )
  if (!session) throw signedOut()
  if (session.status === 'active') endSession(instance, session, status)
  instance.signIns.delete(client.id)
  return replyWithClient(
    c,
    presentSession(instance, session, getUser(instance, session.userId), c.get('azp')),
  )
}
