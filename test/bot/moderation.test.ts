import { expect, test } from 'vitest'
import { blockPerson, unblockPerson } from '#shared/blocks/operations.ts'
import type { Context } from '#shared/context.ts'
import { changeIssue } from '#shared/issues/operations.ts'
import { botWorld } from './setup.ts'
import type { BotWorld } from './setup.ts'

/** Ada, the admin, as she comes through another door. */
async function adaElsewhere({ db, tracker }: BotWorld): Promise<Context> {
  const { id: userId } = await db.prisma.user.findFirstOrThrow({ where: { name: 'Ada' } })
  return { tracker, caller: { userId, door: 'web', guild: null }, place: { slug: 'moon-base' } }
}

test('of an issue that is hidden its cards show nothing, until it is shown again', async () => {
  const world = await botWorld()
  const { carol, ada } = world
  await world.connect()
  await world.link(ada)
  const ctx = await adaElsewhere(world)
  const card = await carol.uses('issue create', { title: 'Cheap watches', description: 'Buy them.' })
  await world.untilKept(card)

  await changeIssue(ctx, { number: 1, hidden: true })
  await world.followUp()

  expect(carol.again(card)).toMatchObject({ text: '**MOON-1** was hidden by a moderator.', buttons: [] })
  expect((await carol.uses('issue view', { number: '1' })).text).toBe(
    'There is no issue with this number, or it was deleted.',
  )
  expect((await carol.uses('issue list')).text).not.toContain('watches')
  expect(await carol.types('issue view', { number: 'watch' }, 'number')).toEqual([])
  expect(
    (await ada.uses('issue view', { number: '1', share: true })).text,
    'others would see it',
  ).not.toContain('watches')

  await changeIssue(ctx, { number: 1, hidden: false })
  await world.followUp()
  expect(carol.again(await world.carol.uses('issue view', { number: '1', share: true })).text).toContain(
    'Cheap watches',
  )
})

test('a guest who is blocked files and changes nothing, and is told so, until the block is lifted', async () => {
  const world = await botWorld()
  const { carol, ada, db } = world
  await world.connect()
  await world.link(ada)
  const ctx = await adaElsewhere(world)
  const card = await carol.uses('issue create', { title: 'By a guest' })
  const { id: userId } = await db.prisma.user.findUniqueOrThrow({ where: { discordId: carol.id } })
  await db.prisma.workspace.updateMany({ where: { slug: 'moon-base' }, data: { visibility: 'public' } })
  await blockPerson(ctx, { userId })

  for (const refused of [
    await carol.uses('issue create', { title: 'Again' }),
    await carol.uses('issue status', { number: '1', status: 'done' }),
    await carol.presses(card, 'Close'),
    await carol.presses(card, 'Edit'),
  ]) {
    expect(refused.text).toMatch(/^You were blocked by a moderator of this workspace/)
    expect(refused.ephemeral).toBe(true)
  }
  expect((await carol.uses('issue view', { number: '1' })).text).toContain('By a guest')
  expect(await db.prisma.issue.count()).toBe(1)

  await unblockPerson(ctx, { userId })
  expect((await carol.presses(card, 'Close')).text).toContain('**Done**')
})
