import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { ClerkError, notFound, signedOut } from './errors.ts'
import type { Instance } from './instance.ts'
import { presentClient } from './presenters.ts'
import { activeSessions, findClient, findUser } from './queries.ts'
import { createClient } from './sessions.ts'
import type { ClientRecord, SessionRecord, UserRecord } from './state.ts'

export interface FrontendEnv {
  Variables: {
    instance: Instance
    /** The page that asks: becomes `azp` of its tokens. */
    azp: string | undefined
    client: ClientRecord | undefined
  }
}
export type FrontendContext = Context<FrontendEnv>

const COOKIE_LIFETIME_SECONDS = 365 * 24 * 60 * 60

/**
 * Knows the page and the browser of a request, and refuses foreign pages. A request that changes something must say its origin;
 * browsers leave it out of same-origin GETs, where the referrer tells.
 */
export function frontendRequest(instance: Instance): MiddlewareHandler<FrontendEnv> {
  return async (c, next) => {
    const origins = instance.origins()
    const origin = c.req.header('origin')
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (origin === undefined ? !isRead : !origins.has(origin)) throw originInvalid()
    c.set('instance', instance)
    c.set('azp', origin ?? refererOrigin(c, origins))
    const token = getCookie(c, cookieName(instance))
    c.set('client', token === undefined ? undefined : findClient(instance, token))
    c.header('cache-control', 'no-store')
    await next()
  }
}

/** The browser, made known when it is new. */
export function ensureClient(c: FrontendContext): ClientRecord {
  const known = c.get('client')
  if (known) return known
  const instance = c.get('instance')
  const { client, token } = createClient(instance)
  const { pathname, protocol } = new URL(instance.url)
  setCookie(c, cookieName(instance), token, {
    path: pathname,
    httpOnly: true,
    secure: protocol === 'https:',
    sameSite: 'Lax',
    maxAge: COOKIE_LIFETIME_SECONDS,
  })
  c.set('client', client)
  return client
}

export function getClient(c: FrontendContext): ClientRecord {
  const client = c.get('client')
  if (!client) throw signedOut()
  return client
}

/** The session the page names in `_clerk_session_id`, when it is its browser's own and active. */
export function getSession(c: FrontendContext): { session: SessionRecord; user: UserRecord } {
  return getActiveSession(c, c.req.query('_clerk_session_id') ?? '')
}

export function getActiveSession(
  c: FrontendContext,
  id: string,
): { session: SessionRecord; user: UserRecord } {
  const instance = c.get('instance')
  const session = activeSessions(instance, { client: getClient(c) }).find((session) => session.id === id)
  const user = session && findUser(instance, session.userId)
  if (!session || !user) throw signedOut()
  return { session, user }
}

/** Clerk's answer to whatever changes something: the thing itself, and what the browser's state is now. */
export function replyWithClient(c: FrontendContext, response: unknown) {
  const client = c.get('client')
  return c.json({ response, client: client ? presentClient(c.get('instance'), client, c.get('azp')) : null })
}

/** The fields of a form-encoded or multipart body. */
export async function readForm(c: FrontendContext): Promise<Record<string, string | File>> {
  const form: Record<string, string | File> = {}
  for (const [name, value] of Object.entries(await c.req.parseBody())) {
    if (typeof value === 'string' || value instanceof File) form[name] = value
  }
  return form
}

export function textOf(form: Record<string, string | File>, name: string): string | undefined {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}

/** Where a flow may send the browser back to: only to pages that may use this instance, so never to a stranger's. */
export function returnUrl(c: FrontendContext, value: string | undefined): string {
  const url = URL.parse(value ?? '', c.get('azp') ?? c.get('instance').url)
  if (value === undefined || !url || !c.get('instance').origins().has(url.origin)) {
    throw new ClerkError(
      422,
      'redirect_url_invalid',
      'Invalid redirect url',
      'redirect_url must be on one of the application’s own origins.',
      { param_name: 'redirect_url' },
    )
  }
  return url.href
}

export function unknownRoute(c: Context): ClerkError {
  return notFound(`The local Clerk has no ${c.req.method} ${c.req.path}`)
}

/** Named for the instance: cookies do not tell ports apart, and two instances may run on one machine. */
function cookieName(instance: Instance): string {
  return `__client_${instance.data.id}`
}

function refererOrigin(c: FrontendContext, origins: ReadonlySet<string>): string | undefined {
  const origin = URL.parse(c.req.header('referer') ?? '')?.origin
  return origin !== undefined && origins.has(origin) ? origin : undefined
}

function originInvalid(): ClerkError {
  return new ClerkError(
    400,
    'origin_invalid',
    'Invalid HTTP Origin header',
    'The Request HTTP Origin header must be equal to or a subdomain of the requesting URL.',
  )
}
