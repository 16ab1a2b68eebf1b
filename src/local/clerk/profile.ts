import { Hono } from 'hono'
import { ClerkError, invalidParameter, missingParameter, notFound } from './errors.ts'
import {
  type FrontendEnv,
  getClient,
  getSession,
  readForm,
  replyWithClient,
  returnUrl,
  textOf,
} from './frontend-context.ts'
import { newId } from './keys.ts'
import { beginOAuth } from './oauth.ts'
import { passwordMatches } from './passwords.ts'
import { isPictureType, PICTURE_BYTES_MAX } from './pictures.ts'
import {
  imageUrlOf,
  presentBackendSession,
  presentDevice,
  presentExternalAccount,
  presentUser,
} from './presenters.ts'
import { activeSessions } from './queries.ts'
import { endSession } from './sessions.ts'
import {
  addUnverifiedAccount,
  changePassword,
  changeProfile,
  deleteUser,
  publishUpdate,
  removeAccount,
} from './users.ts'

const CHANGEABLE = new Set(['first_name', 'last_name'])

/** `/v1/me`: what the signed-in person sees and changes in their own profile. */
export const profile = new Hono<FrontendEnv>()
  .get('/', (c) => c.json({ response: presentUser(c.get('instance'), getSession(c).user), client: null }))
  .patch('/', async (c) => {
    const form = await readForm(c)
    const { user } = getSession(c)
    const unknown = Object.keys(form).find((name) => !CHANGEABLE.has(name))
    if (unknown !== undefined) {
      throw invalidParameter(
        unknown,
        'form_param_unknown',
        `${unknown} is not a valid parameter for this request.`,
      )
    }
    const firstName = textOf(form, 'first_name')
    const lastName = textOf(form, 'last_name')
    changeProfile(c.get('instance'), user, {
      ...(firstName === undefined ? {} : { firstName }),
      ...(lastName === undefined ? {} : { lastName }),
    })
    return replyWithClient(c, presentUser(c.get('instance'), user))
  })
  .delete('/', (c) => {
    const { user } = getSession(c)
    deleteUser(c.get('instance'), user)
    return replyWithClient(c, { object: 'user', id: user.id, deleted: true })
  })
  .post('/change_password', async (c) => {
    const form = await readForm(c)
    const { session, user } = getSession(c)
    const instance = c.get('instance')
    const current = textOf(form, 'current_password')
    const next = textOf(form, 'new_password')
    if (current === undefined) throw missingParameter('current_password')
    if (next === undefined) throw missingParameter('new_password')
    if (!(await passwordMatches(current, user.passwordHash))) {
      throw invalidParameter(
        'current_password',
        'form_password_validation_failed',
        'Incorrect password. Please try again.',
      )
    }
    await changePassword(instance, user, next)
    if (textOf(form, 'sign_out_of_other_sessions') === 'true') {
      for (const other of activeSessions(instance, { userId: user.id })) {
        if (other.id !== session.id) endSession(instance, other, 'revoked')
      }
    }
    return replyWithClient(c, presentUser(instance, user))
  })
  .post('/external_accounts', async (c) => {
    const form = await readForm(c)
    const { user } = getSession(c)
    const instance = c.get('instance')
    const strategy = textOf(form, 'strategy')
    if (strategy === undefined) throw missingParameter('strategy')
    if (strategy !== 'oauth_discord') {
      throw invalidParameter('strategy', 'form_param_value_invalid', `${strategy} is not enabled here.`)
    }
    const redirectUrl = returnUrl(c, textOf(form, 'redirect_url'))
    const account = addUnverifiedAccount(instance, user)
    const consentUrl = beginOAuth(
      instance,
      getClient(c),
      { kind: 'connect', userId: user.id, externalAccountId: account.id },
      redirectUrl,
    )
    const presented = presentExternalAccount(account)
    return replyWithClient(c, {
      ...presented,
      verification: { ...presented.verification, external_verification_redirect_url: consentUrl },
    })
  })
  .delete('/external_accounts/:id', (c) => {
    const { user } = getSession(c)
    removeAccount(c.get('instance'), user, c.req.param('id'))
    return replyWithClient(c, { object: 'external_account', id: c.req.param('id'), deleted: true })
  })
  .get('/sessions/active', (c) => {
    const instance = c.get('instance')
    const { user } = getSession(c)
    return c.json(
      activeSessions(instance, { userId: user.id }).map((session) => presentDevice(instance, session)),
    )
  })
  .post('/sessions/:id/revoke', (c) => {
    const instance = c.get('instance')
    const { user } = getSession(c)
    const session = activeSessions(instance, { userId: user.id }).find(({ id }) => id === c.req.param('id'))
    if (!session) throw notFound(`No session was found with id ${c.req.param('id')}`)
    endSession(instance, session, 'revoked')
    return replyWithClient(c, presentBackendSession(instance, session))
  })
  .post('/profile_image', async (c) => {
    const form = await readForm(c)
    const instance = c.get('instance')
    const { user } = getSession(c)
    const { file } = form
    if (!(file instanceof File)) throw missingParameter('file')
    if (!isPictureType(file.type)) {
      throw new ClerkError(
        400,
        'request_body_invalid',
        'Unsupported image',
        'Upload a PNG, JPEG, GIF or WebP image.',
      )
    }
    if (file.size > PICTURE_BYTES_MAX) {
      throw new ClerkError(
        413,
        'image_too_large',
        'Image too large',
        'The image being uploaded is more than 1MB.',
      )
    }
    const base64 = Buffer.from(await file.arrayBuffer()).toString('base64')
    user.picture = { id: newId('img'), type: file.type, base64 }
    publishUpdate(instance, user)
    return replyWithClient(c, {
      object: 'image',
      id: user.picture.id,
      name: null,
      public_url: imageUrlOf(instance, user),
    })
  })
  .delete('/profile_image', (c) => {
    const instance = c.get('instance')
    const { user } = getSession(c)
    const id = user.picture?.id ?? ''
    user.picture = null
    publishUpdate(instance, user)
    return replyWithClient(c, { object: 'image', id, deleted: true })
  })
