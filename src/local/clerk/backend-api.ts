import { createHash, timingSafeEqual } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { addApiKey, apiKeysOf, getApiKey, revokeApiKey, verifyApiKey } from './api-keys.ts'
import { ClerkError, invalidParameter, missingParameter, notFound } from './errors.ts'
import type { Instance } from './instance.ts'
import { presentJwks } from './keys.ts'
import { presentApiKey, presentBackendSession, presentBackendUser } from './presenters.ts'
import { getUser } from './queries.ts'
import { endSession } from './sessions.ts'
import { cut, matchingUsers, pageOf } from './user-list.ts'
import { banUser, changeProfile, createUser, deleteUser, removeAccount, unbanUser } from './users.ts'

const PATHS = ['/v1/jwks', '/v1/instance', '/v1/users/*', '/v1/sessions/*', '/v1/api_keys/*', '/api_keys/*']

const CreateUserBody = z.strictObject({
  email_address: z.tuple([z.email()]),
  password: z.string(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  username: z.string().optional(),
})
const ChangeUserBody = z.strictObject({
  first_name: z.string().nullable().optional(),
  last_name: z.string().nullable().optional(),
})
const CreateApiKeyBody = z.looseObject({
  name: z.string(),
  subject: z.string(),
  scopes: z.array(z.string()).nullable().optional(),
  seconds_until_expiration: z.number().positive().nullable().optional(),
})
const VerifyApiKeyBody = z.object({ secret: z.string() })

/** The backend API, spoken by @clerk/backend with the secret key. Source: https://clerk.com/docs/reference/backend-api */
export function backendApi(instance: Instance) {
  const app = new Hono()
  for (const path of PATHS) app.use(path, requireSecretKey(instance))

  app
    .get('/.well-known/jwks.json', (c) => c.json(presentJwks(instance.data.keys)))
    .get('/v1/jwks', (c) => c.json(presentJwks(instance.data.keys)))
    .get('/v1/instance', (c) =>
      c.json({
        object: 'instance',
        id: instance.data.id,
        environment_type: 'development',
        allowed_origins: [...instance.origins()],
      }),
    )

  app
    .get('/v1/users', (c) => {
      const query = new URL(c.req.url).searchParams
      const users = pageOf(matchingUsers(instance, query), query)
      return c.json(users.map((user) => presentBackendUser(instance, user)))
    })
    .get('/v1/users/count', (c) => {
      const users = matchingUsers(instance, new URL(c.req.url).searchParams)
      return c.json({ object: 'total_count', total_count: users.length })
    })
    .post('/v1/users', async (c) => {
      const body = await readBody(c, CreateUserBody)
      const user = await createUser(instance, {
        email: body.email_address[0],
        password: body.password,
        firstName: body.first_name,
        lastName: body.last_name,
        ...(body.username === undefined ? {} : { username: body.username }),
      })
      return c.json(presentBackendUser(instance, user))
    })
    .get('/v1/users/:id', (c) => c.json(presentBackendUser(instance, getUser(instance, c.req.param('id')))))
    .patch('/v1/users/:id', async (c) => {
      const body = await readBody(c, ChangeUserBody)
      const user = getUser(instance, c.req.param('id'))
      changeProfile(instance, user, {
        ...(body.first_name === undefined ? {} : { firstName: body.first_name }),
        ...(body.last_name === undefined ? {} : { lastName: body.last_name }),
      })
      return c.json(presentBackendUser(instance, user))
    })
    .delete('/v1/users/:id', (c) => {
      const user = getUser(instance, c.req.param('id'))
      deleteUser(instance, user)
      return c.json({ object: 'user', id: user.id, deleted: true })
    })
    .post('/v1/users/:id/ban', (c) => {
      const user = getUser(instance, c.req.param('id'))
      banUser(instance, user)
      return c.json(presentBackendUser(instance, user))
    })
    .post('/v1/users/:id/unban', (c) => {
      const user = getUser(instance, c.req.param('id'))
      unbanUser(instance, user)
      return c.json(presentBackendUser(instance, user))
    })
    .delete('/v1/users/:id/external_accounts/:accountId', (c) => {
      const user = getUser(instance, c.req.param('id'))
      removeAccount(instance, user, c.req.param('accountId'))
      return c.json({ object: 'external_account', id: c.req.param('accountId'), deleted: true })
    })

  app
    .get('/v1/sessions/:id', (c) =>
      c.json(presentBackendSession(instance, getSession(instance, c.req.param('id')))),
    )
    .post('/v1/sessions/:id/revoke', (c) => {
      const session = getSession(instance, c.req.param('id'))
      if (session.status === 'active') endSession(instance, session, 'revoked')
      return c.json(presentBackendSession(instance, session))
    })

  // The SDK leaves out the version when it verifies a token, and adds it when it is asked to verify a key by name.
  for (const prefix of ['/api_keys', '/v1/api_keys']) {
    app.post(`${prefix}/verify`, async (c) => {
      const { secret } = await readBody(c, VerifyApiKeyBody)
      return c.json(presentApiKey(instance, verifyApiKey(instance, secret)))
    })
    app.post(prefix, async (c) => {
      const body = await readBody(c, CreateApiKeyBody)
      const { key, secret } = addApiKey(instance, {
        name: body.name,
        subject: body.subject,
        scopes: body.scopes ?? [],
        ...(body.seconds_until_expiration
          ? { expiration: instance.now() + body.seconds_until_expiration * 1000 }
          : {}),
      })
      return c.json({ ...presentApiKey(instance, key), secret })
    })
    app.get(prefix, (c) => {
      const query = new URL(c.req.url).searchParams
      const subject = query.get('subject')
      if (subject === null) throw missingParameter('subject')
      const keys = apiKeysOf(instance, { subject, includeInvalid: query.get('include_invalid') === 'true' })
      return c.json({
        data: cut(keys, query).map((key) => presentApiKey(instance, key)),
        total_count: keys.length,
      })
    })
    app.get(`${prefix}/:id`, (c) => c.json(presentApiKey(instance, getApiKey(instance, c.req.param('id')))))
    app.post(`${prefix}/:id/revoke`, (c) =>
      c.json(presentApiKey(instance, revokeApiKey(instance, c.req.param('id')))),
    )
  }
  return app
}

function requireSecretKey(instance: Instance): MiddlewareHandler {
  return async (c, next) => {
    const [scheme, key] = (c.req.header('authorization') ?? '').split(' ')
    if (scheme !== 'Bearer' || key === undefined) {
      throw new ClerkError(
        401,
        'authorization_header_format_invalid',
        'Invalid Authorization header format',
        "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'",
      )
    }
    if (!timingSafeEqual(digest(key), digest(instance.data.secretKey))) {
      throw new ClerkError(
        401,
        'clerk_key_invalid',
        'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.',
      )
    }
    await next()
  }
}

async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const body: unknown = await c.req.json().catch(() => {
    throw new ClerkError(400, 'request_body_invalid', 'Request body invalid', 'The request body is not JSON.')
  })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const unknownName = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const name = unknownName ?? String(issue?.path[0] ?? 'body')
  throw unknownName === undefined
    ? invalidParameter(name, 'form_param_format_invalid', `${name}: ${issue?.message}`)
    : invalidParameter(name, 'form_param_unknown', `${name} is not a valid parameter for this request.`)
}

function getSession(instance: Instance, id: string) {
  const session = instance.data.sessions.find((candidate) => candidate.id === id)
  if (!session) throw notFound(`No session was found with id ${id}`)
  return session
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
