import { expect, test } from 'vitest'
import { z } from 'zod'
import { ada, discordAccounts, serveClerk, type ServedClerk } from './serve-clerk.ts'

test('signing in with a password gives a browser a session, tokens for its origin, and an end to it', async () => {
  const clerk = await serveClerk()
  const browser = browserOf(clerk)

  const { response } = await browser.post('/v1/client/sign_ins', { identifier: ada.email, ...password })

  expect(response).toMatchObject({ status: 'complete', created_session_id: expect.any(String) })
  const id = response?.created_session_id
  const token = await browser.post(`/v1/client/sessions/${id}/tokens`)
  expect(claimsOf(token.jwt ?? '')).toMatchObject({ sid: id, azp: clerk.origin })
  await browser.post(`/v1/client/sessions/${id}/remove`)
  expect(await browser.post(`/v1/client/sessions/${id}/tokens`)).toMatchObject(
    refusal('authentication_invalid'),
  )
  expect((await browser.get('/v1/client')).response?.sessions).toEqual([])
})

test('a wrong password, an unknown address and a second sign-in are refused in Clerk’s words', async () => {
  const clerk = await serveClerk()
  const browser = browserOf(clerk)
  const signIn = (fields: Record<string, string>) => browser.post('/v1/client/sign_ins', fields)

  expect(await signIn({ identifier: ada.email, strategy: 'password', password: 'wrong' })).toMatchObject(
    refusal('form_password_incorrect'),
  )
  expect(await signIn({ identifier: 'nobody@snag.local' })).toMatchObject(
    refusal('form_identifier_not_found'),
  )
  expect(await signIn({ strategy: 'email_code', identifier: ada.email })).toMatchObject(
    refusal('form_param_value_invalid'),
  )
  await signIn({ identifier: ada.email, ...password })
  expect(await signIn({ identifier: ada.email, ...password })).toMatchObject(refusal('session_exists'))
  expect(await browser.post('/v1/client/sign_ups', { email_address: 'x@y.z' })).toMatchObject(
    refusal('sign_up_mode_restricted'),
  )
})

test('a foreign origin is refused, and so is a change without an origin', async () => {
  const clerk = await serveClerk()
  const post = (headers: Record<string, string>) =>
    fetch(`${clerk.apiUrl}/v1/client/sign_ins`, { method: 'POST', headers, body: new URLSearchParams() })

  const foreign = await post({ origin: 'https://evil.example' })
  const silent = await post({})

  for (const answer of [foreign, silent]) {
    expect(answer.status).toBe(400)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(await answer.json()).toMatchObject(refusal('origin_invalid'))
  }
})

test('a session ends by itself after seven days', async () => {
  let now = Date.now()
  const clerk = await serveClerk({ now: () => now })
  const browser = browserOf(clerk)
  await browser.post('/v1/client/sign_ins', { identifier: ada.email, ...password })

  now += 7 * 24 * 60 * 60 * 1000

  expect((await browser.get('/v1/client')).response?.sessions).toEqual([])
})

test('another browser cannot use a session', async () => {
  const clerk = await serveClerk()
  const { response } = await browserOf(clerk).post('/v1/client/sign_ins', {
    identifier: ada.email,
    ...password,
  })
  const other = browserOf(clerk)
  await other.put('/v1/client')

  const answer = await other.post(`/v1/client/sessions/${response?.created_session_id}/tokens`)

  expect(answer).toMatchObject(refusal('authentication_invalid'))
})

test('a Discord account is connected through the consent page, and then signs in', async () => {
  const clerk = await serveClerk()
  const browser = await signedIn(clerk)

  const consent = await browser.connect()
  await browser.choose(consent, discordAccounts.ada.id)

  const { response: me } = await browser.get('/v1/me', browser.sessionId)
  expect(me?.external_accounts).toMatchObject([
    {
      provider: 'oauth_discord',
      provider_user_id: discordAccounts.ada.id,
      verification: { status: 'verified' },
    },
  ])
  const stranger = browserOf(clerk)
  const { response } = await stranger.post('/v1/client/sign_ins', discord(clerk))
  const returned = await stranger.choose(
    response?.first_factor_verification?.external_verification_redirect_url,
    discordAccounts.ada.id,
  )
  expect(returned).toBe(`${clerk.origin}/back`)
  expect((await stranger.get('/v1/client')).response).toMatchObject({
    sign_in: { status: 'complete' },
    sessions: [{ public_user_data: { identifier: ada.email } }],
  })
})

test('a Discord account nobody has connected cannot sign in, and the reason is said', async () => {
  const clerk = await serveClerk()
  const browser = browserOf(clerk)
  const { response } = await browser.post('/v1/client/sign_ins', discord(clerk))

  await browser.choose(
    response?.first_factor_verification?.external_verification_redirect_url,
    discordAccounts.grace.id,
  )

  expect((await browser.get('/v1/client')).response).toMatchObject({
    sessions: [],
    sign_in: { first_factor_verification: { error: { code: 'external_account_not_found' } } },
  })
})

test('an account of somebody else is not connected, and neither is a cancelled one', async () => {
  const clerk = await serveClerk()
  const graceId = await clerk.addUser({ ...ada, email: 'grace@snag.local' })
  await clerk.connectDiscord(graceId, discordAccounts.grace)
  const browser = await signedIn(clerk)
  const accounts = async () => (await browser.get('/v1/me', browser.sessionId)).response?.external_accounts

  await browser.choose(await browser.connect(), discordAccounts.grace.id)
  expect(await accounts()).toMatchObject([
    { provider_user_id: '', verification: { error: { code: 'oauth_identification_claimed' } } },
  ])
  await browser.choose(await browser.connect(), undefined)
  expect(await accounts()).toMatchObject([
    { provider_user_id: '', verification: { error: { code: 'oauth_access_denied' } } },
  ])
})

test('a consent belongs to the browser that began it and is good once', async () => {
  const clerk = await serveClerk()
  const browser = await signedIn(clerk)
  const consent = await browser.connect()
  const thief = await signedIn(clerk)

  expect(await thief.choose(consent, discordAccounts.ada.id)).toBeUndefined()
  expect(await browser.choose(consent, discordAccounts.ada.id)).toBe(`${clerk.origin}/back`)
  expect(await browser.choose(consent, discordAccounts.ada.id)).toBeUndefined()
})

test('a flow returns to the application’s own pages only', async () => {
  const clerk = await serveClerk()

  const answer = await browserOf(clerk).post('/v1/client/sign_ins', {
    strategy: 'oauth_discord',
    redirect_url: 'https://evil.example/',
  })

  expect(answer).toMatchObject(refusal('redirect_url_invalid'))
})

test('the consent page escapes what people are called', async () => {
  const clerk = await serveClerk()
  const browser = await signedIn(clerk)

  const page = await browser.page(await browser.connect())

  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await page.text()
  expect(html).toContain('grace&lt;hopper&gt;')
  expect(html).not.toContain('grace<hopper>')
})

test('a picture is uploaded, served and taken away; what is no picture is refused', async () => {
  const clerk = await serveClerk()
  const browser = await signedIn(clerk)
  const upload = (file: Blob) => {
    const form = new FormData()
    form.append('file', file, 'face')
    return browser.send('POST', '/v1/me/profile_image', form, browser.sessionId)
  }

  expect(await upload(new Blob(['<svg/>'], { type: 'image/svg+xml' }))).toMatchObject(
    refusal('request_body_invalid'),
  )
  const { response } = await upload(new Blob(['pixels'], { type: 'image/png' }))
  const served = await fetch(response?.public_url ?? '')
  expect(served.headers.get('content-type')).toBe('image/png')
  expect(await served.text()).toBe('pixels')
  await browser.send('DELETE', '/v1/me/profile_image', undefined, browser.sessionId)
  expect((await fetch(response?.public_url ?? '')).status).toBe(404)
})

test('who deletes their account is signed out and gone', async () => {
  const clerk = await serveClerk()
  const browser = await signedIn(clerk)

  await browser.send('DELETE', '/v1/me', undefined, browser.sessionId)

  expect((await browser.get('/v1/client')).response?.sessions).toEqual([])
  expect(await browser.post('/v1/client/sign_ins', { identifier: ada.email })).toMatchObject(
    refusal('form_identifier_not_found'),
  )
})

test('an avatar shows initials, and is nothing but a picture', async () => {
  const clerk = await serveClerk({ seedUsers: [{ ...ada, id: 'user_ada', firstName: '<Ada>' }] })

  const avatar = await fetch(`${clerk.apiUrl}/avatars/user_ada.svg`)

  expect(avatar.headers.get('content-type')).toBe('image/svg+xml')
  expect(avatar.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'")
  expect(await avatar.text()).toMatch(/>\s*&lt;L\s*</)
})

test('the CDN’s scripts are served out of the installed packages, and nothing else is', async () => {
  const clerk = await serveClerk()
  const status = async (path: string) => (await fetch(`${clerk.apiUrl}/npm/@clerk/${path}`)).status

  expect(await status('clerk-js@6/dist/clerk.browser.js')).toBe(200)
  expect(await status('ui@1.34.0/dist/ui.browser.js')).toBe(200)
  expect(await status('ui@2/dist/ui.browser.js')).toBe(404)
  expect(await status('clerk-js@6/dist/..%2Fpackage.json')).toBe(404)
  expect(await status('clerk-js@6/dist/%2e%2e%2f%2e%2e%2fbackend%2fdist%2findex.js')).toBe(404)
  expect(await status('backend@3/dist/index.js')).toBe(404)
})

const password = { strategy: 'password', password: ada.password }

function discord(clerk: ServedClerk) {
  return { strategy: 'oauth_discord', redirect_url: `${clerk.origin}/back` }
}

function refusal(code: string) {
  return { errors: [{ code, long_message: expect.any(String) }] }
}

function claimsOf(jwt: string): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
}

async function signedIn(clerk: ServedClerk) {
  const browser = browserOf(clerk)
  const { response } = await browser.post('/v1/client/sign_ins', { identifier: ada.email, ...password })
  const sessionId = String(response?.created_session_id)
  const connect = async () => {
    const answer = await browser.post('/v1/me/external_accounts', discord(clerk), sessionId)
    return String(answer.response?.verification?.external_verification_redirect_url)
  }
  return { ...browser, sessionId, connect }
}

const Redirecting = z.looseObject({ external_verification_redirect_url: z.string().nullable() })

/** As much of the answers as these tests read. */
const Answer = z.looseObject({
  jwt: z.string().optional(),
  response: z
    .looseObject({
      created_session_id: z.string().nullable().optional(),
      sessions: z.array(z.unknown()).optional(),
      external_accounts: z.array(z.unknown()).optional(),
      public_url: z.string().optional(),
      verification: Redirecting.optional(),
      first_factor_verification: Redirecting.nullable().optional(),
    })
    .nullable()
    .optional(),
})

/** Speaks as Clerk's scripts do: form-encoded, with a cookie, and with methods other than POST in the query. */
function browserOf(clerk: ServedClerk) {
  let cookie = ''

  async function request(url: string, init: RequestInit = {}) {
    const headers = { origin: clerk.origin, ...(cookie ? { cookie } : {}) }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    const [set] = answer.headers.getSetCookie()
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    return answer
  }

  async function send(method: string, path: string, body?: FormData | URLSearchParams, sessionId?: string) {
    const url = new URL(`${clerk.apiUrl}${path}`)
    if (sessionId !== undefined) url.searchParams.set('_clerk_session_id', sessionId)
    if (method !== 'GET' && method !== 'POST') url.searchParams.set('_method', method)
    const answer = await request(url.href, {
      method: method === 'GET' ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body }),
    })
    return Answer.parse(await answer.json())
  }

  return {
    send,
    page: (url: string) => request(url),
    get: (path: string, sessionId?: string) => send('GET', path, undefined, sessionId),
    put: (path: string) => send('PUT', path),
    post: (path: string, fields: Record<string, string> = {}, sessionId?: string) =>
      send('POST', path, new URLSearchParams(fields), sessionId),
    /** Answers a consent page; says where the browser came back to, or nothing when the page is not valid. */
    async choose(
      consentUrl: string | null | undefined,
      account: string | undefined,
    ): Promise<string | undefined> {
      const url = new URL(consentUrl ?? '')
      const fields = new URLSearchParams({ state: url.searchParams.get('state') ?? '' })
      if (account !== undefined) fields.set('account', account)
      const chosen = await request(`${url.origin}${url.pathname}`, { method: 'POST', body: fields })
      const callback = chosen.headers.get('location')
      if (callback === null) return undefined
      return (await request(callback)).headers.get('location') ?? undefined
    },
  }
}
