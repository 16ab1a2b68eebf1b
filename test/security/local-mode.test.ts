import { expect, test } from 'vitest'
import { refusedByGuard } from '#local/guard.ts'
import { ConfigError, readConfig } from '#shared/config.ts'

const origins = ['http://localhost:3000', 'http://127.0.0.1:3000']

function guarded(headers: Record<string, string>): string | null {
  return refusedByGuard(new Headers({ host: 'localhost:3000', ...headers }), origins)
}

test('this machine’s own programs and pages are let in', () => {
  for (const host of ['localhost', 'localhost:3000', 'LOCALHOST:3000', '127.0.0.1:3000', '[::1]:3000'])
    expect(guarded({ host }), host).toBeNull()
  for (const origin of origins) expect(guarded({ origin }), origin).toBeNull()
})

test.each([
  'forwarded',
  'via',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-prefix',
  'x-forwarded-anything',
])('what carries the header %s came through a proxy, and is refused', (name) => {
  expect(guarded({ [name]: 'x' })).toContain(name)
  expect(guarded({ [name.toUpperCase()]: 'x' })).toContain(name)
})

test.each([
  'snag.example.com',
  'localhost.example.com',
  'localhost.',
  'evil@localhost',
  'localhost:3000@evil.example',
  'localhost, evil.example',
  '127.0.0.1.nip.io',
  '0.0.0.0:3000',
  '[::]:3000',
  '[::ffff:127.0.0.1]',
  '',
])('a request for the host “%s” is refused', (host) => {
  expect(guarded({ host })).not.toBeNull()
})

test.each(['null', 'http://localhost:3001', 'https://localhost:3000', 'http://localhost:3000.evil.example'])(
  'a page of %s is refused',
  (origin) => {
    expect(guarded({ origin })).not.toBeNull()
  },
)

test.each([
  'postgresql://snag@localhost/snag?host=db.example.com',
  'postgresql://snag@127.0.0.1/snag?host=127.0.0.1&host=db.example.com',
  'postgresql://snag@localhost.example.com/snag',
  'postgresql://localhost@db.example.com/snag',
])('with stand-ins, the database %s is not one of this machine', (DATABASE_URL) => {
  expect(() => readConfig({ DATABASE_URL })).toThrow(ConfigError)
})

test('with stand-ins, a database of this machine may be named in every way', () => {
  for (const DATABASE_URL of [
    'postgresql://snag@localhost/snag',
    'postgresql://snag@[::1]:5432/snag',
    'postgresql://snag@localhost/snag?host=127.0.0.1&sslmode=disable',
  ])
    expect(readConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL)
})

test('what is wrong with the environment is told without its secrets', () => {
  const secret = 'hunter2'
  const env = {
    DATABASE_URL: `mysql://snag:${secret}@db.example.com/snag`,
    CLERK_SECRET_KEY: `sk_live_${secret}`,
    CLERK_JWT_KEY: secret,
    DISCORD_TOKEN: secret,
    PORT: secret,
    PUBLIC_URL: secret,
    NODE_ENV: 'production',
  }

  expect(() => readConfig(env)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining(secret) }),
  )
})
