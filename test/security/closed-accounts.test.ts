import { expect, test } from 'vitest'
import { botWorld } from '#test/bot/setup.ts'
import { senderOf, userData } from '#test/clerk-sender.ts'

test('whom Clerk has banned is refused in Discord at once, and let in when the ban is lifted', async () => {
  const here = await botWorld()
  await here.connect()
  const userId = await here.link(here.bob)
  const { clerkId } = await here.db.prisma.user.findUniqueOrThrow({ where: { id: userId } })
  const tell = senderOf(here)
  const at = Date.now() + 600_000

  await tell('user.updated', userData(String(clerkId), { banned: true, updated_at: at }))
  expect((await here.bob.uses('issue list')).text).toMatch(/closed/)

  await tell('user.updated', userData(String(clerkId), { updated_at: at + 1 }))
  expect((await here.bob.uses('issue list')).text).not.toMatch(/closed/)
})

test('whom Clerk has deleted is a guest in Discord from then on, with nothing of before', async () => {
  const here = await botWorld()
  await here.connect()
  const userId = await here.link(here.bob)
  const { clerkId } = await here.db.prisma.user.findUniqueOrThrow({ where: { id: userId } })

  await senderOf(here)('user.deleted', { object: 'user', id: clerkId, deleted: true })
  await here.bob.uses('whoami')

  const bob = await here.db.prisma.user.findUniqueOrThrow({ where: { discordId: here.bob.id } })
  expect(bob).toMatchObject({ clerkId: null, deletedAt: null })
  expect(bob.id).not.toBe(userId)
})
