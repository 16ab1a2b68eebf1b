import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Answer, ApiClient } from '#test/api-client.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const guildId = '1200000000000000077'

/** What looks like a change and is none. */
const readsByPost: ReadonlySet<string> = new Set(['findSimilarIssues'])
/** What no test here can do, and where it is held to the same. */
const elsewhere = new Map([
  ['linkDiscord', 'test/security/linking.test.ts: Clerk has to have verified an account'],
  ['claimPlaceholder', 'test/imports/authors.test.ts: likewise'],
])

interface Scene {
  here: World
  /** An admin of *home*. */
  admin: ApiClient
  other: Person
}

type Deed = (scene: Scene) => Promise<Answer>

/** Does something that is needed first, and gives a field of what came of it. */
async function made(answer: Promise<Answer>, field = 'id'): Promise<string> {
  const { status, body } = await answer
  expect(status).toBeLessThan(300)
  return String(z.record(z.string(), z.unknown()).parse(body)[field])
}

const issue = (admin: ApiClient) => made(admin.post(`${home}/issues`, { title: 'An issue' }), 'number')
const at = async (admin: ApiClient, rest = '') => `${home}/issues/${await issue(admin)}${rest}`
const comment = async (admin: ApiClient) => {
  const comments = await at(admin, '/comments')
  return `${comments}/${await made(admin.post(comments, { body: 'A comment' }))}`
}
const label = async (admin: ApiClient) =>
  `${home}/labels/${await made(admin.post(`${home}/labels`, { name: uuidv7(), color: '#123456' }))}`
const template = async (admin: ApiClient) =>
  `${home}/templates/${await made(admin.post(`${home}/templates`, { name: uuidv7() }))}`
const view = async (admin: ApiClient) =>
  `${home}/views/${await made(admin.post(`${home}/views`, { name: 'A view', query: 'is:open' }))}`
const webhook = async (admin: ApiClient) =>
  `${home}/webhooks/${await made(admin.post(`${home}/webhooks`, { name: 'A webhook', url: 'https://example.com/hook' }))}`
const guild = async ({ here }: Scene) => {
  const { id: workspaceId } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  const connected = { id: guildId, name: 'Workshop', workspaceId, guestsAllowed: true }
  await here.db.prisma.guild.upsert({ where: { id: guildId }, create: connected, update: connected })
  return `${home}/guilds/${guildId}`
}
const attachment = async (admin: ApiClient) => {
  const attachments = await at(admin, '/attachments')
  return `${attachments}/${await made(admin.post(`${attachments}?name=server.log`, 'All is well.'))}`
}
const apiKey = { name: 'A key', scopes: ['issues:read'], expiresInDays: 1 }

/** Each changes something, as far as anybody can see. */
const deeds: Record<string, Deed> = {
  createWorkspace: ({ admin }) =>
    admin.post('/api/v1/workspaces', { name: 'Another', slug: 'another', key: 'ANO' }),
  changeWorkspace: ({ admin }) => admin.patch(home, { name: 'A new name' }),
  createLabel: ({ admin }) => admin.post(`${home}/labels`, { name: 'a label', color: '#123456' }),
  changeLabel: async ({ admin }) => admin.patch(await label(admin), { color: '#654321' }),
  deleteLabel: async ({ admin }) => admin.delete(await label(admin)),
  setMemberRole: ({ admin, other }) => admin.put(`${home}/members/${other.userId}`, { role: 'triager' }),
  removeMember: ({ admin, other }) => admin.delete(`${home}/members/${other.userId}`),
  blockPerson: ({ admin, other }) => admin.put(`${home}/blocks/${other.userId}`, { reason: 'Spam' }),
  unblockPerson: ({ admin, other }) => admin.delete(`${home}/blocks/${other.userId}`),
  createInvitation: ({ admin }) => admin.post(`${home}/invitations`, {}),
  revokeInvitation: async ({ admin }) =>
    admin.delete(`${home}/invitations/${await made(admin.post(`${home}/invitations`, {}))}`),
  acceptInvitation: async ({ admin, other }) =>
    other.api.post(
      `/api/v1/invitations/${await made(admin.post(`${home}/invitations`, {}), 'token')}/accept`,
    ),
  changeGuild: async (scene) => scene.admin.patch(await guild(scene), { guestsAllowed: false }),
  disconnectGuild: async (scene) => scene.admin.delete(await guild(scene)),
  createIssue: ({ admin }) => admin.post(`${home}/issues`, { title: 'An issue' }),
  changeIssues: async ({ admin }) =>
    admin.patch(`${home}/issues`, { numbers: [Number(await issue(admin))], change: { status: 'done' } }),
  changeIssue: async ({ admin }) => admin.patch(await at(admin), { title: 'Another title' }),
  deleteIssue: async ({ admin }) => admin.delete(await at(admin)),
  restoreIssue: async ({ admin }) => {
    const one = await at(admin)
    await admin.delete(one)
    return admin.post(`${one}/restore`)
  },
  attachFile: async ({ admin }) =>
    admin.post(await at(admin, '/attachments?name=server.log'), 'All is well.'),
  deleteAttachment: async ({ admin }) => admin.delete(await attachment(admin)),
  createTemplate: ({ admin }) => admin.post(`${home}/templates`, { name: 'A template' }),
  changeTemplate: async ({ admin }) => admin.patch(await template(admin), { priority: 'high' }),
  orderTemplates: async ({ admin, here }) => {
    const ofHome = { workspace: { slug: 'home' } }
    const templates = await here.db.prisma.template.findMany({ where: ofHome, orderBy: { position: 'desc' } })
    return admin.put(`${home}/templates/order`, { ids: templates.map(({ id }) => id) })
  },
  deleteTemplate: async ({ admin }) => admin.delete(await template(admin)),
  createView: ({ admin }) => admin.post(`${home}/views`, { name: 'A view', query: 'is:open' }),
  changeView: async ({ admin }) => admin.patch(await view(admin), { name: 'Another name' }),
  deleteView: async ({ admin }) => admin.delete(await view(admin)),
  createComment: async ({ admin }) => admin.post(await at(admin, '/comments'), { body: 'A comment' }),
  changeComment: async ({ admin }) => admin.patch(await comment(admin), { body: 'Another comment' }),
  deleteComment: async ({ admin }) => admin.delete(await comment(admin)),
  vote: async ({ admin }) => admin.put(await at(admin, '/vote')),
  unvote: async ({ admin }) => {
    const one = await at(admin, '/vote')
    await admin.put(one)
    return admin.delete(one)
  },
  setSubscription: async ({ admin }) => admin.put(await at(admin, '/subscription'), { state: 'muted' }),
  removeSubscription: async ({ admin }) => admin.delete(await at(admin, '/subscription')),
  createWebhook: ({ admin }) =>
    admin.post(`${home}/webhooks`, { name: 'A webhook', url: 'https://example.com/hook' }),
  changeWebhook: async ({ admin }) => admin.patch(await webhook(admin), { name: 'Another name' }),
  deleteWebhook: async ({ admin }) => admin.delete(await webhook(admin)),
  rotateWebhookSecret: async ({ admin }) => admin.post(`${await webhook(admin)}/rotate-secret`),
  pingWebhook: async ({ admin }) => admin.post(`${await webhook(admin)}/ping`),
  redeliver: async ({ admin, here }) => {
    const one = await webhook(admin)
    const deliveryId = await made(admin.post(`${one}/ping`))
    await here.db.prisma.webhookDelivery.updateMany({ data: { status: 'failed', nextAt: null } })
    return admin.post(`${one}/deliveries/${deliveryId}/redeliver`)
  },
  startImport: ({ admin }) => admin.post(`${home}/imports?format=csv`, 'title\nFrom elsewhere'),
  cancelImport: async ({ admin }) => {
    const id = await made(admin.post(`${home}/imports?format=csv`, 'title\nFrom elsewhere'))
    return admin.post(`${home}/imports/${id}/cancel`)
  },
  createApiKey: ({ admin }) => admin.post('/api/v1/account/api-keys', apiKey),
  revokeApiKey: async ({ admin }) =>
    admin.delete(`/api/v1/account/api-keys/${await made(admin.post('/api/v1/account/api-keys', apiKey))}`),
  unlinkDiscord: async ({ other, here }) => {
    await here.db.prisma.user.update({
      where: { id: other.userId },
      data: { discordId: '100000000000000009' },
    })
    return other.api.delete('/api/v1/account/discord')
  },
  eraseAccount: ({ other }) => other.api.send('DELETE', '/api/v1/account', { confirm: 'erase my account' }),
}

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
})

test('every operation that writes says so in an event', async () => {
  const here = await world()
  const { body } = await here.anonymous.get('/api/openapi.json')
  const writing = Object.values(Document.parse(body).paths).flatMap((methods) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => (method === 'get' ? [] : [operationId])),
  )
  const known = [...Object.keys(deeds), ...readsByPost, ...elsewhere.keys()]
  expect(new Set(writing), 'a deed for every operation that writes').toEqual(new Set(known))

  const { api: admin } = await here.personWith('admin')
  const scene: Scene = { here, admin, other: await here.personWith('member', 'Other') }
  const silent: string[] = []
  for (const [name, deed] of Object.entries(deeds)) {
    const events = here.db.prisma.event
    const newest = async () => (await events.findFirst({ orderBy: { sequence: 'desc' } }))?.sequence
    let before = await newest()
    // What a deed makes first says so, too: only what the last request did counts.
    const watched = {
      ...scene,
      admin: watching(admin),
      other: { ...scene.other, api: watching(scene.other.api) },
    }
    const answer = await deed(watched)
    expect({ name, status: answer.status }).toMatchObject({
      status: expect.toSatisfy((s: number) => s < 300),
    })
    if ((await newest()) === before) silent.push(name)

    function watching(client: ApiClient): ApiClient {
      return new Proxy(client, {
        get(target, property) {
          if (property === 'send') {
            return async (...request: Parameters<ApiClient['send']>) => {
              before = await newest()
              return target.send(...request)
            }
          }
          return Reflect.get(target, property)
        },
      })
    }
  }
  expect(silent).toEqual([])
}, 120_000)
