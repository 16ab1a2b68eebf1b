import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyToken } from '@clerk/backend'
import { expect, onTestFinished, test } from 'vitest'
import { ada, discordAccounts, serveClerk } from './serve-clerk.ts'

test('what a local Clerk knows outlives it: keys, people, sessions and API keys', async () => {
  const file = join(await stateFile(), '../in a new folder/state.json')
  const first = await serveClerk({ file })
  const { userId, token } = await first.signIn(ada.email)
  await first.connectDiscord(userId, discordAccounts.ada)
  const secret = await first.addApiKey({ subject: userId, scopes: ['issues:read'] })
  await first.close()

  const second = await serveClerk({ file, seedUsers: [{ ...ada, email: 'other@snag.local' }] })

  expect(second).toMatchObject({
    secretKey: first.secretKey,
    publishableKey: first.publishableKey,
    jwtKey: first.jwtKey,
    webhookSigningSecret: first.webhookSigningSecret,
  })
  expect(await verifyToken(token(), { jwtKey: second.jwtKey })).toMatchObject({ sub: userId })
  const headers = { authorization: `Bearer ${second.secretKey}`, 'content-type': 'application/json' }
  const users = await fetch(`${second.apiUrl}/v1/users`, { headers })
  expect(await users.json()).toMatchObject([
    { id: userId, external_accounts: [{ provider_user_id: discordAccounts.ada.id }] },
  ])
  const body = JSON.stringify({ secret })
  const key = await fetch(`${second.apiUrl}/api_keys/verify`, { method: 'POST', headers, body })
  expect(await key.json()).toMatchObject({ subject: userId, scopes: ['issues:read'] })
})

test('no password and no API key is kept in the clear', async () => {
  const file = await stateFile()
  const clerk = await serveClerk({ file })
  const { userId } = await clerk.signIn(ada.email)

  const secret = await clerk.addApiKey({ subject: userId, scopes: [] })

  const text = await readFile(file, 'utf8')
  expect(text).toContain(ada.email)
  expect(text).not.toContain(ada.password)
  expect(text).not.toContain(secret)
})

test('a state that cannot be read is named, and left as it is', async () => {
  const file = await stateFile()
  for (const broken of ['{', '{"version":2}']) {
    await writeFile(file, broken)

    await expect(serveClerk({ file })).rejects.toThrow(file)

    expect(await readFile(file, 'utf8')).toBe(broken)
  }
})

test('two new instances share no secret', async () => {
  const [one, other] = [await serveClerk({}), await serveClerk({})]

  expect(one.secretKey).not.toBe(other.secretKey)
  expect(one.webhookSigningSecret).not.toBe(other.webhookSigningSecret)
})

async function stateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-clerk-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'state.json')
}
