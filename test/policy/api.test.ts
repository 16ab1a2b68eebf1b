import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { rememberGuild } from '#shared/guilds/roles.ts'
import type { NewInvitation } from '#shared/invitations/schema.ts'
import type { EventPage } from '#shared/events/schema.ts'
import { CreatedApiKey } from '#shared/identity/schema.ts'
import { GrantedRole } from '#shared/members/schema.ts'
import { Permissions } from '#shared/permissions/schema.ts'
import { SavedView } from '#shared/views/schema.ts'
import { attachedIn } from '#test/attached.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { cases, nameOf } from './cases.ts'
import type { Case } from './cases.ts'
import { before } from './deeds.ts'
import type { Deed } from './deeds.ts'
import type { Standing } from './row.ts'
import { importIn, listFounding, placeholderIn, webhookIn } from './things.ts'
import { attempt, guildId, view, workspace } from './through-api.ts'
import type { Scene } from './through-api.ts'

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

/** A workspace for members, with a founder who sets the scenes, and somebody of each standing. */
async function crewOf({ person, db, clerk, tracker }: World) {
  const founder = await person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  await founder.api.post(`${workspace}/issues`, { title: 'The original' })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  await listFounding(db, workspaceId)
  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  const other = await person('Other')
  const cast = new Map<Standing, Person>()

  async function stand({ userId }: Person, standing: Standing): Promise<void> {
    await db.prisma.membership.deleteMany({ where: { workspaceId, userId } })
    if (standing === 'outsider') return
    await db.prisma.membership.create({ data: { workspaceId, userId, role: GrantedRole.parse(standing) } })
  }

  /** Somebody of that standing, a new issue of theirs or of somebody else, and what the deed is done to. */
  async function scene({ who: { standing, isAuthor }, deed }: Case): Promise<Scene> {
    const takes = (thing: string) => deed.do.includes(thing)
    const someone = cast.get(standing) ?? (await person(standing))
    cast.set(standing, someone)
    if (isAuthor) await stand(someone, 'member')
    const author = isAuthor ? someone : founder
    const filed = await author.api.post(`${workspace}/issues`, before)
    const path = String(filed.headers.get('location'))
    const viewId = takes('view of somebody') ? await viewOf(author) : ''
    const comment = takes('comment') ? await said(author, path) : ''
    if (deed.do === 'take back their vote for it' || deed.do === 'follow it no more') {
      await stand(someone, 'member')
      await someone.api.put(`${path}/vote`)
      await someone.api.put(`${path}/subscription`, { state: 'following' })
    }
    await stand(someone, standing)
    await stand(other, 'member')
    const issueNumber = Number(path.split('/').at(-1))
    const uploaderId = author.userId
    return {
      person: someone,
      path,
      comment,
      viewId,
      attachmentId: takes('attach') ? await attachedIn(db, { workspaceId, issueNumber, uploaderId }) : '',
      templateIds: takes('template') ? await templateIds() : [],
      labelId: takes('label') ? await newLabel() : '',
      invitation: takes('invitation') ? await invited() : null,
      hook: takes('a webhook') ? await webhookIn(db, { workspaceId, userId: founder.userId }) : null,
      importId: takes('an import') ? await importIn(db, { workspaceId, userId: founder.userId }) : '',
      placeholderId: takes('claim what') ? await placeholderOf(someone) : '',
      keyId: takes('API key') ? await keyOf(someone) : '',
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

  function placeholderOf({ clerkId }: Person): Promise<string> {
    return placeholderIn(db, { workspaceId, identity: `clerk:${clerkId}` })
  }

  async function keyOf({ api }: Person): Promise<string> {
    const { body } = await api.post('/api/v1/account/api-keys', { name: 'Old', scopes: ['issues:read'] })
    return CreatedApiKey.parse(body).id
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
    const isForetold = more.length === 0 && who.standing !== 'outsider' && foretold.has(String(action))
    const promise = isForetold ? await promised(someone, path, String(action)) : null
    if (deed.do === 'restore it') await founder.api.delete(path)
    await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId, guestsAllowed: true } })
    const earlier = await stateOf(db)

    const { status, body } = await attempt(deed, there, other)

    if (isForetold) expect(promise, 'what was told beforehand').toBe(status < 300)
    if (deed.do === 'unlink Discord') {
      await db.prisma.user.update({ where: { id: someone.userId }, data: { discordId: null } })
    }
    if (status < 300) return deed.do === audit && isEmpty(body) ? 'nothing' : 'allowed'
    expect(await stateOf(db), 'a refusal changes nothing').toEqual(earlier)
    const { code, detail } = body as { code: string; detail: string } // every failure is a Problem
    if (code === 'not_found') expect(detail).toBe('There is no such workspace, or you cannot see it.')
    if (code === 'forbidden') expect(detail).toMatch(/^Only .+ may .+\.$/)
    return code
  }

  /** Whether the page of permissions says that it is allowed. */
  async function promised({ api }: Person, path: string, action: string): Promise<boolean | undefined> {
    const isOfIssue = /^(issue|comment|attachment)\./.test(action) && !ofWorkspace.has(action)
    const { body } = await api.get(`${isOfIssue ? path : workspace}/permissions`)
    return Permissions.parse(body).data.find((permission) => permission.action === action)?.allowed
  }

  async function viewOf(owner: Person): Promise<string> {
    const shared = owner === founder
    const { body } = await owner.api.post(`${workspace}/views`, { ...view, shared })
    return SavedView.parse(body).id
  }

  return { outcome }
}

const audit: Deed['do'] = 'read who changed members and settings'

function isEmpty(page: unknown): boolean {
  return (page as z.infer<typeof EventPage>).data.length === 0 // the client checks
}

let accounts = 0
/** A Discord account that nobody has yet. */
function discordAccount() {
  accounts += 1
  const username = `account-${accounts}`
  const id = String(100_000_000_000_000_100n + BigInt(accounts))
  return { id, username, globalName: null, avatarUrl: '', email: `${username}@example.com` }
}
