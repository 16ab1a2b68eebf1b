import { describe, expect, test } from 'vitest'
import { createIssue } from '#shared/issues/operations.ts'
import type { GrantedRole } from '#shared/members/schema.ts'
import { botWorld } from '#test/bot/setup.ts'
import type { BotWorld, Chatter, Seen } from '#test/bot/setup.ts'
import { cases, nameOf } from './cases.ts'
import type { Case } from './cases.ts'
import { before } from './deeds.ts'
import type { Deed } from './deeds.ts'
import type { Standing } from './row.ts'

const hasCommand: ReadonlySet<string> = new Set(['title', 'description', 'status', 'labels'])

/** What has a command, and the fields that a form or a command changes alone; linking is vouched for by Clerk. */
function isCommand(deed: Deed): boolean {
  switch (deed.do) {
    case 'read it':
    case 'list issues':
    case 'file an issue':
    case 'delete it':
    case 'restore it':
    case 'read how the server is connected':
    case 'change how the server is connected':
    case 'disconnect the server':
    case 'set up a server':
    case 'connect a server':
    case 'read the own account':
    case 'unlink Discord':
      return true
    case 'change it':
      return Object.keys(deed.fields).length === 1 && hasCommand.has(Object.keys(deed.fields)[0] ?? '')
    default:
      return false
  }
}

/** Whoever is in the server can see what it is connected to: Discord has no outsiders. */
const discordCases = cases.filter(({ who, deed }) => who.standing !== 'outsider' && isCommand(deed))

describe('Discord, on who may', () => {
  const byTitle = Map.groupBy(discordCases, ({ title }) => title)
  test.each([...byTitle])('%s', async (_title, row) => {
    const crew = await crewOf(await botWorld())
    const outcomes: Record<string, string> = {}
    for (const cell of row) outcomes[nameOf(cell.who)] = await crew.outcome(cell)

    expect(outcomes).toEqual(Object.fromEntries(row.map(({ who, expected }) => [nameOf(who), expected])))
  })
})

test('no tick of a command is left to one kind of person', () => {
  const columns = new Set(discordCases.map(({ who }) => nameOf(who)))
  expect([...columns].sort()).toEqual([
    'admin',
    'admin who was granted less',
    'admin who wrote it',
    'barred guest',
    'barred guest who wrote it',
    'granted admin',
    'granted admin with Manage Server',
    'guest',
    'guest who wrote it',
    'guest with Manage Server',
    'member',
    'member who wrote it',
    'triager',
    'triager who wrote it',
  ])
})

/**
 * A server that Ada set up, with somebody of each standing: what they are comes from Discord, not from a grant. All of
 * them are in another server too, which is connected to nothing, and where Eve alone has Manage Server.
 */
async function crewOf(here: BotWorld) {
  const { ada, bob, carol, dave, eve, discord, guildId, db, tracker } = here
  await here.connect()
  discord.addMember('Workshop', 'eve', ['managers'])
  discord.addRole('Elsewhere', { name: 'managers', permissions: ['ManageGuild'] })
  for (const { name } of [ada, bob, carol]) discord.addMember('Elsewhere', name)
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  const elsewhere = discord.findGuild('Elsewhere').id
  for (const linked of [ada, bob, carol, eve]) await here.link(linked)
  await Promise.all([ada, bob, carol, dave, eve].map((person) => person.uses('whoami', {}, here.inGeneral)))
  const cast: Partial<Record<Standing, Chatter>> = {
    guest: dave,
    'barred guest': dave,
    member: carol,
    triager: bob,
    admin: eve,
    'guest with Manage Server': dave,
    'granted admin': ada,
    'granted admin with Manage Server': ada,
    'admin who was granted less': eve,
  }

  async function userIdOf({ id }: Chatter): Promise<string> {
    const user = await db.prisma.user.findUniqueOrThrow({ where: { discordId: id }, select: { id: true } })
    return user.id
  }

  /** A new issue, written by that person or by Ada. */
  async function issueOf(author: Chatter): Promise<number> {
    const caller = {
      userId: await userIdOf(author),
      door: 'discord' as const,
      guild: { id: guildId, managed: false },
    }
    const filed = await createIssue({ tracker, caller, place: { guildId } }, { ...before, labels: [] })
    return filed.number
  }

  async function outcome({ who, deed, locked, expected }: Case): Promise<string> {
    const person = cast[who.standing]
    if (person === undefined) throw new Error(`Nobody here is ${who.standing}.`)
    // Whoever fills in for a scene files more in an hour than a guest may.
    await db.prisma.issue.updateMany({ data: { createdAt: new Date(0) } })
    await db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId, guestsAllowed: true } })
    const number = await issueOf(who.isAuthor ? person : ada)
    await db.prisma.issue.updateMany({ where: { number }, data: { locked } })
    if (deed.do === 'restore it') await removed(number)
    await db.prisma.issue.updateMany({ data: { createdAt: new Date(0) } })
    await db.prisma.guild.update({
      where: { id: guildId },
      data: { guestsAllowed: who.standing !== 'barred guest' },
    })
    await db.prisma.guild.updateMany({ where: { id: elsewhere }, data: { workspaceId: null } })
    if (person === eve) await grantEve(who.standing === 'admin who was granted less' ? 'triager' : null)
    else {
      const manages = who.standing.endsWith('with Manage Server')
      discord.setMemberRoles('Elsewhere', person.name, manages ? ['managers'] : [])
    }
    const events = await db.prisma.event.count()

    const seen = await attempt(deed, person, number)

    const happened = (await db.prisma.event.count()) - events
    const unseen = seen.text === 'There is no such workspace, or you cannot see it.'
    const refused = unseen || /^Only .+ may .+\.|does not let guests|is signed in may/.test(seen.text)
    if (refused) expect(happened, 'a refusal changes nothing').toBe(0)
    if (!refused && !reads.has(deed.do))
      expect(happened, `what is ${expected} has happened: ${seen.text}`).toBe(1)
    if (unseen) return 'not_found'
    return refused ? 'forbidden' : 'allowed'
  }

  /** What an admin gave Eve, besides what she is by Manage Server. */
  async function grantEve(role: GrantedRole | null): Promise<void> {
    const userId = await userIdOf(eve)
    await db.prisma.membership.deleteMany({ where: { workspaceId, userId } })
    if (role !== null) await db.prisma.membership.create({ data: { workspaceId, userId, role } })
  }

  async function removed(number: number): Promise<void> {
    await db.prisma.issue.updateMany({ where: { number }, data: { deletedAt: tracker.clock() } })
  }

  async function attempt(deed: Deed, person: Chatter, number: number): Promise<Seen> {
    const issue = { number: String(number) }
    const where = here.inGeneral
    switch (deed.do) {
      case 'read it': {
        const seen = await person.uses('issue view', issue, where)
        expect(seen.text).toContain(`MOON-${number}`)
        return seen
      }
      case 'list issues': {
        const seen = await person.uses('issue list', {}, where)
        expect(seen.text).toContain(`MOON-${number}`)
        return seen
      }
      case 'file an issue':
        return person.uses('issue create', { title: 'Another one' }, where)
      case 'delete it': {
        const asked = await person.uses('issue delete', issue, where)
        return asked.buttons.includes('Delete') ? person.presses(asked, 'Delete') : asked
      }
      case 'restore it':
        return person.uses('issue restore', issue, where)
      case 'read how the server is connected': {
        const seen = await person.uses('setup show', {}, where)
        expect(seen.text).toContain('connected to **Moon Base**')
        return seen
      }
      case 'set up a server': {
        const address = `another-${number}`
        return person.uses('setup create', { name: 'Another', address, key: 'MORE' }, here.inLobby)
      }
      case 'connect a server':
        return person.uses('setup connect', { workspace: 'moon-base' }, here.inLobby)
      case 'read the own account': {
        const seen = await person.uses('whoami', {}, where)
        expect(seen.text).toContain('You are **')
        return seen
      }
      case 'change how the server is connected': {
        const { guestsAllowed } = await db.prisma.guild.findUniqueOrThrow({ where: { id: guildId } })
        return person.uses('setup guests', { allowed: !guestsAllowed }, where)
      }
      case 'disconnect the server': {
        const asked = await person.uses('setup disconnect', {}, where)
        return asked.buttons.includes('Disconnect') ? person.presses(asked, 'Disconnect') : asked
      }
      case 'unlink Discord':
        return person.uses('unlink', {}, where)
      case 'change it': {
        const { status, labels, title, description } = deed.fields
        if (status !== undefined) return person.uses('issue status', { ...issue, status }, where)
        const form = await person.uses('issue edit', issue, where)
        if (form.answer.kind !== 'modal') return form
        if (labels !== undefined) return person.fills(form, { labels })
        const words = title === undefined ? { description: description ?? '' } : { title }
        const offered = JSON.stringify(form.answer.modal).includes(`"custom_id":"${Object.keys(words)[0]}"`)
        if (offered) return person.fills(form, words)
        // A hostile app sends the fields that its form does not have.
        return person.forgesForm(form.answer.modal.custom_id, words, where)
      }
      default:
        throw new Error(`Discord has no command to ${deed.do}.`)
    }
  }

  return { outcome }
}

const reads: ReadonlySet<Deed['do']> = new Set([
  'read it',
  'list issues',
  'read how the server is connected',
  'read the own account',
])
