import { createServer } from 'node:http'
import { verifyWebhook } from '@clerk/backend/webhooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ada, discordAccounts, listen, serveClerk } from './serve-clerk.ts'

test('what happens to users is told, signed so that Clerk’s SDK accepts it', async () => {
  const { url, received } = await receiver()
  const clerk = await serveClerk({ webhookUrl: () => url })

  const userId = await clerk.addUser({ ...ada, email: 'new@snag.local' })
  await clerk.updateUser(userId, { firstName: 'Augusta' })
  await clerk.connectDiscord(userId, discordAccounts.ada)
  await clerk.signIn('new@snag.local')
  await clerk.banUser(userId)
  await clerk.deleteUser(userId)

  await vi.waitFor(() => expect(received).toHaveLength(7))
  const events = await Promise.all(
    received.map((request) => verifyWebhook(request, { signingSecret: clerk.webhookSigningSecret })),
  )
  expect(events.map(({ type }) => type).sort()).toEqual([
    'session.created',
    'session.revoked',
    'user.created',
    'user.deleted',
    'user.updated',
    'user.updated',
    'user.updated',
  ])
  const created = events.find(({ type }) => type === 'user.created')
  expect(created).toMatchObject({ object: 'event', data: { id: userId, first_name: 'Ada' } })
  expect(events.find(({ type }) => type === 'user.deleted')?.data).toMatchObject({
    id: userId,
    deleted: true,
  })
})

test('another secret does not verify', async () => {
  const { url, received } = await receiver()
  const clerk = await serveClerk({ webhookUrl: () => url })
  await clerk.addUser({ ...ada, email: 'new@snag.local' })
  await vi.waitFor(() => expect(received).toHaveLength(1))
  const [request] = received
  const signingSecret = `whsec_${Buffer.from('another secret altogether').toString('base64')}`

  await expect(verifyWebhook(request ?? new Request(url), { signingSecret })).rejects.toThrow('signature')
})

test('a delivery that fails is tried again with the same id', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { url, received } = await receiver([503, 200])
  const clerk = await serveClerk({ webhookUrl: () => url })

  await clerk.addUser({ ...ada, email: 'new@snag.local' })
  while (received.length < 2) {
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(1000)
  }

  const ids = received.map(({ headers }) => headers.get('svix-id'))
  expect(ids[0]).toMatch(/^msg_/)
  expect(ids[1]).toBe(ids[0])
})

/** A server that keeps every request, and answers with these statuses in turn, the last one for ever. */
async function receiver(statuses = [200]) {
  const received: Request[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      received.push(new Request('http://local/', { method: 'POST', headers, body: Buffer.concat(chunks) }))
      response.writeHead(statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200)).end()
    })()
  })
  const url = await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url, received }
}
