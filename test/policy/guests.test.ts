import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { attachFile, deleteAttachment } from '#shared/attachments/operations.ts'
import { listAttachments } from '#shared/attachments/queries.ts'
import { blockPerson, unblockPerson } from '#shared/blocks/operations.ts'
import { listBlocks } from '#shared/blocks/queries.ts'
import { changeComment, createComment, deleteComment } from '#shared/comments/operations.ts'
import { listComments } from '#shared/comments/queries.ts'
import type { Actor, Context } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { getHistory, listEvents } from '#shared/events/queries.ts'
import { changeGuild, disconnectGuild } from '#shared/guilds/operations.ts'
import { getGuild, listGuilds } from '#shared/guilds/queries.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { createApiKey, listApiKeys } from '#shared/identity/api-keys.ts'
import { eraseAccount } from '#shared/identity/erasing.ts'
import { exportAccount } from '#shared/identity/export.ts'
import { unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe, getUser } from '#shared/identity/queries.ts'
import type { Scope } from '#shared/identity/schema.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { acceptInvitation, createInvitation, revokeInvitation } from '#shared/invitations/operations.ts'
import { getInvitation, listInvitations } from '#shared/invitations/queries.ts'
import { changeIssue, createIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { listDeletedIssues } from '#shared/issues/trash.ts'
import { changeLabel, createLabel, deleteLabel } from '#shared/labels/operations.ts'
import { listLabels } from '#shared/labels/queries.ts'
import { removeMember, setMemberRole } from '#shared/members/operations.ts'
import { listMembers } from '#shared/members/queries.ts'
import { may } from '#shared/policy.ts'
import { exportWorkspace } from '#shared/exports/operations.ts'
import { listImports } from '#shared/imports/queries.ts'
import { takeImport } from '#shared/imports/take.ts'
import { listClaimablePlaceholders } from '#shared/placeholders/operations.ts'
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  orderTemplates,
} from '#shared/templates/operations.ts'
import { listTemplates } from '#shared/templates/queries.ts'
import { setSubscription, vote } from '#shared/viewers/operations.ts'
import { createWebhook } from '#shared/webhooks/operations.ts'
import { listWebhooks } from '#shared/webhooks/queries.ts'
import { changeWorkspace, createWorkspace } from '#shared/workspaces/operations.ts'
import { getWorkspace, listWorkspaces } from '#shared/workspaces/queries.ts'
import { attachedIn } from '#test/attached.ts'
import { changeView, createView, deleteView } from '#shared/views/operations.ts'
import { listViews } from '#shared/views/queries.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'
import { before, cases, nameOf } from './cases.ts'
import type { Case, Deed } from './cases.ts'

/** Setting up a server is the business of Discord's own test, and who links an account is not a guest any more. */
const notHere: ReadonlySet<Deed['do']> = new Set([
  'read how the server is connected',
  'set up a server',
  'connect a server',
  'link Discord',
])

const guestCases = cases.filter(
  ({ who, deed }) => ['guest', 'barred guest'].includes(who.standing) && !notHere.has(deed.do),
)

/** The API has no guests, and not everything has a command: what a guest may do is asked of the operations as well. */
describe('behind the doors, on what a guest may', () => {
  const byTitle = Map.groupBy(guestCases, ({ title }) => title)
  test.each([...byTitle])('%s', async (_title, row) => {
    const crew = await crewOf(await world())
    const outcomes: Record<string, string> = {}
    for (const cell of row) outcomes[nameOf(cell.who)] = await crew.outcome(cell)

    expect(outcomes).toEqual(Object.fromEntries(row.map(({ who, expected }) => [nameOf(who), expected])))
  })
})

test('a guest is one in Discord only', () => {
  const guest: Actor = {
    userId: 'somebody',
    role: 'guest',
    grantedRole: null,
    blocked: false,
    door: 'discord',
    signedIn: false,
    guestsAllowed: true,
    managesGuild: false,
    scopes: null,
  }
  const elsewhere: Actor = { ...guest, door: 'mcp' }

  expect([may(guest, 'issue.read'), may(guest, 'issue.create')]).toEqual([true, true])
  expect([may(elsewhere, 'issue.read'), may(elsewhere, 'issue.create')]).toEqual([false, false])
})

test('a key is refused whatever its scopes do not cover, and what no key may do, though its owner may', () => {
  const owner: Actor = {
    userId: 'somebody',
    role: 'admin',
    grantedRole: 'admin',
    blocked: false,
    door: 'api',
    signedIn: true,
    guestsAllowed: false,
    managesGuild: false,
    scopes: null,
  }
  const withKey = (...scopes: Scope[]): Actor => ({ ...owner, scopes: new Set(scopes) })
  const actions = ['issue.read', 'issue.edit', 'label.manage', 'account.erase'] as const
  const allowed = (actor: Actor) => actions.filter((action) => may(actor, action))

  expect(allowed(owner)).toEqual(actions)
  expect(allowed(withKey())).toEqual([])
  expect(allowed(withKey('issues:read'))).toEqual(['issue.read'])
  expect(allowed(withKey('issues:write'))).toEqual(['issue.read', 'issue.edit'])
  expect(allowed(withKey('admin', 'issues:read'))).toEqual(['issue.read', 'issue.edit', 'label.manage'])
})

test('how a server is connected is told in Discord only', async () => {
  const { tracker, person } = await world()
  const { caller } = await person('Robin')
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })

  const answer = getGuild({ tracker, caller, place: null }, { guildId })

  await expect(answer).rejects.toMatchObject({ code: 'forbidden' })
})

const guildId = '1200000000000000077'
const place = { guildId }
const view = { name: 'Mine', query: 'is:open' }

/** A server that is connected to a workspace for members, and a guest in it. */
async function crewOf({ tracker, db, person }: World) {
  const founder = await person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  await createIssue(founder.in('crew'), { title: 'The original' })
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId } })
  const triager = await person('Triager')
  await setMemberRole(founder.in('crew'), { userId: triager.userId, role: 'triager' })
  const { id: templateId } = await db.prisma.template.findFirstOrThrow({ where: { workspaceId } })
  const { id: labelId } = await db.prisma.label.findFirstOrThrow({ where: { workspaceId } })
  const discordId = '100000000000000001'
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Dave', imageUrl: null })
  const guild = { id: guildId, managed: false }
  const asGuest: Context = { tracker, caller: { userId, door: 'discord', guild }, place }

  async function outcome({ who, deed, locked }: Case): Promise<string> {
    const allow = (guestsAllowed: boolean) =>
      db.prisma.guild.update({ where: { id: guildId }, data: { guestsAllowed } })
    await allow(true)
    const author = who.isAuthor ? asGuest : founder.in('crew')
    const { number } = await createIssue(author, { ...before, labels: [] })
    const { id: commentId } = await createComment(author, { number, body: 'Once.' })
    if (locked) await changeIssue(founder.in('crew'), { number, locked: true })
    if (deed.do === 'restore it') {
      await db.prisma.issue.updateMany({ where: { number }, data: { deletedAt: tracker.clock() } })
    }
    const uploaderId = author.caller.userId
    const attachmentId = await attachedIn(db, { workspaceId, issueNumber: number, uploaderId })
    await allow(who.standing !== 'barred guest')
    try {
      await attempt(deed, { number, commentId, attachmentId })
      return 'allowed'
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return error.code
    }
  }

  async function attempt(
    deed: Deed,
    { number, commentId, attachmentId }: { number: number; commentId: string; attachmentId: string },
  ): Promise<unknown> {
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
      case 'read the workspace':
        return getWorkspace(asGuest, {})
      case 'list labels':
        return listLabels(asGuest, {})
      case 'file an issue':
        return createIssue(asGuest, { title: 'Another one' })
      case 'change it':
        return changeIssue(asGuest, { number, ...deed.fields })
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
      case 'follow it':
        return setSubscription(asGuest, { number, state: 'muted' })
      case 'edit a comment':
        return changeComment(asGuest, { number, commentId, body: 'Twice.' })
      case 'delete a comment':
        return deleteComment(asGuest, { number, commentId })
      case 'hide a comment':
        return changeComment(asGuest, { number, commentId, hidden: true })
      case 'read its attachments':
        return listAttachments(asGuest, { number })
      case 'attach a file to it':
        return attachFile(
          asGuest,
          { number, name: 'server.log' },
          Readable.from([Buffer.from('All is well.')]),
        )
      case 'delete its attachment':
        return deleteAttachment(asGuest, { number, id: attachmentId })
      case 'create a label':
        return createLabel(asGuest, { name: 'mine', color: '#123456' })
      case 'change a label':
        return changeLabel(asGuest, { id: labelId, color: '#ffffff' })
      case 'delete a label':
        return deleteLabel(asGuest, { id: labelId })
      case 'list templates':
        return listTemplates(asGuest, {})
      case 'create a template':
        return createTemplate(asGuest, { name: 'Mine' })
      case 'change a template':
        return changeTemplate(asGuest, { id: templateId, priority: 'high' })
      case 'put the templates into an order':
        return orderTemplates(asGuest, { ids: [templateId] })
      case 'delete a template':
        return deleteTemplate(asGuest, { id: templateId })
      case 'list hidden issues':
        return listIssues(asGuest, { q: 'is:hidden' })
      case 'list views':
        return listViews(asGuest, {})
      case 'save a view':
        return createView(asGuest, view)
      case 'share a view':
        return createView(asGuest, { ...view, shared: true })
      case 'change a view of somebody':
        return changeView(asGuest, { ...(await sharedView()), name: 'Changed' })
      case 'delete a view of somebody':
        return deleteView(asGuest, await sharedView())
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
        return revokeInvitation(asGuest, { id: founder.userId })
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
      case 'export the workspace':
        return exportWorkspace(asGuest, {})
      case 'import issues':
        return takeImport(asGuest, { format: 'csv' }, Readable.from([Buffer.from('title\nMine\n')]))
      case 'list imports':
        return listImports(asGuest, {})
      case 'see what they can claim':
        return listClaimablePlaceholders(asGuest)
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
        return listApiKeys(outside)
      case 'download what they wrote':
        return exportAccount(outside).next()
      case 'erase the own account':
        return eraseAccount(outside, { confirm: 'erase my account' })
      default:
        throw new Error(`A guest is not asked to ${deed.do} here.`)
    }
  }

  async function sharedView(): Promise<{ viewId: string }> {
    const { id } = await createView(founder.in('crew'), { ...view, shared: true })
    return { viewId: id }
  }

  return { outcome }
}

function onlyToken({ token }: { token: string }): { token: string } {
  return { token }
}
