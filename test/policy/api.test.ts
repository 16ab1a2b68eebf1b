import { describe, expect, test } from 'vitest'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { GrantedRole } from '#shared/members/schema.ts'
import { Permissions } from '#shared/permissions/schema.ts'
import { SavedView } from '#shared/views/schema.ts'
import type { Answer } from '#test/api-client.ts'
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
  'issue.delete',
  'issue.create',
  'label.manage',
  'workspace.change',
  'member.read',
  'member.manage',
])

const workspace = '/api/v1/workspaces/crew'
const guildId = '1200000000000000077'

const view = { name: 'Mine', query: 'is:open' }

interface Scene {
  person: Person
  /** The issue's address. */
  path: string
}

/** A workspace for members, with a founder who sets the scenes, and somebody of each standing. */
async function crewOf({ person, db, clerk, tracker }: World) {
  const founder = await person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  const other = await person('Other')
  const cast = new Map<Standing, Person>()

  async function stand({ userId }: Person, standing: Standing): Promise<void> {
    await db.prisma.membership.deleteMany({ where: { workspaceId, userId } })
    if (standing === 'outsider') return
    await db.prisma.membership.create({ data: { workspaceId, userId, role: GrantedRole.parse(standing) } })
  }

  /** Somebody of that standing, and a new issue of theirs or of somebody else. */
  async function scene({ standing, isAuthor }: Case['who']): Promise<Scene> {
    const someone = cast.get(standing) ?? (await person(standing))
    cast.set(standing, someone)
    if (isAuthor) await stand(someone, 'member')
    const { headers } = await (isAuthor ? someone : founder).api.post(`${workspace}/issues`, before)
    await stand(someone, standing)
    await stand(other, 'member')
    return { person: someone, path: String(headers.get('location')) }
  }

  async function outcome({ who, deed, needs: [action, ...more] }: Case): Promise<string> {
    const { person: someone, path } = await scene(who)
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

    const { status, body } = await attempt(deed, { person: someone, path, viewId }, other)

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
    const isOfIssue = action.startsWith('issue.') && action !== 'issue.create'
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
  { person, path, viewId }: Scene & { viewId: string },
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
    case 'create a label':
      return api.post(`${workspace}/labels`, { name: `label ${person.userId.slice(-8)}`, color: '#123456' })
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
