import { Hono } from 'hono'
import { banned, ClerkError } from './errors.ts'
import { type FrontendContext, type FrontendEnv, readForm, textOf } from './frontend-context.ts'
import type { Failure, Instance, OAuthAttempt } from './instance.ts'
import { newSecret } from './keys.ts'
import { consentPage, expiredPage, type Page } from './oauth-consent.ts'
import { findUser, findUserByDiscordId } from './queries.ts'
import { startSession } from './sessions.ts'
import type { ClientRecord } from './state.ts'
import { connectDiscord, failAccount } from './users.ts'

const ATTEMPT_LIFETIME_MS = 10 * 60 * 1000

/** Makes the address of a consent page that only this browser can use, once. */
export function beginOAuth(
  instance: Instance,
  client: ClientRecord,
  purpose: OAuthAttempt['purpose'],
  redirectUrl: string,
): string {
  const now = instance.now()
  for (const [state, attempt] of instance.oauthAttempts) {
    if (attempt.expiresAt <= now) instance.oauthAttempts.delete(state)
  }
  const state = newSecret('state')
  instance.oauthAttempts.set(state, {
    clientId: client.id,
    purpose,
    redirectUrl,
    expiresAt: now + ATTEMPT_LIFETIME_MS,
    grant: null,
  })
  return `${instance.url}/oauth/discord/authorize?state=${state}`
}

/**
 * What would be discord.com and Clerk's callback: the consent page, the choice made on it, and the return to the application.
 * `state` belongs to the browser that began and is used up by the return, `code` is made by the choice.
 */
export const oauth = new Hono<FrontendEnv>()
  .get('/oauth/discord/authorize', (c) => {
    const state = c.req.query('state') ?? ''
    const attempt = findAttempt(c, state)
    if (!attempt) return sendPage(c, expiredPage(), 400)
    const { url, discordAccounts } = c.get('instance')
    return sendPage(c, consentPage({ action: `${url}/oauth/discord/authorize`, state }, discordAccounts()))
  })
  .post('/oauth/discord/authorize', async (c) => {
    const form = await readForm(c)
    const state = textOf(form, 'state') ?? ''
    const attempt = findAttempt(c, state)
    if (!attempt) return sendPage(c, expiredPage(), 400)
    const { url, discordAccounts } = c.get('instance')
    const callback = new URL(`${url}/v1/oauth_callback`)
    callback.searchParams.set('state', state)
    const account = discordAccounts().find(({ id }) => id === textOf(form, 'account'))
    if (account) {
      attempt.grant = { code: newSecret('code'), discordId: account.id }
      callback.searchParams.set('code', attempt.grant.code)
    } else {
      callback.searchParams.set('error', 'access_denied')
    }
    return c.redirect(callback.href, 303)
  })
  .get('/v1/oauth_callback', async (c) => {
    const instance = c.get('instance')
    const state = c.req.query('state') ?? ''
    const attempt = findAttempt(c, state)
    if (!attempt) return sendPage(c, expiredPage(), 400)
    instance.oauthAttempts.delete(state)
    const granted = attempt.grant !== null && attempt.grant.code === c.req.query('code')
    const account = instance.discordAccounts().find(({ id }) => granted && id === attempt.grant?.discordId)
    const { purpose } = attempt
    if (purpose.kind === 'connect') finishConnecting(instance, purpose, account)
    else finishSignIn(c, attempt.clientId, purpose.signInId, account?.id)
    return c.redirect(attempt.redirectUrl, 303)
  })

/** The attempt with this state, when it is this browser's own and still good. */
function findAttempt(c: FrontendContext, state: string): OAuthAttempt | undefined {
  const instance = c.get('instance')
  const attempt = instance.oauthAttempts.get(state)
  if (!attempt || attempt.expiresAt <= instance.now()) return undefined
  return attempt.clientId === c.get('client')?.id ? attempt : undefined
}

const accessDenied: Failure = {
  code: 'oauth_access_denied',
  message: 'You did not grant access to your Discord account',
}

function finishConnecting(
  instance: Instance,
  { userId, externalAccountId }: { userId: string; externalAccountId: string },
  account: ReturnType<Instance['discordAccounts']>[number] | undefined,
): void {
  const user = findUser(instance, userId)
  const isPending = user?.externalAccounts.some(({ id }) => id === externalAccountId)
  if (!user || !isPending) return
  if (!account) {
    failAccount(instance, user, externalAccountId, accessDenied)
    return
  }
  try {
    connectDiscord(instance, user, account)
  } catch (error) {
    if (!(error instanceof ClerkError)) throw error
    failAccount(instance, user, externalAccountId, { code: error.code, message: error.longMessage })
  }
}

/** Clerk would offer to sign up with an unknown account; here accounts are seeded, so it is refused with a reason. */
function finishSignIn(
  c: FrontendContext,
  clientId: string,
  signInId: string,
  discordId: string | undefined,
): void {
  const instance = c.get('instance')
  const client = c.get('client')
  const signIn = instance.signIns.get(clientId)
  if (!client || signIn?.id !== signInId || signIn.status === 'complete' || !signIn.verification) return
  const user = discordId === undefined ? undefined : findUserByDiscordId(instance, discordId)
  const failure = failureOf()
  if (failure || !user) {
    signIn.verification = { ...signIn.verification, error: failure }
    return
  }
  const session = startSession(instance, client, user, c.req.header('user-agent') ?? '')
  signIn.identifier = user.email
  signIn.userId = user.id
  signIn.status = 'complete'
  signIn.verification = { ...signIn.verification, status: 'verified' }
  signIn.createdSessionId = session.id

  function failureOf(): Failure | null {
    if (discordId === undefined) return accessDenied
    if (!user) {
      return {
        code: 'external_account_not_found',
        message:
          'No account here has this Discord account. Sign in with your password and connect Discord in your profile.',
      }
    }
    if (!user.banned) return null
    const { code, longMessage } = banned()
    return { code, message: longMessage }
  }
}

async function sendPage(c: FrontendContext, page: Page, status: 200 | 400 = 200) {
  // A redirect that answers a form is held to form-action too, so the application's origins belong in it.
  const formTargets = [...c.get('instance').origins()].join(' ')
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action ${formTargets}; frame-ancestors 'none'; base-uri 'none'`,
  )
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'same-origin')
  return c.html(await page, status)
}
