import type { ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { WorkspaceEvent } from '#shared/events/schema.ts'
import { queueJobs } from '#shared/jobs/queue.ts'
import { WebhookDelivery, WebhookMessage } from '#shared/webhooks/schema.ts'
import { followed } from '#test/live-stream.ts'
import { receiver } from '../webhooks/receiver.ts'
import { startInstallation } from './processes.ts'
import type { Installation, Visitor } from './processes.ts'

// Several processes start on a machine that other tests keep busy, too.
vi.setConfig({ testTimeout: 180_000 })
const patience = { timeout: 60_000, interval: 50 }

const home = '/api/v1/workspaces/home'

async function made(visitor: Visitor, path: string, body: object): Promise<unknown> {
  const answer = await visitor.api.post(`${home}${path}`, body)
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

/** Files so many issues, at one process after the other. */
async function fileAt(visitors: readonly Visitor[], count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const visitor = visitors[n % visitors.length]
    if (visitor !== undefined) await made(visitor, '/issues', { title: `Login loops ${n}` })
  }
}

const Made = z.object({ id: z.uuid() })
const webhookTo = async (visitor: Visitor, url: string) =>
  Made.parse(await made(visitor, '/webhooks', { name: 'Hook', url, types: ['issue.created'] }))

const messageOf = (body: string) => WebhookMessage.parse(JSON.parse(body)).data

const filedIn = (events: readonly WorkspaceEvent[]) =>
  events.filter(({ type }) => type === 'issue.created').map(({ id }) => id)

/** The ids of the events by which issues were filed, in that order. */
async function history({ api }: Visitor): Promise<string[]> {
  const { body } = await api.get(`${home}/events?order=oldest&limit=100`)
  return filedIn(z.object({ data: z.array(WorkspaceEvent) }).parse(body).data)
}

test('what is written at one process is heard live at another, found by a search, and told to webhooks', async () => {
  const { visitors, token } = await startInstallation()
  const [here, there] = visitors
  const { received, url } = await receiver()
  await webhookTo(here, url)

  const first = await followed(here, { token })
  await Promise.all([fileAt([there], 10), fileAt([there], 10)])
  await vi.waitUntil(() => filedIn(first.events()).length >= 20, patience)
  await first.leave()
  await fileAt(visitors, 10)
  const second = await followed(there, { token }, { headers: { 'last-event-id': first.lastEventId() } })
  await fileAt([here], 9)
  await made(here, '/issues', { title: 'The walrus sings at night' })
  await vi.waitUntil(() => filedIn(second.events()).length >= 20, patience)

  const seen = filedIn([...first.events(), ...second.events()])
  expect(seen).toHaveLength(40)
  expect(seen).toEqual(await history(here))
  const found = async () => (await there.api.get(`${home}/issues?q=walrus`)).body
  await expect.poll(found, patience).toMatchObject({ data: [{ title: 'The walrus sings at night' }] })
  const told = () => received.map(({ body }) => messageOf(body).issue?.title)
  await expect.poll(told, patience).toContain('The walrus sings at night')
})

test('a worker that is killed while it delivers loses nothing, and nothing is taken in twice', async () => {
  const { visitors, workers, db } = await startInstallation()
  const [here] = visitors
  const there = await receiver()
  /** What a receiver has taken in: the event of each id, where an id that it knows is nothing new. */
  const takenIn = new Map<string, string | undefined>()
  /** Who waits for an answer, by the id. */
  const waiting = new Map<string, ServerResponse>()
  let answers = true
  there.answer((response, { headers, body }) => {
    const id = String(headers['webhook-id'])
    if (!takenIn.has(id)) takenIn.set(id, messageOf(body).event?.id)
    if (answers) return void response.end()
    waiting.set(id, response)
    response.once('close', () => waiting.delete(id))
  })
  const webhook = await webhookTo(here, there.url)
  await fileAt(visitors, 10)
  await vi.waitUntil(async () => (await deliveredTo(webhook, here)).length === 10, patience)

  // A worker sends two at once to the receivers of one workspace, so both of them wait for one of these three.
  answers = false
  await fileAt(visitors, 3)
  await vi.waitUntil(() => waiting.size === 3, patience)
  const underWay = [...waiting.keys()]
  await workers[0].kill()
  await vi.waitUntil(() => waiting.size < 3, patience)
  const cut = underWay.filter((id) => !waiting.has(id))
  answers = true
  for (const response of waiting.values()) response.end()
  await fileAt(visitors, 7)

  await vi.waitUntil(async () => (await deliveredTo(webhook, here)).length === 20 - cut.length, patience)
  await letTimePass({ db })
  await vi.waitUntil(async () => (await deliveredTo(webhook, here)).length === 20, patience)
  await vi.waitUntil(async () => (await heldJobs({ db })) === 0, patience)

  expect(takenIn.size).toBe(20)
  expect(new Set(takenIn.values())).toEqual(new Set(await history(here)))
  expect(new Set(takenIn.keys())).toEqual(new Set(await deliveredTo(webhook, here)))
  const sentAgain = there.received.filter(({ headers }) => cut.includes(String(headers['webhook-id'])))
  expect(sentAgain.length, 'what was cut came once more').toBeGreaterThan(cut.length)
})

/** The ids of the deliveries that were answered. */
async function deliveredTo({ id }: { id: string }, { api }: Visitor): Promise<string[]> {
  const { body } = await api.get(`${home}/webhooks/${id}/deliveries?limit=100&status=delivered`)
  return z
    .object({ data: z.array(WebhookDelivery) })
    .parse(body)
    .data.map((delivery) => delivery.id)
}

/** So much that who has not delivered by now is taken for dead, and somebody looks after it. */
async function letTimePass({ db }: Pick<Installation, 'db'>): Promise<void> {
  await db.query(
    `update webhook_deliveries set next_at = next_at - interval '2 minutes' where status = 'pending'`,
  )
  await db.query(`update graphile_worker._private_jobs set locked_at = locked_at - interval '2 minutes'`)
  await queueJobs(db, [
    { name: 'webhooks.sweep', payload: {} },
    { name: 'jobs.release', payload: {} },
  ])
}

/** How many jobs are in the hands of a worker, be it dead or alive. */
async function heldJobs({ db }: Pick<Installation, 'db'>): Promise<number> {
  return (await db.query('select 1 from graphile_worker.jobs where locked_by is not null')).rowCount ?? 0
}
