import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { rememberGuild } from '#shared/guilds/roles.ts'
import type { NewInvitation } from '#shared/invitations/schema.ts'
import { GrantedRole } from '#shared/members/schema.ts'
import { Permissions } from '#shared/permissions/schema.ts'
import { SavedView } from '#shared/views/schema.ts'
import type { Answer } from '#test/api-client.ts'
import { attachedIn } from '#test/attached.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { before, cases, nameOf } from './cases.ts'
import type { Case, Deed, Standing } from './cases.ts'

const apiStandings: ReadonlySet<Standing> = new Set(['outsider', ...GrantedRole.options])
const onlyInDiscord: ReadonlySet<Deed['do']> = new Set([
  'read how the server is connected',
  'set up a server',
  'connect a server',
])

/** Guests have no token, so the API never sees one; and servers are set up from Discord only. */
const apiCases = cases.filter(
  ({ who, deed }) => apiStandings.has(who.standing) && !onlyInDiscord.has(deed.do),
)

describe('the API, on who may', () => {
  const byTitle = Map.groupBy(apiCases, ({ title }) => title)
  test.each([...byTitle])('%s', async (_title, row) => {
    const crew = await crewOf(await world())
    const outcomes: Record<string, string> = {}
    for (const cell of row) outcomes[nameOf(cell.who)] = await crew.outcome(cell)

    expect(outcomes).toEqual(Object.fromEntries(row.map(({ who, expected }) => [nameOf(who), expected])))
  })
})

/** What a page can ask beforehand. */
const foretold: ReadonlySet<string> = new Set([
  'issue.edit',
  'issue.set-status',
  'issue.set-labels',
  'issue.set-priority',
  'issue.assign',
  'issue.lock',
  'issue.hide',
  'issue.delete',
  'issue.read-hidden',
  'issue.list-deleted',
  'issue.vote',
  'issue.subscribe',
  'comment.create',
  'attachment.add',
  'issue.create',
  'person.block',
  'label.manage',
  'template.manage',
  'workspace.change',
  'member.read',
  'member.manage',
])

const ofWorkspace: ReadonlySet<string> = new Set(['issue.create', 'issue.read-hidden', 'issue.list-deleted'])

const workspace = '/api/v1/workspaces/crew'
const guildId = '1200000000000000077'

const view = { name: 'Mine', query: 'is:open' }

interface Scene {
  person: Person
  /** The issue's address. */
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
}

/** A workspace for members, with a founder who sets the scenes, and somebody of each standing. */
async function crewOf({ person, db, clerk, tracker }: World) {
  const founder = await person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  await founder.api.post(`${workspace}/issues`, { title: 'The original' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  const other = await person('Other')
  const cast = new Map<Standing, Person>()

  async function stand({ userId }: Person, standing: Standing): Promise<void> {
    await db.prisma.membership.deleteMany({ where: { workspaceId, userId } })
    if (standing === 'outsider') return
    await db.prisma.membership.create({ data: { workspaceId, userId, role: GrantedRole.parse(standing) } })
  }

  /** Somebody of that standing, a new issue of theirs or of somebody else, and what the deed is done to. */
  async function scene({ who: { standing, isAuthor }, deed }: Case): Promise<Omit<Scene, 'viewId'>> {
    const takes = (thing: string) => deed.do.includes(thing)
    const someone = cast.get(standing) ?? (await person(standing))
    cast.set(standing, someone)
    if (isAuthor) await stand(someone, 'member')
    const author = isAuthor ? someone : founder
    const filed = await author.api.post(`${workspace}/issues`, before)
    const path = String(filed.headers.get('location'))
    const comment = takes('comment') ? await said(author, path) : ''
    await stand(someone, standing)
    await stand(other, 'member')
    const issueNumber = Number(path.split('/').at(-1))
    const uploaderId = author.userId
    return {
      person: someone,
      path,
      comment,
      attachmentId: takes('attach') ? await attachedIn(db, { workspaceId, issueNumber, uploaderId }) : '',
      templateIds: takes('template') ? await templateIds() : [],
      labelId: takes('label') ? await newLabel() : '',
      invitation: takes('invitation') ? await invited() : null,
    }
  }

  async function said({ api }: Person, path: string): Promise<string> {
    const { headers } = await api.post(`${path}/comments`, { body: 'Once.' })
    return String(headers.get('location'))
  }

  async function templateIds(): Promise<string[]> {
    const orderBy = { position: 'asc' } as const
    const templates = await db.prisma.template.findMany({ where: { workspaceId }, orderBy })
    return templates.map(({ id }) => id)
  }

  async function newLabel(): Promise<string> {
    const label = { workspaceId, id: uuidv7(), name: uuidv7(), color: '#000000' }
    return (await db.prisma.label.create({ data: label })).id
  }

  async function invited(): Promise<NewInvitation> {
    const { body } = await founder.api.post(`${workspace}/invitations`, {})
    return body as NewInvitation // the client checks
  }

  async function outcome(asked: Case): Promise<string> {
    const { who, deed, locked, needs } = asked
    const [action, ...more] = needs
    const there = await scene(asked)
    const { person: someone, path } = there
    await db.prisma.block.deleteMany()
    if (locked) await founder.api.patch(path, { locked: true })
    if (deed.do === 'block a triager') await stand(other, 'triager')
    if (deed.do === 'lift a block') await founder.api.put(`${workspace}/blocks/${other.userId}`, {})
    if (deed.do === 'unlink Discord') {
      await db.prisma.user.update({
        where: { id: someone.userId },
        data: { discordId: '100000000000000001' },
      })
    }
    if (deed.do === 'link Discord') await clerk.connectDiscord(someone.clerkId, discordAccount())
    const viewId = deed.do.endsWith('a view of somebody') ? await sharedView() : ''
    const isForetold = more.length === 0 && who.standing !== 'outsider' && foretold.has(String(action))
    const promise = isForetold ? await promised(someone, path, String(action)) : null
    if (deed.do === 'restore it') await founder.api.delete(path)
    await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId, guestsAllowed: true } })
    const earlier = await stateOf(db)

    const { status, body } = await attempt(deed, { ...there, viewId }, other)

    if (isForetold) expect(promise, 'what was told beforehand').toBe(status < 300)
    if (deed.do === 'unlink Discord') {
      await db.prisma.user.update({ where: { id: someone.userId }, data: { discordId: null } })
    }
    if (status < 300) return 'allowed'
    expect(await stateOf(db), 'a refusal changes nothing').toEqual(earlier)
    const { code, detail } = body as { code: string; detail: string } // every failure is a Problem
    if (code === 'forbidden') expect(detail).toMatch(/^Only .+ may .+\.$/)
    return code
  }

  /** Whether the page of permissions says that it is allowed. */
  async function promised({ api }: Person, path: string, action: string): Promise<boolean | undefined> {
    const isOfIssue = /^(issue|comment|attachment)\./.test(action) && !ofWorkspace.has(action)
    const { body } = await api.get(`${isOfIssue ? path : workspace}/permissions`)
    return Permissions.parse(body).data.find((permission) => permission.action === action)?.allowed
  }

  async function sharedView(): Promise<string> {
    const { body } = await founder.api.post(`${workspace}/views`, { ...view, shared: true })
    return SavedView.parse(body).id
  }

  return { outcome }
}

function attempt(
  deed: Deed,
  { person, path, comment, attachmentId, templateIds, labelId, invitation, viewId }: Scene,
  other: Person,
): Promise<Answer> {
  const { api } = person
  switch (deed.do) {
    case 'read it':
      return api.get(path)
    case 'list issues':
      return api.get(`${workspace}/issues`)
    case 'read its history':
      return api.get(`${path}/history`)
    case 'read what happened':
      return api.get(`${workspace}/events`)
    case 'read the workspace':
      return api.get(workspace)
    case 'list labels':
      return api.get(`${workspace}/labels`)
    case 'file an issue':
      return api.post(`${workspace}/issues`, { title: 'Another one' })
    case 'change it':
      return api.patch(path, deed.fields)
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
    case 'follow it':
      return api.put(`${path}/subscription`, { state: 'muted' })
    case 'edit a comment':
      return api.patch(comment, { body: 'Twice.' })
    case 'delete a comment':
      return api.delete(comment)
    case 'hide a comment':
      return api.patch(comment, { hidden: true })
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
    case 'export the workspace':
      return api.get(`${workspace}/export`)
    case 'import issues':
      return api.send('POST', `${workspace}/imports?format=csv`, `title\nImported ${person.userId}\n`)
    case 'list imports':
      return api.get(`${workspace}/imports`)
    case 'see what they can claim':
      return api.get(`${workspace}/placeholders`)
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
    case 'download what they wrote':
      return api.get('/api/v1/account/export')
    case 'erase the own account':
      return api.send('DELETE', '/api/v1/account', { confirm: 'erase my account' })
    default:
      throw new Error(`The API has no way to ${deed.do}.`)
  }
}

let accounts = 0
/** A Discord account that nobody has yet. */
function discordAccount() {
  accounts += 1
  const username = `account-${accounts}`
  const id = String(100_000_000_000_000_100n + BigInt(accounts))
  return { id, username, globalName: null, avatarUrl: '', email: `${username}@example.com` }
}
