import { describe, expect, test } from 'vitest'
import { createComment } from '#shared/comments/operations.ts'
import type { Actor, Context } from '#shared/context.ts'
import { AppError } from '#shared/errors.ts'
import { getGuild } from '#shared/guilds/queries.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import type { Scope } from '#shared/identity/schema.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import { setMemberRole } from '#shared/members/operations.ts'
import { may } from '#shared/policy.ts'
import { setSubscription, vote } from '#shared/viewers/operations.ts'
import { attachedIn } from '#test/attached.ts'
import { createView } from '#shared/views/operations.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'
import { cases, nameOf } from './cases.ts'
import type { Case } from './cases.ts'
import { before } from './deeds.ts'
import type { Deed } from './deeds.ts'
import { importIn, listFounding, placeholderIn, webhookIn } from './things.ts'
import { attempt, nothing, view } from './through-operations.ts'

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
  await listFounding(db, workspaceId)
  const ofFounder = { workspaceId, userId: founder.userId }
  const { webhookId, deliveryId } = await webhookIn(db, ofFounder)
  const importId = await importIn(db, ofFounder)
  const discordId = '100000000000000001'
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Dave', imageUrl: null })
  const guild = { id: guildId, managed: false }
  const placeholderId = await placeholderIn(db, { workspaceId, identity: `discord:${discordId}` })
  const asGuest: Context = { tracker, caller: { userId, door: 'discord', guild }, place }
  const always = {
    asGuest,
    founder,
    triager,
    labelId,
    templateId,
    webhookId,
    deliveryId,
    importId,
    placeholderId,
    guildId,
  }

  async function outcome({ who, deed, locked }: Case): Promise<string> {
    const allow = (guestsAllowed: boolean) =>
      db.prisma.guild.update({ where: { id: guildId }, data: { guestsAllowed } })
    await allow(true)
    const author = who.isAuthor ? asGuest : founder.in('crew')
    const { number } = await createIssue(author, { ...before, labels: [] })
    const { id: commentId } = await createComment(author, { number, body: 'Once.' })
    if (locked) await changeIssue(founder.in('crew'), { number, locked: true })
    const { id: viewId } = await createView(author, { ...view, shared: !who.isAuthor })
    if (deed.do === 'take back their vote for it') await vote(asGuest, { number })
    if (deed.do === 'follow it no more') await setSubscription(asGuest, { number, state: 'following' })
    if (deed.do === 'restore it') {
      await db.prisma.issue.updateMany({ where: { number }, data: { deletedAt: tracker.clock() } })
    }
    const uploaderId = author.caller.userId
    const attachmentId = await attachedIn(db, { workspaceId, issueNumber: number, uploaderId })
    await allow(who.standing !== 'barred guest')
    try {
      const answer = await attempt(deed, { ...always, number, commentId, attachmentId, viewId })
      return answer === nothing ? 'nothing' : 'allowed'
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return error.code
    }
  }

  return { outcome }
}
