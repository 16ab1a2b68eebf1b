import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import { problem } from '#test/problems.ts'
import { origin, world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const fiveMinutes = 5 * 60_000

function withToken({ anonymous }: World, token: string) {
  return anonymous.get('/api/v1/me', { authorization: `Bearer ${token}` })
}

test('a session token of a page of ours is accepted', async () => {
  const here = await world()
  const robin = await here.person('Robin')

  expect(await withToken(here, robin.token({ azp: origin }))).toMatchObject({
    status: 200,
    body: { id: robin.userId, name: 'Robin Tester', account: robin.clerkId },
  })
})

const seconds = () => Math.floor(Date.now() / 1000)
const anotherKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })

/** Claims that would do, for tokens that are wrong in something else. */
const claims = ({ clerkId }: Person) => ({ azp: origin, sub: clerkId, sid: 'sess_1', sts: 'active', v: 2 })

/** A token of Robin's, wrong in one thing each. */
const refused: Record<string, (robin: Person, here: World) => string> = {
  'expired a minute ago': (robin) =>
    robin.token({ azp: origin, iat: seconds() - 120, nbf: seconds() - 130, exp: seconds() - 60 }),
  'not valid yet': (robin) => robin.token({ azp: origin, nbf: seconds() + 3600 }),
  'from the future': (robin) => robin.token({ azp: origin, iat: seconds() + 3600, exp: seconds() + 7200 }),
  'signed with another key': (robin, { clerk }) => clerk.mint(claims(robin), {}, anotherKey()),
  'signed with nothing (alg none)': (robin, { clerk }) => clerk.mint(claims(robin), { alg: 'none' }),
  'signed with our public key as a secret (HS256)': (robin, { clerk }) =>
    clerk.mint(claims(robin), { alg: 'HS256' }),
  'made for another site': (robin) => robin.token({ azp: 'https://evil.example' }),
  'made for a site that begins like ours': (robin) => robin.token({ azp: `${origin}.evil.example` }),
  'made for no site': (robin) => robin.token({ azp: undefined }),
  'of another issuer': (robin) => robin.token({ azp: origin, iss: 'https://clerk.evil.example' }),
  'of nobody': (robin) => robin.token({ azp: origin, sub: undefined }),
  'of a session that is not complete': (robin) => robin.token({ azp: origin, sts: 'pending' }),
  'from a template': (robin, { clerk }) => clerk.mint(claims(robin), { cat: 'cl_B7d4PD222AAA' }),
  'without a time to end': (robin) => robin.token({ azp: origin, exp: undefined }),
  'with a changed claim': (robin) => {
    const [header, , signature] = robin.token({ azp: origin }).split('.')
    const forged = { ...claims(robin), sub: 'user_somebody_else', exp: seconds() + 60, iat: seconds() }
    return `${header}.${Buffer.from(JSON.stringify(forged)).toString('base64url')}.${signature}`
  },
  'without its signature': (robin) => robin.token({ azp: origin }).replace(/[^.]+$/, ''),
  'of two parts': (robin) => robin.token({ azp: origin }).replace(/\.[^.]+$/, ''),
  'which is garbage': () => 'eyJhbGciOiJSUzI1NiJ9.!!!.???',
  'which is a word': () => 'password',
}

test('a token that is wrong in anything is refused, and the refusal says how to sign in', async () => {
  const here = await world()
  const robin = await here.person('Robin')

  for (const [name, make] of Object.entries(refused)) {
    const answer = await withToken(here, make(robin, here))
    expect(answer, name).toEqual(problem('unauthenticated'))
    expect(answer.headers.get('www-authenticate'), name).toBe('Bearer')
  }
})

test('a token of another instance is refused, even for a user of the same id', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const elsewhere = await createLocalClerk({
    url: here.clerk.apiUrl,
    origins: () => [origin],
    discordAccounts: () => [],
    seedUsers: [
      { id: robin.clerkId, email: 'r@example.com', password: 'correct horse', firstName: 'R', lastName: 'R' },
    ],
  })
  const { token } = await elsewhere.signIn('r@example.com')

  expect(await withToken(here, token({ azp: origin }))).toEqual(problem('unauthenticated'))
})

test('without a token one is told how to send it', async () => {
  const { anonymous } = await world()

  expect(await anonymous.get('/api/v1/me')).toEqual(problem('unauthenticated', /Authorization: Bearer/))
})

test('a token anywhere but in the Authorization header is not looked at', async () => {
  const { anonymous, person } = await world()
  const robin = await person('Robin')
  const token = robin.token({ azp: origin })
  const list = '/api/v1/workspaces/home/issues'

  expect(await anonymous.get(list, { cookie: `__session=${token}` })).toEqual(problem('unauthenticated'))
  expect(
    await anonymous.post(list, { title: 'By a cookie' }, { cookie: `__session=${token}`, origin }),
  ).toEqual(problem('unauthenticated'))
  expect(await anonymous.get(`${list}?token=${token}`)).toEqual(problem('unauthenticated'))
  for (const authorization of [token, `Basic ${token}`, 'Bearer', 'Bearer ', `Bearer ${token} ${token}`]) {
    expect(await anonymous.get(list, { authorization }), authorization.slice(0, 10)).toEqual(
      problem('unauthenticated'),
    )
  }
})

test('a token is believed without asking Clerk', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await here.clerk.disappear()

  expect(await withToken(here, robin.token({ azp: origin }))).toMatchObject({ status: 200 })
})

test('while Clerk is away a new user is asked to come back, and is let in later', async () => {
  const here = await world()
  await here.clerk.addUser({
    email: 'new@example.com',
    password: 'correct horse',
    firstName: 'New',
    lastName: 'User',
  })
  const { token } = await here.clerk.signIn('new@example.com')
  await here.clerk.disappear()

  const answer = await withToken(here, token({ azp: origin }))
  expect(answer).toEqual(problem('unavailable', /try again/i))
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)

  await here.clerk.comeBack()
  expect(await withToken(here, token({ azp: origin }))).toMatchObject({ status: 200 })
})

test('somebody whom Clerk does not know is refused', async () => {
  const here = await world()
  const robin = await here.person('Robin')

  expect(await withToken(here, here.clerk.mint({ ...claims(robin), sub: 'user_nobody' }))).toEqual(
    problem('unauthenticated'),
  )
})

test('without the public key, tokens are verified with what Clerk publishes; Clerk away is not the token’s fault', async () => {
  const { clerk, person } = await world()
  const robin = await person('Robin')
  const { secretKey, publishableKey, apiUrl } = clerk
  const connect = () =>
    connectClerk({
      secretKey,
      publishableKey,
      apiUrl,
      authorizedParties: [origin],
      clock: () => new Date(),
    })

  expect(await connect().verify(robin.token({ azp: origin }))).toMatchObject({ clerkId: robin.clerkId })
  await clerk.disappear()
  // A key that this process has not fetched yet.
  const token = clerk.mint(claims(robin), { kid: 'ins_unseen' })
  await expect(connect().verify(token)).rejects.toMatchObject({ code: 'unavailable' })
})

test('a public key pasted with \\n for its line breaks works', async () => {
  const { clerk, person } = await world()
  const robin = await person('Robin')
  const connected = connectClerk({
    ...clerk,
    jwtKey: clerk.jwtKey.replaceAll('\n', String.raw`\n`),
    authorizedParties: [origin],
    clock: () => new Date(),
  })

  expect(await connected.verify(robin.token({ azp: origin }))).toMatchObject({ clerkId: robin.clerkId })
})

test.each(['ban', 'delete'] as const)('within 5 minutes of a %s at Clerk a user is refused', async (deed) => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  await (deed === 'ban' ? clerk.banUser(robin.clerkId) : clerk.deleteUser(robin.clerkId))
  advance(fiveMinutes + 1000)

  expect(await robin.api.get('/api/v1/me')).toEqual(problem('unauthenticated', /closed/))
  expect(await robin.api.post('/api/v1/workspaces/home/issues', { title: 'After that' })).toEqual(
    problem('unauthenticated', /closed/),
  )
})

test('a refused user costs Clerk one question in 5 minutes', async () => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  await clerk.deleteUser(robin.clerkId)
  advance(fiveMinutes + 1000)
  const before = clerk.profileRequests()

  for (let i = 0; i < 3; i++) await robin.api.get('/api/v1/me')

  expect(clerk.profileRequests() - before).toBe(1)
})

test('a user whose ban was lifted comes in again', async () => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  await clerk.banUser(robin.clerkId)
  advance(fiveMinutes + 1000)
  expect(await robin.api.get('/api/v1/me')).toEqual(problem('unauthenticated'))

  await clerk.unbanUser(robin.clerkId)
  advance(fiveMinutes + 1000)

  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200 })
})

test('a new name at Clerk is shown within 5 minutes', async () => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  await clerk.updateUser(robin.clerkId, { firstName: 'Robyn' })
  advance(fiveMinutes + 1000)

  expect(await robin.api.get('/api/v1/me')).toMatchObject({ body: { name: 'Robyn Tester' } })
})

test('known users keep working while Clerk is away, and Clerk is not asked at every request', async () => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  advance(fiveMinutes + 1000)
  await clerk.disappear()

  expect(await robin.api.get('/api/v1/me')).toMatchObject({ status: 200 })
  expect(await robin.api.post('/api/v1/workspaces/home/issues', { title: 'Meanwhile' })).toMatchObject({
    status: 201,
  })
  await clerk.comeBack()
  const before = clerk.profileRequests()
  await robin.api.get('/api/v1/me')
  expect(clerk.profileRequests() - before, 'not so soon').toBe(0)
  advance(60_000)
  await robin.api.get('/api/v1/me')
  expect(clerk.profileRequests() - before).toBe(1)
})

test('many requests at once ask Clerk about their user once', async () => {
  const { person, clerk, advance } = await world()
  const robin = await person('Robin')
  const eightTimes = () => Promise.all(Array.from({ length: 8 }, () => robin.api.get('/api/v1/me')))
  await eightTimes()
  advance(fiveMinutes + 1000)
  const before = clerk.profileRequests()

  const answers = await eightTimes()

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  expect(clerk.profileRequests() - before).toBe(1)
})
