import { expect, test } from 'vitest'
import { exportAccount } from '#shared/identity/export.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { attachedIn } from '#test/attached.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Answer } from '#test/api-client.ts'
import type { Person } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const path = '/api/v1/account/export'

function linesOf({ body }: Answer): Record<string, unknown>[] {
  const text = String(body)
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>) // lines of objects, as the route says
}

async function exportOf(person: Person) {
  const answer = await person.api.get(path)
  expect(answer.status).toBe(200)
  return linesOf(answer)
}

test('a person downloads all they wrote and did, line by line, and nothing of others', async () => {
  const here = await world()
  const [robin, sam] = [await here.personWith('member', 'Robin'), await here.personWith('admin', 'Sam')]
  await robin.api.post(`${home}/issues`, { title: 'Login loops', description: 'Line one\nline two “quoted”' })
  await sam.api.post(`${home}/issues`, { title: 'Words of Sam' })
  await robin.api.patch(`${home}/issues/1`, { status: 'todo' })
  const { id: workspaceId } = await here.db.prisma.workspace.findFirstOrThrow()
  for (const { api, name, userId } of [robin, sam]) {
    await api.post(`${home}/issues/2/comments`, { body: `A comment of ${name}` })
    await api.put(`${home}/issues/1/vote`)
    await attachedIn(here.db, { workspaceId, issueNumber: 2, uploaderId: userId })
  }

  const answer = await robin.api.get(path)

  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  expect(answer.headers.get('content-disposition')).toContain('attachment')
  const lines = linesOf(answer)
  const createdAt = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(lines.filter(({ type }) => type !== 'event')).toEqual([
    expect.objectContaining({
      type: 'profile',
      id: robin.userId,
      name: 'Robin Tester',
      account: robin.clerkId,
    }),
    { type: 'membership', workspace: 'home', role: 'member', createdAt },
    {
      type: 'issue',
      workspace: 'home',
      number: 1,
      title: 'Login loops',
      description: 'Line one\nline two “quoted”',
      status: 'todo',
      priority: 'none',
      createdAt,
      updatedAt: createdAt,
      closedAt: null,
      deletedAt: null,
    },
    expect.objectContaining({
      type: 'comment',
      workspace: 'home',
      issue: 2,
      body: 'A comment of Robin',
      editedAt: null,
    }),
    expect.objectContaining({
      type: 'attachment',
      workspace: 'home',
      issue: 2,
      name: 'server.log',
      bytes: 12,
    }),
    { type: 'vote', workspace: 'home', issue: 1, createdAt },
    { type: 'subscription', workspace: 'home', issue: 1, muted: false, createdAt },
    { type: 'subscription', workspace: 'home', issue: 2, muted: false, createdAt },
    { type: 'end' },
  ])
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'event', event: 'issue.created', workspace: 'home', issue: 1 }),
      expect.objectContaining({ type: 'event', event: 'issue.changed', set: { status: 'todo' } }),
    ]),
  )
  expect(JSON.stringify(answer.body)).not.toContain('Sam')
})

test('it spans workspaces, those that cannot be read any more and what was deleted, and many pages', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  const { prisma } = here.db
  for (const slug of ['one', 'two', 'three'])
    await sam.api.post('/api/v1/workspaces', { name: 'Of Sam', slug, key: 'SAM' })
  const workspaces = await prisma.workspace.findMany({ orderBy: { id: 'asc' } })
  const wanted: string[] = []
  for (const { id: workspaceId, slug } of workspaces) {
    const numbers = Array.from({ length: slug === 'two' ? 250 : 100 }, (_, at) => at + 1)
    const now = new Date()
    await prisma.issue.createMany({
      data: numbers.map((number) => ({
        workspaceId,
        number,
        title: `Issue ${number}`,
        description: '',
        status: 'backlog' as const,
        authorId: number % 5 === 0 ? sam.userId : robin.userId,
        createdAt: now,
        updatedAt: now,
        deletedAt: number === 1 ? now : null,
      })),
    })
    wanted.push(...numbers.filter((number) => number % 5 !== 0).map((number) => `${slug} ${number}`))
  }
  expect(await robin.api.get('/api/v1/workspaces/two/issues')).toEqual(problem('not_found'))

  const issues = (await exportOf(robin)).filter(({ type }) => type === 'issue')

  expect(issues.map(({ workspace, number }) => `${String(workspace)} ${String(number)}`)).toEqual(wanted)
  expect(issues[0]).toMatchObject({ number: 1, deletedAt: expect.any(String) })
})

test('what a guest did before they linked their account is among it', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const discord = {
    id: '100000000000000001',
    username: 'rob',
    globalName: 'Rob',
    avatarUrl: '',
    email: 'r@x.example',
  }
  const guildId = '200000000000000001'
  const { id: workspaceId } = await here.db.prisma.workspace.findFirstOrThrow()
  await here.db.prisma.guild.create({ data: { id: guildId, name: 'Guild', workspaceId } })
  const userId = await ensureDiscordUser(here.tracker, { discordId: discord.id, name: 'Rob', imageUrl: null })
  const caller = { userId, door: 'discord' as const, guild: { id: guildId, managed: false } }
  await createIssue({ tracker: here.tracker, caller, place: { guildId } }, { title: 'From a guest' })
  await here.clerk.connectDiscord(robin.clerkId, discord)
  await robin.api.post('/api/v1/account/discord')

  expect(await exportOf(robin)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'issue', title: 'From a guest' }),
      expect.objectContaining({ type: 'event', event: 'issue.created', door: 'discord' }),
    ]),
  )
})

test('a second download at once is refused; one that was left early, or ended, is none', async () => {
  const here = await world()
  const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
  const context = { ...robin.home, place: null }
  const first = exportAccount(context)
  await first.next()

  const second = await robin.api.get(path)
  expect(second).toEqual(problem('too_many', /under way/))
  expect(second.headers.get('retry-after')).toBe('10')
  expect(await sam.api.get(path), 'of another person').toMatchObject({ status: 200 })
  await first.return()
  expect(await robin.api.get(path)).toMatchObject({ status: 200 })
  expect(await robin.api.get(path)).toMatchObject({ status: 200 })
})

test('it breaks off, without its last line, when the account is closed meanwhile', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const lines = exportAccount({ ...robin.home, place: null })
  await lines.next()
  await robin.api.send('DELETE', '/api/v1/account', { confirm: 'erase my account' })

  await expect(lines.next()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('it needs somebody who is signed in, or a key with the scope admin', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const withKey = async (scope: string) => {
    const key = await here.clerk.addApiKey({ subject: robin.clerkId, scopes: [scope] })
    return here.anonymous.get(path, { authorization: `Bearer ${key}` })
  }

  expect(await here.anonymous.get(path)).toEqual(problem('unauthenticated'))
  expect(await withKey('issues:write')).toEqual(problem('forbidden', /scope “admin”/))
  expect(await withKey('admin')).toMatchObject({ status: 200 })
})
