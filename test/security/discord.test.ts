import { expect, test } from 'vitest'
import { setMemberRole } from '#shared/members/operations.ts'
import { botWorld } from '#test/bot/setup.ts'

test('Manage Server written into one channel is not Manage Server', async () => {
  const { carol, discord, inRandom, db } = await botWorld()
  discord.setChannelOverwrites('Workshop', 'random', [{ user: 'carol', allow: ['ManageGuild'] }])

  const answer = await carol.uses(
    'setup create',
    { name: 'Carols', address: 'carols', key: 'CAROL' },
    inRandom,
  )

  expect(answer.text).toBe('Only someone with the Manage Server permission may set up this server.')
  expect(await db.prisma.workspace.count({ where: { slug: 'carols' } })).toBe(0)
})

test('a role taken away in Discord counts from the next interaction on, at every door', async () => {
  const { carol, discord, connect, link, person, db, tracker } = await botWorld()
  await connect()
  discord.setMemberRoles('Workshop', 'carol', ['managers'])
  const userId = await link(carol)
  await carol.uses('whoami')

  const caller = { userId, door: 'api' as const, guild: null }
  const ctx = { tracker, caller, place: { slug: 'moon-base' } }
  const kim = await person('Kim')
  await setMemberRole(ctx, { userId: kim.userId, role: 'member' })

  discord.setMemberRoles('Workshop', 'carol', [])
  await carol.uses('whoami')

  await expect(setMemberRole(ctx, { userId: kim.userId, role: 'admin' })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(await db.prisma.membership.count({ where: { userId, role: 'admin' } })).toBe(0)
})

test('choosing everybody as a triage role makes nobody a triager', async () => {
  const { ada, carol, dave, connect, link, guildId } = await botWorld()
  await connect()
  await ada.chooses(await ada.uses('setup triagers'), [guildId])
  await link(carol)
  await dave.uses('issue create', { title: 'Login loops' })

  expect((await carol.uses('issue close', { number: '1' })).text).toBe(
    'Only its author, a triager, or an admin may change its status.',
  )
})

test('a guest of one server is nobody in another, and leaves no issue there', async () => {
  const { carol, dave, eve, connect, inLobby, db } = await botWorld()
  await connect()
  await eve.uses('setup create', { name: 'Eve and Co', address: 'eve-co', key: 'EVE' }, inLobby)
  await dave.uses('issue create', { title: 'In the workshop' })
  await dave.uses('issue create', { title: 'In the lobby' }, inLobby)

  expect((await dave.uses('issue list', { mine: true }, inLobby)).text).not.toContain('In the workshop')
  expect((await dave.uses('issue delete', { number: '1' }, inLobby)).text).toContain('In the lobby')
  await expect(carol.uses('issue view', { number: '1' }, inLobby)).rejects.toThrow()
  expect(await db.prisma.issue.count()).toBe(2)
})

test('unlinked, a person is a new guest, who has no right to what the account wrote', async () => {
  const { carol, connect, link, db } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'As a guest' })
  const userId = await link(carol)
  await carol.uses('unlink')

  const answer = await carol.uses('issue delete', { number: '1' })
  await carol.uses('issue create', { title: 'As a new guest' })

  expect(answer.text).toBe('Only its author or an admin may delete it.')
  const authors = await db.prisma.issue.findMany({ orderBy: { number: 'asc' }, select: { authorId: true } })
  expect(authors[0]?.authorId).toBe(userId)
  expect(authors[1]?.authorId).not.toBe(userId)
})

test('somebody banned at Clerk is refused in Discord, and cannot slip out by unlinking', async () => {
  const { carol, connect, link, clerk, db, advance } = await botWorld()
  await connect()
  const userId = await link(carol)
  const { clerkId } = await db.prisma.user.findUniqueOrThrow({ where: { id: userId } })
  await clerk.banUser(clerkId ?? '')
  advance(5 * 60_000 + 1000)

  for (const command of ['issue list', 'unlink', 'link', 'whoami'])
    expect((await carol.uses(command)).text, command).toContain('This account has been closed.')
  expect((await carol.uses('issue create', { title: 'Banned' })).text).toContain('has been closed')
})
