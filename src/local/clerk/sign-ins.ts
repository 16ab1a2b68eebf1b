import { Hono } from 'hono'
import { banned, ClerkError, invalidParameter, missingParameter, notFound } from './errors.ts'
import {
  ensureClient,
  type FrontendContext,
  type FrontendEnv,
  getClient,
  readForm,
  replyWithClient,
  returnUrl,
  textOf,
} from './frontend-context.ts'
import type { Instance, SignIn } from './instance.ts'
import { newId } from './keys.ts'
import { beginOAuth } from './oauth.ts'
import { passwordMatches } from './passwords.ts'
import { presentSignIn } from './presenters.ts'
import { activeSessions, findUserByEmail, getUser } from './queries.ts'
import { startSession } from './sessions.ts'
import type { ClientRecord } from './state.ts'

/** `/v1/client/sign_ins`: by e-mail address and password, or with Discord. */
export const signIns = new Hono<FrontendEnv>()
  .post('/', async (c) => {
    const form = await readForm(c)
    const client = ensureClient(c)
    const instance = c.get('instance')
    assertSignedOut(instance, client)
    const signIn = newSignIn(instance)

    const strategy = textOf(form, 'strategy')
    if (strategy !== undefined && strategy !== 'password' && strategy !== 'oauth_discord') {
      throw strategyInvalid(strategy)
    }
    if (strategy === 'oauth_discord') {
      const redirectUrl = returnUrl(c, textOf(form, 'redirect_url'))
      prepareDiscord(instance, client, signIn, redirectUrl)
      return reply(c, client, signIn)
    }

    const identifier = textOf(form, 'identifier')
    const password = textOf(form, 'password')
    if (identifier !== undefined) identify(instance, signIn, identifier)
    else if (password !== undefined) throw missingParameter('identifier')
    if (password !== undefined) await attemptPassword(c, client, signIn, password)
    return reply(c, client, signIn)
  })
  .get('/:id', (c) =>
    c.json({ response: presentSignIn(c.get('instance'), getSignIn(c, c.req.param('id'))), client: null }),
  )
  .post('/:id/prepare_first_factor', async (c) => {
    const form = await readForm(c)
    const strategy = textOf(form, 'strategy')
    const signIn = getSignIn(c, c.req.param('id'))
    if (strategy !== 'oauth_discord') throw strategyInvalid(strategy)
    const redirectUrl = returnUrl(c, textOf(form, 'redirect_url'))
    prepareDiscord(c.get('instance'), getClient(c), signIn, redirectUrl)
    return reply(c, getClient(c), signIn)
  })
  .post('/:id/attempt_first_factor', async (c) => {
    const form = await readForm(c)
    const signIn = getSignIn(c, c.req.param('id'))
    const client = getClient(c)
    assertSignedOut(c.get('instance'), client)
    const strategy = textOf(form, 'strategy')
    if (strategy !== 'password') throw strategyInvalid(strategy)
    const password = textOf(form, 'password')
    if (password === undefined) throw missingParameter('password')
    await attemptPassword(c, client, signIn, password)
    return reply(c, client, signIn)
  })

function reply(c: FrontendContext, client: ClientRecord, signIn: SignIn) {
  const instance = c.get('instance')
  instance.signIns.set(client.id, signIn)
  return replyWithClient(c, presentSignIn(instance, signIn))
}

function newSignIn(instance: Instance): SignIn {
  return {
    id: newId('sia'),
    createdAt: instance.now(),
    status: 'needs_identifier',
    identifier: null,
    userId: null,
    verification: null,
    createdSessionId: null,
  }
}

function getSignIn(c: FrontendContext, id: string): SignIn {
  const signIn = c.get('instance').signIns.get(getClient(c).id)
  if (signIn?.id !== id) throw notFound('No sign in was found.')
  return signIn
}

function identify(instance: Instance, signIn: SignIn, identifier: string): void {
  const user = findUserByEmail(instance, identifier)
  if (!user) {
    throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.")
  }
  signIn.identifier = user.email
  signIn.userId = user.id
  signIn.status = 'needs_first_factor'
}

async function attemptPassword(
  c: FrontendContext,
  client: ClientRecord,
  signIn: SignIn,
  password: string,
): Promise<void> {
  const instance = c.get('instance')
  if (signIn.userId === null || signIn.status === 'complete') {
    throw new ClerkError(400, 'verification_failed', 'Sign in is not ready for its first factor')
  }
  const user = getUser(instance, signIn.userId)
  if (!(await passwordMatches(password, user.passwordHash))) {
    throw invalidParameter(
      'password',
      'form_password_incorrect',
      'Password is incorrect. Try again, or use another method.',
    )
  }
  if (user.banned) throw banned()
  const session = startSession(instance, client, user, c.req.header('user-agent') ?? '')
  signIn.status = 'complete'
  signIn.verification = { strategy: 'password', status: 'verified', redirectUrl: null, error: null }
  signIn.createdSessionId = session.id
}

function prepareDiscord(instance: Instance, client: ClientRecord, signIn: SignIn, redirectUrl: string): void {
  const consentUrl = beginOAuth(instance, client, { kind: 'sign-in', signInId: signIn.id }, redirectUrl)
  signIn.verification = {
    strategy: 'oauth_discord',
    status: 'unverified',
    redirectUrl: consentUrl,
    error: null,
  }
}

/** One session a browser: Clerk's components recognise this refusal and go on with the session there is. */
function assertSignedOut(instance: Instance, client: ClientRecord): void {
  if (activeSessions(instance, { client }).length === 0) return
  throw new ClerkError(
    400,
    'session_exists',
    'Session already exists',
    "You're currently in single session mode. You can only be signed into one account at a time.",
  )
}

function strategyInvalid(strategy: string | undefined): ClerkError {
  if (strategy === undefined) return missingParameter('strategy')
  return invalidParameter('strategy', 'form_param_value_invalid', `${strategy} is not enabled here.`)
}
