import { createClerkClient, verifyToken } from '@clerk/backend'
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { ada, discordAccounts, serveClerk, type ServedClerk } from './serve-clerk.ts'

function clientOf(clerk: ServedClerk, secretKey = clerk.secretKey) {
  const { publishableKey, jwtKey, apiUrl } = clerk
  return createClerkClient({ secretKey, publishableKey, jwtKey, apiUrl, telemetry: { disabled: true } })
}

function authenticate(clerk: ServedClerk, token: string) {
  const request = new Request(`${clerk.origin}/api`, { headers: { authorization: `Bearer ${token}` } })
  return clientOf(clerk).authenticateRequest(request, {
    authorizedParties: [clerk.origin],
    acceptsToken: ['session_token', 'api_key'],
  })
}

test('a session token is accepted by the real SDK, with the public key and through JWKS', async () => {
  const clerk = await serveClerk()
  const { userId, sessionId, token } = await clerk.signIn(ada.email)

  const networkless = await verifyToken(token(), {
    jwtKey: clerk.jwtKey,
    authorizedParties: [clerk.origin],
  })
  const throughJwks = await verifyToken(token(), { secretKey: clerk.secretKey, apiUrl: clerk.apiUrl })
  const state = await authenticate(clerk, token())

  expect(networkless).toMatchObject({ sub: userId, sid: sessionId, iss: clerk.apiUrl, azp: clerk.origin })
  expect(throughJwks.sub).toBe(userId)
  expect(state.toAuth()).toMatchObject({ userId, sessionId, tokenType: 'session_token' })
})

test('a token looks like one of Clerk’s and lives for 60 seconds', async () => {
  const clerk = await serveClerk({ now: () => 1_800_000_000_000 })
  const { userId, sessionId, token } = await clerk.signIn(ada.email)

  const [header = '', claims = ''] = token().split('.')

  expect(decoded(header)).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^ins_/) })
  expect(decoded(claims)).toEqual({
    azp: clerk.origin,
    exp: 1_800_000_060,
    fva: [0, -1],
    iat: 1_800_000_000,
    iss: clerk.apiUrl,
    jti: expect.any(String),
    nbf: 1_799_999_990,
    sid: sessionId,
    sts: 'active',
    sub: userId,
    v: 2,
  })
})

test('tokens an attacker would make are refused by the SDK, each for its reason', async () => {
  const clerk = await serveClerk()
  const { token, userId } = await clerk.signIn(ada.email)
  const now = Math.floor(Date.now() / 1000)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const claims = { sub: userId, sid: 'sess_1', azp: clerk.origin, v: 2 }

  const reasons = {
    'session-token-expired-refresh-non-eligible-no-refresh-cookie': token({ exp: now - 60, iat: now - 120 }),
    'session-token-nbf': token({ nbf: now + 600 }),
    'token-invalid-authorized-parties': token({ azp: 'https://evil.example' }),
    'token-invalid-signature': clerk.mint(claims, {}, privateKey),
    'token-invalid-algorithm': clerk.mint(claims, { alg: 'none' }),
  }

  for (const [reason, forged] of Object.entries(reasons)) {
    expect(await authenticate(clerk, forged)).toMatchObject({ isAuthenticated: false, reason })
  }
  expect(await authenticate(clerk, clerk.mint(claims, { alg: 'HS256' }))).toMatchObject({
    isAuthenticated: false,
    reason: 'token-invalid-algorithm',
  })
  expect(await authenticate(clerk, clerk.mint(claims))).toMatchObject({ isAuthenticated: true })
})

test('an API key is verified, and says when it is revoked or expired', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)
  const good = await clerk.addApiKey({ subject: userId, scopes: ['issues:read'] })
  const revoked = await clerk.addApiKey({ subject: userId, scopes: [], revoked: true })
  const expired = await clerk.addApiKey({ subject: userId, scopes: [], expiration: Date.now() - 1 })
  const { apiKeys } = clientOf(clerk)

  const state = await authenticate(clerk, good)

  expect(state.toAuth()).toMatchObject({ tokenType: 'api_key', userId, scopes: ['issues:read'] })
  expect(await apiKeys.verify(good)).toMatchObject({ revoked: false, expired: false, subject: userId })
  expect(await apiKeys.verify(revoked)).toMatchObject({ revoked: true })
  expect(await apiKeys.verify(expired)).toMatchObject({ expired: true })
  expect(await authenticate(clerk, 'ak_unknown')).toMatchObject({ isAuthenticated: false })
})

test('an API key made through the SDK works until it is revoked', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)
  const { apiKeys } = clientOf(clerk)
  const { id, secret } = await apiKeys.create({ name: 'CI', subject: userId, scopes: ['issues:write'] })

  await apiKeys.revoke({ apiKeyId: id })

  expect(await apiKeys.verify(secret ?? '')).toMatchObject({ id, name: 'CI', revoked: true })
})

test('the API keys of a user are listed, newest first, without those that are over', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)
  const { apiKeys } = clientOf(clerk)
  const make = (name: string, subject = userId) => apiKeys.create({ name, subject, scopes: ['admin'] })
  const [first, second, over] = [await make('First'), await make('Second'), await make('Over')]
  await make('Of another', 'user_another')
  await apiKeys.revoke({ apiKeyId: over.id })

  const listed = await apiKeys.list({ subject: userId })
  const page = await apiKeys.list({ subject: userId, limit: 1, offset: 1 })
  const all = await apiKeys.list({ subject: userId, includeInvalid: true })

  expect(listed.data.map(({ id }) => id)).toEqual([second.id, first.id])
  expect(listed).toMatchObject({ totalCount: 2, data: [{ name: 'Second', scopes: ['admin'] }, {}] })
  expect(listed.data[0]?.secret).toBeUndefined()
  expect(page.data.map(({ id }) => id)).toEqual([first.id])
  expect(all.totalCount).toBe(3)
  expect(await apiKeys.get(first.id)).toMatchObject({ id: first.id, subject: userId })
  await expect(apiKeys.get('apikey_none')).rejects.toMatchObject({ status: 404 })
})

test('a user is read with what Clerk shows of them', async () => {
  const clerk = await serveClerk({ seedUsers: [{ ...ada, id: 'user_ada', discord: discordAccounts.ada }] })

  const user = await clientOf(clerk).users.getUser('user_ada')

  expect(user).toMatchObject({
    id: 'user_ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    imageUrl: `${clerk.apiUrl}/avatars/user_ada.svg`,
    banned: false,
  })
  expect(user.primaryEmailAddress?.emailAddress).toBe(ada.email)
  expect(user.externalAccounts).toMatchObject([
    {
      provider: 'oauth_discord',
      providerUserId: discordAccounts.ada.id,
      username: 'ada',
      verification: { status: 'verified' },
    },
  ])
})

test('users are found by provider id, by id and by e-mail address, and nobody by another’s', async () => {
  const clerk = await serveClerk({
    seedUsers: [{ ...ada, id: 'user_ada', discord: discordAccounts.ada }],
  })
  const graceId = await clerk.addUser({
    email: 'grace@snag.local',
    password: 'a password for Grace',
    firstName: 'Grace',
    lastName: 'Hopper',
  })
  const { users } = clientOf(clerk)
  const byDiscord = (id: string) => {
    // The SDK's types lack both filters; what it sends has them.
    const filter = { provider: 'oauth_discord', providerUserId: [id], limit: 10 }
    return users.getUserList(filter)
  }

  const ids = async (list: ReturnType<typeof users.getUserList>) => (await list).data.map(({ id }) => id)

  expect(await ids(byDiscord(discordAccounts.ada.id))).toEqual(['user_ada'])
  expect(await byDiscord(discordAccounts.grace.id)).toEqual({ data: [], totalCount: 0 })
  expect(await ids(users.getUserList({ userId: [graceId, 'user_unknown'] }))).toEqual([graceId])
  expect(await ids(users.getUserList({ emailAddress: [ada.email] }))).toEqual(['user_ada'])
  expect(await users.getUserList({ limit: 1, orderBy: '+created_at' })).toMatchObject({
    data: [{ id: 'user_ada' }],
    totalCount: 2,
  })
})

test('what Clerk refuses is refused in its own words', async () => {
  const clerk = await serveClerk()
  const get = (path: string, headers = {}) => fetch(`${clerk.apiUrl}${path}`, { headers })
  const authorization = `Bearer ${clerk.secretKey}`

  const refusals = [
    { answer: await get('/v1/users'), status: 401, code: 'authorization_header_format_invalid' },
    {
      answer: await get('/v1/users', { authorization: 'Bearer sk_test_wrong' }),
      status: 401,
      code: 'clerk_key_invalid',
    },
    {
      answer: await get('/v1/users/user_unknown', { authorization }),
      status: 404,
      code: 'resource_not_found',
    },
    {
      answer: await get('/v1/users?provider_user_id=1', { authorization }),
      status: 422,
      code: 'form_param_missing',
    },
    {
      answer: await get('/v1/users?limit=501', { authorization }),
      status: 422,
      code: 'form_param_value_invalid',
    },
    {
      answer: await get('/v1/users?shoe_size=42', { authorization }),
      status: 422,
      code: 'form_param_unknown',
    },
    { answer: await get('/v1/nothing', { authorization }), status: 404, code: 'resource_not_found' },
  ]

  for (const { answer, status, code } of refusals) {
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status,
      body: {
        errors: [{ code, message: expect.any(String), long_message: expect.any(String), meta: {} }],
        clerk_trace_id: expect.any(String),
      },
    })
  }
})

test('a banned user is shown as banned, and signing in is refused', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)
  const { users } = clientOf(clerk)

  await users.banUser(userId)

  expect(await users.getUser(userId)).toMatchObject({ banned: true })
  const answer = await fetch(`${clerk.apiUrl}/v1/client/sign_ins`, {
    method: 'POST',
    headers: { origin: clerk.origin },
    body: new URLSearchParams({ identifier: ada.email, strategy: 'password', password: ada.password }),
  })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ errors: [{ code: 'user_banned' }] })
})

test('a deleted user is gone', async () => {
  const clerk = await serveClerk()
  const { userId } = await clerk.signIn(ada.email)
  const { users } = clientOf(clerk)

  await users.deleteUser(userId)

  await expect(users.getUser(userId)).rejects.toMatchObject({ status: 404 })
  await expect(clerk.signIn(ada.email)).rejects.toThrow('has no user')
})

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
