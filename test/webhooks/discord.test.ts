import { expect, test, vi } from 'vitest'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import { world } from '#test/world.ts'
import { add, delivering, newest, webhooks } from './delivering.ts'
import { receiver, status } from './receiver.ts'

const path = '/api/webhooks/1200000000000000001/token-of-discord'

async function told() {
  const here = await world()
  await delivering(here)
  const admin = await here.personWith('admin', 'A*d*a')
  const there = await receiver()
  const webhook = await add(admin, { url: there.url + path, format: 'discord' })
  return { here, admin, there, webhook }
}

test('Discord is sent messages that its published description takes, and that ping nobody', async () => {
  const { admin, there, webhook } = await told()
  const { IncomingWebhookRequestPartialSchema } = await import('discord-api-spec/zod')

  const { number } = await createIssue(admin.home, {
    title: 'Login @everyone **loops**',
    description: `See [here](https://example.com) <@1> ${'*'.repeat(5_000)}`,
    labels: ['bug'],
  })
  await newest(admin, webhook, (one) => one.status === 'delivered')
  await changeIssue(admin.home, { number, status: 'done', labels: [], description: 'Words. '.repeat(2_000) })
  await vi.waitUntil(() => there.received.length === 2, { timeout: 10_000 })
  await admin.api.post(`${webhooks}/${webhook.id}/ping`)
  await vi.waitUntil(() => there.received.length === 3, { timeout: 10_000 })

  const bodies = there.received.map(({ body }) => JSON.parse(body))
  for (const body of bodies) {
    expect(IncomingWebhookRequestPartialSchema.safeParse(body).error).toBeUndefined()
    expect(body).toMatchObject({ allowed_mentions: { parse: [] } })
  }
  expect(bodies[0].embeds[0]).toMatchObject({
    title: String.raw`SNAG-1 Login \@everyone \*\*loops\*\*`,
    url: `https://snag.example.com/w/home/issues/${number}`,
    description: expect.stringContaining(String.raw`**A\*d\*a Tester** filed`),
  })
  expect(bodies[0].embeds[0].description).toContain(String.raw`See \[here\](https://example.com) \<\@1\>`)
  expect(bodies[1].embeds[0].description).toBe(
    String.raw`**A\*d\*a Tester** changed it` + '\nlabels: bug → –\nstatus: backlog → done\ndescription',
  )
  expect(bodies[2].embeds[0].description).toBe('This webhook works.')
  expect(there.received.map((request) => request.path)).toEqual([
    `${path}?wait=true`,
    `${path}?wait=true`,
    `${path}?wait=true`,
  ])
  expect(there.received[0]?.headers).not.toHaveProperty('webhook-signature')
})

test('a webhook that was deleted at Discord is not knocked at again', async () => {
  const { admin, there, webhook } = await told()
  there.answer(status(404))

  await createIssue(admin.home, { title: 'Login loops' })
  await newest(admin, webhook, (one) => one.status === 'failed')
  await createIssue(admin.home, { title: 'Another one' })

  expect((await admin.api.get(webhooks)).body).toMatchObject({ data: [{ status: 'gone' }] })
  expect(there.received).toHaveLength(1)
})

test.for(['', '?thread_id=1', '?a=b/c/d', '?a=/'])(
  'with %j behind it, the token is shown to nobody',
  async (query) => {
    const admin = await (await world()).personWith('admin')

    const webhook = await add(admin, { url: `https://discord.com${path}${query}`, format: 'discord' })

    expect(webhook.url).toBe('https://discord.com/api/webhooks/1200000000000000001/…')
  },
)
