import type { NewInvitation } from '#shared/invitations/schema.ts'
import { BulkResults } from '#shared/issues/schema.ts'
import type { Answer } from '#test/api-client.ts'
import type { Person } from '#test/world.ts'
import type { Deed } from './deeds.ts'
import type { Hook } from './things.ts'

export const workspace = '/api/v1/workspaces/crew'
export const guildId = '1200000000000000077'
export const view = { name: 'Mine', query: 'is:open' }

/** Who does something, and what it is done to. */
export interface Scene {
  person: Person
  /** The address. */
  path: string
  /** That of a comment on it, which “who wrote it” wrote. */
  comment: string
  /** Null where the deed is about something else, as other things are empty then. */
  invitation: NewInvitation | null
  viewId: string
  /** What its author attached to it. */
  attachmentId: string
  /** The templates of the workspace. */
  templateIds: string[]
  /** A label of the workspace. */
  labelId: string
  hook: Hook | null
  importId: string
  placeholderId: string
  keyId: string
}

/** Does it through the API. */
export function attempt(deed: Deed, { person, path, ...there }: Scene, other: Person): Promise<Answer> {
  const { api } = person
  const { comment, attachmentId, templateIds, labelId, invitation, viewId, hook } = there
  const webhook = `${workspace}/webhooks/${hook?.webhookId}`
  switch (deed.do) {
    case 'read it':
      return api.get(path)
    case 'list issues':
      return api.get(`${workspace}/issues`)
    case 'read its history':
      return api.get(`${path}/history`)
    case 'read what happened':
      return api.get(`${workspace}/events`)
    case 'read who changed members and settings':
      return api.get(`${workspace}/events?type=workspace.created`)
    case 'read the workspace':
      return api.get(workspace)
    case 'list labels':
      return api.get(`${workspace}/labels`)
    case 'file an issue':
      return api.post(`${workspace}/issues`, { title: 'Another one' })
    case 'change it':
      return api.patch(path, deed.fields)
    case 'change it with many others':
      return onlyOne(
        api.patch(`${workspace}/issues`, {
          numbers: [Number(path.split('/').at(-1))],
          change: { status: 'inprogress' },
        }),
      )
    case 'delete it':
      return api.delete(path)
    case 'restore it':
      return api.post(`${path}/restore`)
    case 'read what is said about it':
      return api.get(`${path}/comments`)
    case 'comment on it':
      return api.post(`${path}/comments`, { body: 'Me too.' })
    case 'vote for it':
      return api.put(`${path}/vote`)
    case 'take back their vote for it':
      return api.delete(`${path}/vote`)
    case 'follow it':
      return api.put(`${path}/subscription`, { state: 'muted' })
    case 'follow it no more':
      return api.delete(`${path}/subscription`)
    case 'edit a comment':
      return api.patch(comment, { body: 'Twice.' })
    case 'delete a comment':
      return api.delete(comment)
    case 'hide a comment':
      return api.patch(comment, { hidden: true })
    case 'read a comment':
      return api.get(comment)
    case 'see what they may do with a comment':
      return api.get(`${comment}/permissions`)
    case 'read its attachments':
      return api.get(`${path}/attachments`)
    case 'attach a file to it':
      return api.post(`${path}/attachments?name=server.log`, 'All is well.')
    case 'delete its attachment':
      return api.delete(`${path}/attachments/${attachmentId}`)
    case 'create a label':
      return api.post(`${workspace}/labels`, { name: `label ${person.userId.slice(-8)}`, color: '#123456' })
    case 'change a label':
      return api.patch(`${workspace}/labels/${labelId}`, { color: '#ffffff' })
    case 'delete a label':
      return api.delete(`${workspace}/labels/${labelId}`)
    case 'list templates':
      return api.get(`${workspace}/templates`)
    case 'create a template':
      return api.post(`${workspace}/templates`, { name: `Template ${person.userId.slice(-8)}` })
    case 'change a template':
      return api.patch(`${workspace}/templates/${templateIds[0]}`, { priority: 'high' })
    case 'put the templates into an order':
      return api.put(`${workspace}/templates/order`, { ids: templateIds.toReversed() })
    case 'delete a template':
      return api.delete(`${workspace}/templates/${templateIds[0]}`)
    case 'list hidden issues':
      return api.get(`${workspace}/issues?q=is:hidden`)
    case 'list views':
      return api.get(`${workspace}/views`)
    case 'read a view of somebody':
      return api.get(`${workspace}/views/${viewId}`)
    case 'list what is in a view of somebody':
      return api.get(`${workspace}/views/${viewId}/issues`)
    case 'save a view':
      return api.post(`${workspace}/views`, view)
    case 'share a view':
      return api.post(`${workspace}/views`, { ...view, shared: true })
    case 'change a view of somebody':
      return api.patch(`${workspace}/views/${viewId}`, { name: 'Changed' })
    case 'delete a view of somebody':
      return api.delete(`${workspace}/views/${viewId}`)
    case 'rename the workspace':
      return api.patch(workspace, { name: `Crew of ${person.userId.slice(-8)}` })
    case 'close the workspace to strangers':
      return api.patch(workspace, { visibility: 'members' })
    case 'list members':
      return api.get(`${workspace}/members`)
    case 'make somebody a triager':
      return api.put(`${workspace}/members/${other.userId}`, { role: 'triager' })
    case 'take back the role of somebody':
      return api.delete(`${workspace}/members/${other.userId}`)
    case 'list what was hidden':
      return api.get(`${workspace}/issues?hidden=true`)
    case 'list what was deleted':
      return api.get(`${workspace}/trash`)
    case 'list what they deleted themselves':
      return api.get(`${workspace}/trash?author=me`)
    case 'find issues that are like one':
      return api.post(`${workspace}/similar-issues`, { title: 'The original' })
    case 'see what refers to it':
      return api.get(`${path}/references`)
    case 'see what it is to them':
      return api.get(`${path}/me`)
    case 'see what they may do with it':
      return api.get(`${path}/permissions`)
    case 'see what they may do here':
      return api.get(`${workspace}/permissions`)
    case 'block somebody':
    case 'block a triager':
      return api.put(`${workspace}/blocks/${other.userId}`, {})
    case 'lift a block':
      return api.delete(`${workspace}/blocks/${other.userId}`)
    case 'list who is blocked':
      return api.get(`${workspace}/blocks`)
    case 'invite somebody':
      return api.post(`${workspace}/invitations`, {})
    case 'list invitations':
      return api.get(`${workspace}/invitations`)
    case 'revoke an invitation':
      return api.delete(`${workspace}/invitations/${invitation?.id}`)
    case 'look at an invitation':
      return api.get(`/api/v1/invitations/${invitation?.token}`)
    case 'accept an invitation':
      return api.post(`/api/v1/invitations/${invitation?.token}/accept`)
    case 'leave the workspace':
      return api.delete(`${workspace}/members/${person.userId}`)
    case 'list the servers':
      return api.get(`${workspace}/guilds`)
    case 'change how the server is connected':
      return api.patch(`${workspace}/guilds/${guildId}`, { guestsAllowed: false })
    case 'disconnect the server':
      return api.delete(`${workspace}/guilds/${guildId}`)
    case 'list webhooks':
      return api.get(`${workspace}/webhooks`)
    case 'add a webhook':
      return api.post(`${workspace}/webhooks`, { name: 'Hook', url: 'https://example.com/hook' })
    case 'change a webhook':
      return api.patch(webhook, { name: 'Changed' })
    case 'delete a webhook':
      return api.delete(webhook)
    case 'rotate the secret of a webhook':
      return api.post(`${webhook}/rotate-secret`)
    case 'ping a webhook':
      return api.post(`${webhook}/ping`)
    case 'list what a webhook was sent':
      return api.get(`${webhook}/deliveries`)
    case 'send a webhook something once more':
      return api.post(`${webhook}/deliveries/${hook?.deliveryId}/redeliver`)
    case 'export the workspace':
      return api.get(`${workspace}/export`)
    case 'import issues':
      return api.send('POST', `${workspace}/imports?format=csv`, `title\nImported ${person.userId}\n`)
    case 'list imports':
      return api.get(`${workspace}/imports`)
    case 'cancel an import':
      return api.post(`${workspace}/imports/${there.importId}/cancel`)
    case 'see what they can claim':
      return api.get(`${workspace}/placeholders`)
    case 'claim what was imported':
      return api.post(`${workspace}/placeholders/${there.placeholderId}/claim`)
    case 'list workspaces':
      return api.get('/api/v1/workspaces')
    case 'create a workspace':
      return api.post('/api/v1/workspaces', {
        name: 'My own',
        slug: `w-${person.userId.slice(-8)}`,
        key: 'OWN',
      })
    case 'read the own account':
      return api.get('/api/v1/me')
    case 'look up a user':
      return api.get(`/api/v1/users/${other.userId}`)
    case 'link Discord':
      return api.post('/api/v1/account/discord')
    case 'unlink Discord':
      return api.delete('/api/v1/account/discord')
    case 'make an API key':
      return api.post('/api/v1/account/api-keys', { name: 'Robot', scopes: ['issues:read'] })
    case 'list the own API keys':
      return api.get('/api/v1/account/api-keys')
    case 'revoke an own API key':
      return api.delete(`/api/v1/account/api-keys/${there.keyId}`)
    case 'download what they wrote':
      return api.get('/api/v1/account/export')
    case 'erase the own account':
      return api.send('DELETE', '/api/v1/account', { confirm: 'erase my account' })
    default:
      throw new Error(`The API has no way to ${deed.do}.`)
  }
}

/** What is refused for one of many is told of it alone. */
async function onlyOne(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked
  if (answer.status !== 200) return answer
  const [one] = BulkResults.parse(answer.body).data
  return one?.problem == null ? answer : { ...answer, status: 403, body: one.problem }
}
