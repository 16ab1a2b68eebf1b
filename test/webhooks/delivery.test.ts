import { Webhook as Verifier } from 'standardwebhooks'
import { expect, test, vi } from 'vitest'
import { changeIssue, createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { followWebhooks } from '#shared/webhooks/follow.ts'
import { WebhookMessage } from '#shared/webhooks/schema.ts'
import { createSender } from '#shared/webhooks/sending.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import { add, deliveriesOf, delivering, newest, webhooks } from './delivering.ts'
import { receiver, status } from './receiver.ts'
import type { Received } from './receiver.ts'

/** What a receiver reads who holds the signature against the secret; throws when it does not fit. */
function verified({ body, headers }: Received, secret: string | null): WebhookMessage {
  return WebhookMessage.parse(new Verifier(String(secret)).verify(body, headers as Record<string, string>)) // single ones
}

test('what happens is sent, signed, and the log says what came back', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  const webhook = await add(admin, { url: `${there.url}/hook` })

  const { number } = await createIssue(admin.home, { title: 'Login loops' })
  const delivery = await newest(admin, webhook, (one) => one.status === 'delivered')

  expect(there.received).toHaveLength(1)
  const [request] = there.received
  expect(request).toMatchObject({
    path: '/hook',
    headers: { 'webhook-id': delivery.id, 'content-type': 'application/json', 'user-agent': 'Snag-Webhooks' },
  })
  expect(request && verified(request, webhook.secret)).toMatchObject({
    type: 'issue.created',
    data: {
      workspace: { slug: 'home' },
      event: { type: 'issue.created', issueNumber: number, actor: { id: admin.userId } },
      issue: { number, reference: 'SNAG-1', title: 'Login loops' },
    },
  })
  expect(delivery).toMatchObject({
    type: 'issue.created',
    attempts: 1,
    responseStatus: 200,
    responseBody: 'Thank you',
    problem: null,
    nextAt: null,
  })
  expect((await admin.api.get(webhooks)).body).toMatchObject({ data: [{ succeededAt: expect.any(String) }] })
})

test('a webhook is told of the types it was made for, otherwise of what everybody may read', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const all = await receiver()
  const some = await receiver()
  await add(admin, { url: all.url })
  await add(admin, { url: some.url, types: ['issue.changed', 'workspace.changed'] })

  const { number } = await createIssue(admin.home, { title: 'Login loops' })
  await admin.api.patch('/api/v1/workspaces/home', { name: 'At home' })
  await changeIssue(admin.home, { number, status: 'done' })
  const types = ({ received }: typeof all) =>
    received.map(({ body }) => String(JSON.parse(body).type)).toSorted((a, b) => a.localeCompare(b))
  await vi.waitUntil(() => all.received.length + some.received.length === 4, { timeout: 10_000 })

  expect(types(all)).toEqual(['issue.changed', 'issue.created'])
  expect(types(some)).toEqual(['issue.changed', 'workspace.changed'])
})

test('a secret that was replaced signs for a day more, and no longer', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  const webhook = await add(admin, { url: there.url })
  const { body: rotated } = await admin.api.post(`${webhooks}/${webhook.id}/rotate-secret`)
  const { secret } = rotated as { secret: string }

  await admin.api.post(`${webhooks}/${webhook.id}/ping`)
  await vi.waitUntil(() => there.received.length === 1, { timeout: 10_000 })
  const [first] = there.received
  if (first === undefined) throw new Error('Nothing came.')
  expect(verified(first, webhook.secret)).toEqual(verified(first, secret))

  await here.db.pool.query(`update webhooks set previous_secret_until = now() - interval '1 second'`)
  await admin.api.post(`${webhooks}/${webhook.id}/ping`)
  await vi.waitUntil(() => there.received.length === 2, { timeout: 10_000 })
  const [, second] = there.received
  if (second === undefined) throw new Error('Nothing came.')
  expect(verified(second, secret)).toMatchObject({ type: 'ping', data: { event: null } })
  expect(() => verified(second, webhook.secret)).toThrow(/signature/)
})

test('what is not taken is sent again under the same id, for a day; then the webhook is failing', async () => {
  const here = await world()
  const { run } = await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  there.answer(status(500))
  const webhook = await add(admin, { url: there.url })
  const began = here.tracker.clock().getTime()
  await createIssue(admin.home, { title: 'Login loops' })

  let delivery = await newest(admin, webhook, ({ attempts, nextAt }) => attempts === 1 && nextAt !== null)
  const { workspaceId } = await here.db.prisma.webhook.findFirstOrThrow()
  while (delivery.status === 'pending') {
    const { attempts, nextAt } = delivery
    here.advance(Date.parse(String(nextAt)) - here.tracker.clock().getTime())
    await run('webhooks.deliver', { workspaceId, deliveryId: delivery.id })
    delivery = await newest(admin, webhook, (one) => one.attempts === attempts + 1)
  }

  expect(delivery).toMatchObject({ status: 'failed', responseStatus: 500, problem: 'It answered 500.' })
  const hours = (here.tracker.clock().getTime() - began) / 3_600_000
  expect(hours).toBeGreaterThan(23)
  expect(hours).toBeLessThan(25)
  expect(there.received.length).toBe(delivery.attempts)
  expect(new Set(there.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]))
  expect((await admin.api.get(webhooks)).body).toMatchObject({ data: [{ status: 'failing' }] })
  await vi.waitUntil(async () => {
    const { body } = await admin.api.get('/api/v1/workspaces/home/events?type=webhook.failing')
    return (body as { data: unknown[] }).data.length === 1
  }, 10_000)
})

test('a failing webhook is told of nothing new, until it takes something again', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  const webhook = await add(admin, { url: there.url })
  await createIssue(admin.home, { title: 'The first' })
  const { id } = await newest(admin, webhook, (one) => one.status === 'delivered')
  await admin.api.patch(`${webhooks}/${webhook.id}`, { status: 'paused' })
  await createIssue(admin.home, { title: 'The second' })
  await admin.api.patch(`${webhooks}/${webhook.id}`, { status: 'active' })
  await here.db.pool.query(`update webhooks set status = 'failing'`)

  const { body } = await admin.api.post(`${webhooks}/${webhook.id}/deliveries/${id}/redeliver`)
  expect(body).toMatchObject({ id, status: 'pending', attempts: 0 })
  await vi.waitUntil(() => there.received.length === 2, { timeout: 10_000 })
  await vi.waitUntil(async () => {
    const { body } = await admin.api.get(webhooks)
    return JSON.stringify(body).includes('"status":"active"')
  }, 10_000)
  await createIssue(admin.home, { title: 'The third' })
  await vi.waitUntil(() => there.received.length === 3, { timeout: 10_000 })

  expect(there.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, expect.any(String)])
  expect(there.received.map(({ body }) => JSON.parse(body).data.issue.title)).toEqual([
    'The first',
    'The first',
    'The third',
  ])
})

test('a receiver who says that it is gone is sent nothing more', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  there.answer(status(410))
  const webhook = await add(admin, { url: there.url })
  await here.db.pool.query(`update webhooks set status = 'failing'`)

  expect((await admin.api.post(`${webhooks}/${webhook.id}/ping`)).status).toBeLessThan(300)
  await newest(admin, webhook, (one) => one.status === 'failed')

  expect((await admin.api.get(webhooks)).body).toMatchObject({ data: [{ status: 'gone' }] })
  expect((await admin.api.get('/api/v1/workspaces/home/events?type=webhook.gone')).body).toMatchObject({
    data: [{ subjectId: webhook.id, changes: { status: { before: 'failing', after: 'gone' } } }],
  })
  expect(await admin.api.post(`${webhooks}/${webhook.id}/ping`)).toEqual(problem('conflict', /not active/))
  expect(there.received).toHaveLength(1)
})

test('a redirect is not followed', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const elsewhere = await receiver()
  const there = await receiver()
  there.answer(status(307, { location: elsewhere.url }))
  const webhook = await add(admin, { url: there.url })

  await createIssue(admin.home, { title: 'Login loops' })
  const delivery = await newest(admin, webhook, (one) => one.responseStatus !== null)

  expect(delivery).toMatchObject({
    status: 'pending',
    responseStatus: 307,
    problem: expect.stringMatching(/redirect/),
  })
  expect(elsewhere.received).toEqual([])
})

test('a receiver who asks for time is given it', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  there.answer(status(429, { 'retry-after': '900' }))
  const webhook = await add(admin, { url: there.url })

  await createIssue(admin.home, { title: 'Login loops' })
  const { nextAt, finishedAt } = await newest(admin, webhook, (one) => one.responseStatus === 429)

  expect(finishedAt).toBeNull()
  expect(Date.parse(String(nextAt)) - Date.now()).toBeGreaterThan(800_000)
})

test('who does not answer is not waited for, and of an answer only its beginning is kept', async () => {
  const there = await receiver()
  const sender = createSender({ local: true, timeoutMs: 300 })
  there.answer(() => {})
  const none = await sender.post(new URL(there.url), {}, '{}')
  there.answer((response) => {
    response.write('x'.repeat(1_000_000))
  })
  const long = await sender.post(new URL(there.url), {}, '{}')
  await sender.close()

  expect(none).toMatchObject({ response: null, problem: expect.stringMatching(/did not answer within/) })
  expect(none.durationMs).toBeLessThan(3_000)
  expect(long.response?.body).toBe('x'.repeat(1_024))
})

test('what was hidden or deleted meanwhile is not told of any more', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  there.answer(status(500))
  const webhook = await add(admin, { url: there.url, types: ['issue.created'] })
  const { number } = await createIssue(admin.home, { title: 'Buy cheap things' })
  const { id } = await newest(admin, webhook, (one) => one.responseStatus === 500)

  await deleteIssue(admin.home, { number })
  await here.db.pool.query(`update webhook_deliveries set status = 'failed', next_at = null`)
  await admin.api.post(`${webhooks}/${webhook.id}/deliveries/${id}/redeliver`)

  expect(await newest(admin, webhook, (one) => one.status === 'skipped')).toMatchObject({ id })
  expect(there.received).toHaveLength(1)
})

test('no secret is to be read again, neither of the webhook nor in what happened', async () => {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin')
  const there = await receiver()
  const webhook = await add(admin, { url: `${there.url}/of/token-a?key=token-b` })
  const onDiscord = await add(admin, { url: `${there.url}/api/webhooks/1/token-c`, format: 'discord' })
  await admin.api.patch(`${webhooks}/${webhook.id}`, { url: `${there.url}/of/token-d` })
  await createIssue(admin.home, { title: 'Login loops' })
  await newest(admin, webhook, (one) => one.status === 'delivered')

  expect(onDiscord.secret).toBeNull()
  const read = [
    (await admin.api.get(webhooks)).body,
    await deliveriesOf(admin, webhook),
    await here.db.prisma.event.findMany({ select: { changes: true } }),
  ].map((body) => JSON.stringify(body))
  for (const text of read) expect(text).not.toContain('whsec_')
  expect(read[0]).not.toContain('token-c')
  expect(read[2]).not.toMatch(/token-/)
})

test('where there are no webhooks nothing is asked for, batch after batch', async () => {
  const { tracker, db, personWith } = await world()
  const { userId } = await personWith('admin')
  const query = vi.fn(db.pool.query.bind(db.pool))
  const followed = followWebhooks(tracker)
  const event = {
    position: 1,
    id: userId,
    workspaceId: 1,
    issueNumber: 1,
    subjectId: null,
    type: 'issue.created',
    changes: {},
  } as const
  const client = { query } as unknown as Parameters<typeof followed>[0] // it is asked for nothing else

  for (let n = 0; n < 5; n += 1) expect(await followed(client, [event])).toEqual([])

  expect(query).toHaveBeenCalledTimes(1)
})
