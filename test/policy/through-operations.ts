import { Readable } from 'node:stream'
import { attachFile, deleteAttachment } from '#shared/attachments/operations.ts'
import { listAttachments } from '#shared/attachments/queries.ts'
import { blockPerson, unblockPerson } from '#shared/blocks/operations.ts'
import { listBlocks } from '#shared/blocks/queries.ts'
import { changeComment, createComment, deleteComment } from '#shared/comments/operations.ts'
import { getComment, getCommentPermissions, listComments } from '#shared/comments/queries.ts'
import type { Context } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { getHistory, listEvents } from '#shared/events/queries.ts'
import { changeGuild, disconnectGuild } from '#shared/guilds/operations.ts'
import { listGuilds } from '#shared/guilds/queries.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '#shared/identity/api-keys.ts'
import { eraseAccount } from '#shared/identity/erasing.ts'
import { exportAccount } from '#shared/identity/export.ts'
import { unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import { acceptInvitation, createInvitation, revokeInvitation } from '#shared/invitations/operations.ts'
import { getInvitation, listInvitations } from '#shared/invitations/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { changeIssues } from '#shared/issues/bulk.ts'
import { listDeletedIssues } from '#shared/issues/trash.ts'
import { changeLabel, createLabel, deleteLabel } from '#shared/labels/operations.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { removeMember, setMemberRole } from '#shared/members/operations.ts'
import { listMembers } from '#shared/members/queries.ts'
import { getIssuePermissions, getWorkspacePermissions } from '#shared/permissions/queries.ts'
import { exportWorkspace } from '#shared/exports/operations.ts'
import { cancelImport } from '#shared/imports/operations.ts'
import { listImports } from '#shared/imports/queries.ts'
import { takeImport } from '#shared/imports/take.ts'
import { claimPlaceholder, listClaimablePlaceholders } from '#shared/placeholders/operations.ts'
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  orderTemplates,
} from '#shared/templates/operations.ts'
import { listTemplates } from '#shared/templates/queries.ts'
import { getReferences } from '#shared/references/queries.ts'
import { findSimilarIssues } from '#shared/search/similar.ts'
import { removeSubscription, setSubscription, unvote, vote } from '#shared/viewers/operations.ts'
import { getViewer } from '#shared/viewers/queries.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  pingWebhook,
  redeliver,
  rotateWebhookSecret,
} from '#shared/webhooks/operations.ts'
import { listDeliveries, listWebhooks } from '#shared/webhooks/queries.ts'
import { changeWorkspace, createWorkspace } from '#shared/workspaces/operations.ts'
import { getWorkspace, listWorkspaces } from '#shared/workspaces/queries.ts'
import { changeView, createView, deleteView } from '#shared/views/operations.ts'
import { getView, listViewIssues, listViews } from '#shared/views/queries.ts'
import type { Deed } from './deeds.ts'
import type { Person } from '#test/world.ts'

/** Who is asked about, what it is done to, and who else is there. */
export interface Scene {
  asGuest: Context
  founder: Person
  triager: Person
  number: number
  commentId: string
  attachmentId: string
  viewId: string
  labelId: string
  templateId: string
  webhookId: string
  deliveryId: string
  importId: string
  placeholderId: string
  guildId: string
}

export const view = { name: 'Mine', query: 'is:open' }

/** Does it behind the doors. */
export async function attempt(deed: Deed, there: Scene): Promise<unknown> {
  const { asGuest, founder, triager, number, commentId, attachmentId, viewId, labelId, templateId } = there
  const { webhookId, deliveryId, importId, placeholderId, guildId } = there
  const { userId } = asGuest.caller
  const outside: Context = { ...asGuest, place: null }
  switch (deed.do) {
    case 'read it':
      return getIssue(asGuest, { number })
    case 'list issues':
      return listIssues(asGuest, {})
    case 'read its history':
      return getHistory(asGuest, { number })
    case 'read what happened':
      return listEvents(asGuest, {})
    case 'read who changed members and settings':
      return orNothing(listEvents(asGuest, { type: 'workspace.created' }))
    case 'read the workspace':
      return getWorkspace(asGuest, {})
    case 'list labels':
      return listLabels(asGuest, {})
    case 'file an issue':
      return createIssue(asGuest, { title: 'Another one' })
    case 'change it':
      return changeIssue(asGuest, { number, ...deed.fields })
    case 'change it with many others':
      return onlyOne(changeIssues(asGuest, { numbers: [number], change: { status: 'inprogress' } }))
    case 'delete it':
      return deleteIssue(asGuest, { number })
    case 'restore it':
      return restoreIssue(asGuest, { number })
    case 'read what is said about it':
      return listComments(asGuest, { number })
    case 'comment on it':
      return createComment(asGuest, { number, body: 'Me too.' })
    case 'vote for it':
      return vote(asGuest, { number })
    case 'take back their vote for it':
      return unvote(asGuest, { number })
    case 'follow it':
      return setSubscription(asGuest, { number, state: 'muted' })
    case 'follow it no more':
      return removeSubscription(asGuest, { number })
    case 'edit a comment':
      return changeComment(asGuest, { number, commentId, body: 'Twice.' })
    case 'delete a comment':
      return deleteComment(asGuest, { number, commentId })
    case 'hide a comment':
      return changeComment(asGuest, { number, commentId, hidden: true })
    case 'read a comment':
      return getComment(asGuest, { number, commentId })
    case 'see what they may do with a comment':
      return getCommentPermissions(asGuest, { number, commentId })
    case 'read its attachments':
      return listAttachments(asGuest, { number })
    case 'attach a file to it':
      return attachFile(asGuest, { number, name: 'server.log' }, Readable.from([Buffer.from('All is well.')]))
    case 'delete its attachment':
      return deleteAttachment(asGuest, { number, attachmentId })
    case 'create a label':
      return createLabel(asGuest, { name: 'mine', color: '#123456' })
    case 'change a label':
      return changeLabel(asGuest, { labelId, color: '#ffffff' })
    case 'delete a label':
      return deleteLabel(asGuest, { labelId })
    case 'list templates':
      return listTemplates(asGuest, {})
    case 'create a template':
      return createTemplate(asGuest, { name: 'Mine' })
    case 'change a template':
      return changeTemplate(asGuest, { templateId, priority: 'high' })
    case 'put the templates into an order':
      return orderTemplates(asGuest, { ids: [templateId] })
    case 'delete a template':
      return deleteTemplate(asGuest, { templateId })
    case 'list hidden issues':
      return listIssues(asGuest, { q: 'is:hidden' })
    case 'list views':
      return listViews(asGuest, {})
    case 'read a view of somebody':
      return getView(asGuest, { viewId })
    case 'list what is in a view of somebody':
      return listViewIssues(asGuest, { viewId })
    case 'save a view':
      return createView(asGuest, view)
    case 'share a view':
      return createView(asGuest, { ...view, shared: true })
    case 'change a view of somebody':
      return changeView(asGuest, { viewId, name: 'Changed' })
    case 'delete a view of somebody':
      return deleteView(asGuest, { viewId })
    case 'rename the workspace':
      return changeWorkspace(asGuest, { name: 'Mine' })
    case 'close the workspace to strangers':
      return changeWorkspace(asGuest, { visibility: 'members' })
    case 'list members':
      return listMembers(asGuest, {})
    case 'make somebody a triager':
      return setMemberRole(asGuest, { userId: founder.userId, role: 'triager' })
    case 'take back the role of somebody':
      return removeMember(asGuest, { userId: founder.userId })
    case 'list what was hidden':
      return listIssues(asGuest, { hidden: 'true' })
    case 'list what was deleted':
      return listDeletedIssues(asGuest, {})
    case 'list what they deleted themselves':
      return listDeletedIssues(asGuest, { author: 'me' })
    case 'find issues that are like one':
      return findSimilarIssues(asGuest, { title: 'The original' })
    case 'see what refers to it':
      return getReferences(asGuest, { number })
    case 'see what it is to them':
      return getViewer(asGuest, { number })
    case 'see what they may do with it':
      return getIssuePermissions(asGuest, { number })
    case 'see what they may do here':
      return getWorkspacePermissions(asGuest, {})
    case 'block somebody':
      return blockPerson(asGuest, { userId: triager.userId })
    case 'block a triager':
      return blockPerson(asGuest, { userId: triager.userId })
    case 'lift a block':
      return unblockPerson(asGuest, { userId: triager.userId })
    case 'list who is blocked':
      return listBlocks(asGuest, {})
    case 'invite somebody':
      return createInvitation(asGuest, {})
    case 'list invitations':
      return listInvitations(asGuest, {})
    case 'revoke an invitation':
      return revokeInvitation(asGuest, { invitationId: founder.userId })
    case 'look at an invitation':
      return getInvitation(outside, await createInvitation(founder.in('crew'), {}).then(onlyToken))
    case 'accept an invitation':
      return acceptInvitation(outside, await createInvitation(founder.in('crew'), {}).then(onlyToken))
    case 'leave the workspace':
      return removeMember(asGuest, { userId })
    case 'list the servers':
      return listGuilds(asGuest, {})
    case 'change how the server is connected':
      return changeGuild(asGuest, { guildId, guestsAllowed: false })
    case 'disconnect the server':
      return disconnectGuild(asGuest, { guildId })
    case 'list webhooks':
      return listWebhooks(asGuest, {})
    case 'add a webhook':
      return createWebhook(asGuest, { name: 'Hook', url: 'https://example.com/hook' })
    case 'change a webhook':
      return changeWebhook(asGuest, { webhookId, name: 'Changed' })
    case 'delete a webhook':
      return deleteWebhook(asGuest, { webhookId })
    case 'rotate the secret of a webhook':
      return rotateWebhookSecret(asGuest, { webhookId })
    case 'ping a webhook':
      return pingWebhook(asGuest, { webhookId })
    case 'list what a webhook was sent':
      return listDeliveries(asGuest, { webhookId })
    case 'send a webhook something once more':
      return redeliver(asGuest, { webhookId, deliveryId })
    case 'export the workspace':
      return exportWorkspace(asGuest, {})
    case 'import issues':
      return takeImport(asGuest, { format: 'csv' }, Readable.from([Buffer.from('title\nMine\n')]))
    case 'list imports':
      return listImports(asGuest, {})
    case 'cancel an import':
      return cancelImport(asGuest, { importId })
    case 'see what they can claim':
      return listClaimablePlaceholders(asGuest, {})
    case 'claim what was imported':
      return claimPlaceholder(asGuest, { userId: placeholderId })
    case 'list workspaces':
      return listWorkspaces(outside, {})
    case 'create a workspace':
      return createWorkspace(outside, { name: 'Mine', slug: 'mine', key: 'MINE' })
    case 'read the own account':
      return getMe(outside, {})
    case 'look up a user':
      return getUser(outside, { userId: founder.userId })
    case 'unlink Discord':
      return unlinkDiscord(outside, {})
    case 'make an API key':
      return createApiKey(outside, { name: 'Robot', scopes: ['issues:read'] })
    case 'list the own API keys':
      return listApiKeys(outside, {})
    case 'revoke an own API key':
      return revokeApiKey(outside, { keyId: 'ak_of_nobody' })
    case 'download what they wrote':
      return exportAccount(outside).next()
    case 'erase the own account':
      return eraseAccount(outside, { confirm: 'erase my account' })
    default:
      throw new Error(`A guest is not asked to ${deed.do} here.`)
  }
}

function onlyToken({ token }: { token: string }): { token: string } {
  return { token }
}

/** What is answered with nothing where others see something. */
export const nothing = Symbol('nothing')

async function orNothing(read: ReturnType<typeof listEvents>): Promise<unknown> {
  const { data } = (await read).value
  return data.length === 0 ? nothing : data
}

/** What is refused for one of many is told of it alone. */
async function onlyOne(asked: ReturnType<typeof changeIssues>): Promise<unknown> {
  const [one] = (await asked).data
  if (one?.problem != null) throw new AppError(one.problem.code as 'forbidden', one.problem.detail) // or another code
  return one
}
