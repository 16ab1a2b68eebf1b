import { field } from './ask.ts'
import { list, pages, view, webhook, workspace } from './tour-steps.ts'
import type { Go, Tourist } from './tour-steps.ts'

/** Settings, people, and what a workspace tells others. */
export async function manage(go: Go, { someone, personId, guildId }: Tourist): Promise<void> {
  const slug = `tour-${Date.now().toString(36)}`
  await go('POST /workspaces', { body: { name: 'Tour', slug, key: 'TOUR' } })
  await go(`PATCH ${workspace}`, { body: { name: 'Home' } })
  await manageLabels(go, slug)
  await go(`PUT ${workspace}/members/{userId}`, { given: [personId], body: { role: 'member' } })
  await go(`DELETE ${workspace}/members/{userId}`, { given: [personId] })
  await go(`PUT ${workspace}/blocks/{userId}`, { given: [personId], body: { reason: 'On tour' } })
  await go(`DELETE ${workspace}/blocks/{userId}`, { given: [personId] })
  const invitation = await go(`POST ${workspace}/invitations`, { body: {} })
  const token = field(invitation, 'token')
  await go('GET /invitations/{token}', { given: [token] })
  await go('POST /invitations/{token}/accept', { given: [token], as: someone })
  await go(`DELETE ${workspace}/invitations/{invitationId}`, {
    given: [field(invitation, 'id')],
    refused: true,
  })

  const query = 'is:open sort:votes'
  const viewId = field(
    await go(`POST ${workspace}/views`, { body: { name: slug, query, shared: true } }),
    'id',
  )
  await go(`GET ${view}`, { given: [viewId] })
  await pages(go, `GET ${view}/issues`, 'limit=10', { given: [viewId] })
  await go(`PATCH ${view}`, { given: [viewId], body: { layout: 'board', groupBy: 'status' } })
  await go(`DELETE ${view}`, { given: [viewId] })

  // A name that never becomes an address: nothing is sent to anybody.
  const url = 'https://receiver.invalid/'
  const webhookId = field(await go(`POST ${workspace}/webhooks`, { body: { name: slug, url } }), 'id')
  await go(`POST ${list}`, { body: { title: 'Told to a webhook' } })
  await go(`PATCH ${webhook}`, { given: [webhookId], body: { types: ['issue.created'] } })
  await go(`POST ${webhook}/rotate-secret`, { given: [webhookId] })
  const delivery = field(await go(`POST ${webhook}/ping`, { given: [webhookId] }), 'id')
  await pages(go, `GET ${webhook}/deliveries`, 'limit=1', { given: [webhookId] })
  // It is on its way, and stays so.
  await go(`POST ${webhook}/deliveries/{deliveryId}/redeliver`, {
    given: [webhookId, delivery],
    refused: true,
  })
  await go(`DELETE ${webhook}`, { given: [webhookId] })
  await go(`PATCH ${workspace}/guilds/{guildId}`, { given: [guildId], body: { guestsAllowed: true } })
}

async function manageLabels(go: Go, name: string): Promise<void> {
  const labelId = field(await go(`POST ${workspace}/labels`, { body: { name, color: '#0e8a16' } }), 'id')
  await go(`PATCH ${workspace}/labels/{labelId}`, { given: [labelId], body: { name: `${name}-2` } })
  const templates = `${workspace}/templates`
  const templateId = field(await go(`POST ${templates}`, { body: { name, labels: [`${name}-2`] } }), 'id')
  const template = { template: templateId, title: 'By a template', answers: {} }
  await go(`POST ${list}`, { body: template, refused: true })
  // A workspace begins with some of its own, which this does not name.
  await go(`PUT ${templates}/order`, { body: { ids: [templateId] }, refused: true })
  await go(`PATCH ${templates}/{templateId}`, { given: [templateId], body: { description: 'On tour' } })
  await go(`DELETE ${templates}/{templateId}`, { given: [templateId] })
  await go(`DELETE ${workspace}/labels/{labelId}`, { given: [labelId] })
}

/** Brings in an issue, in the format of GitHub. */
export async function transfer(go: Go, { personId }: Tourist): Promise<void> {
  const time = '2026-01-01T00:00:00Z'
  const user = { id: 4_000, login: 'octo' }
  const file = [
    {
      url: 'https://api.github.com/repos/octo/tour/issues/1',
      number: 1,
      title: 'Brought along',
      body: 'From elsewhere.',
      user,
      labels: [],
      state: 'open',
      created_at: time,
      updated_at: time,
      comments: 0,
    },
  ]
  const imports = `${workspace}/imports`
  const id = field(await go(`POST ${imports}`, { query: '?format=github', body: file }), 'id')
  await pages(go, `GET ${imports}`, 'limit=1')
  for (const path of ['', '/notes']) await go(`GET ${imports}/{importId}${path}`, { given: [id] })
  await go(`POST ${imports}/{importId}/cancel`, { given: [id], refused: true })
  await go(`GET ${workspace}/placeholders`)
  await go(`POST ${workspace}/placeholders/{userId}/claim`, { given: [personId], refused: true })
}

/** What somebody does with their account, and the end of one. */
export async function endAccount(go: Go, { guildId, leaving }: Tourist): Promise<void> {
  const key = { name: 'Tour', scopes: ['issues:read'] }
  await go('GET /account/api-keys')
  const made = await go('POST /account/api-keys', { body: key })
  await go('DELETE /account/api-keys/{keyId}', { given: [field(made, 'id')] })
  // Nobody here has an account of Discord at Clerk.
  await go('POST /account/discord', { refused: true })
  await go('DELETE /account/discord', { refused: true })
  await go(`DELETE ${workspace}/guilds/{guildId}`, { given: [guildId] })
  await go('DELETE /account', { body: { confirm: 'erase my account' }, as: leaving })
}
