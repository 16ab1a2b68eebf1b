import { expect, test } from 'vitest'
import { changeIssue, deleteIssue, restoreIssue } from '#shared/issues/operations.ts'
import type { Context } from '#shared/context.ts'
import { botWorld, hold, messageOf } from './setup.ts'
import type { BotWorld } from './setup.ts'

/** Ada as she comes through another door. */
async function adaElsewhere({ db, tracker }: BotWorld): Promise<Context> {
  const { id: userId } = await db.prisma.user.findFirstOrThrow({ where: { name: 'Ada' } })
  return { tracker, caller: { userId, door: 'web', guild: null }, place: { slug: 'moon-base' } }
}

test('a card follows its issue, whichever door it is changed through', async () => {
  const world = await botWorld()
  await world.connect()
  await world.link(world.ada)
  const { carol } = world
  const ctx = await adaElsewhere(world)
  const card = await carol.uses('issue create', { title: 'Login loops', description: 'A secret.' })
  await world.untilKept(card)

  await changeIssue(ctx, { number: 1, title: 'Login loops on Safari', status: 'done' })
  await world.followUp()
  const changed = carol.again(card)
  await deleteIssue(ctx, { number: 1 })
  await world.followUp()
  const deleted = carol.again(card)
  await restoreIssue(ctx, { number: 1 })
  await world.followUp()

  expect(changed).toMatchObject({
    text: expect.stringContaining('Login loops on Safari\n**Done**'),
    buttons: ['Reopen', 'Edit'],
  })
  expect(deleted).toMatchObject({
    text: '**MOON-1** was deleted. It can be restored for 30 days.',
    buttons: ['Restore'],
  })
  expect(carol.again(card).text).toBe(changed.text)
})

test('the newest card of a channel is kept up to date, one in each channel, and the older ones still work', async () => {
  const { carol, connect, inGeneral, inRandom, followUp, untilKept } = await botWorld()
  await connect()
  const older = await carol.uses('issue create', { title: 'Login loops' }, inGeneral)
  const newer = await carol.uses('issue view', { number: '1', share: true }, inGeneral)
  const elsewhere = await carol.uses('issue view', { number: '1', share: true }, inRandom)
  await untilKept(newer, elsewhere)

  await carol.presses(newer, 'Close')
  await followUp()

  expect([newer, elsewhere, older].map((card) => carol.again(card).text.includes('**Done**'))).toEqual([
    true,
    true,
    false,
  ])
  expect((await carol.presses(older, 'Close')).text).toContain('**Done**')
})

test('a card out of reach is forgotten at once, and the others are updated', async () => {
  const { carol, connect, inGeneral, inRandom, followUp, untilKept, discord } = await botWorld()
  await connect()
  const card = await carol.uses('issue create', { title: 'Login loops' }, inGeneral)
  const outOfReach = await carol.uses('issue view', { number: '1', share: true }, inRandom)
  await untilKept(card, outOfReach)

  discord.removeChannel('Workshop', 'random')
  await carol.presses(card, 'Close')
  await followUp()

  expect(carol.again(card).text).toContain('**Done**')
  await untilKept(card)
})

test('a server that was disconnected hears no more of the workspace', async () => {
  const world = await botWorld()
  const { ada, carol, connect, followUp } = world
  await connect()
  await world.link(ada)
  const ctx = await adaElsewhere(world)
  const card = await carol.uses('issue create', { title: 'Login loops' })
  await world.untilKept(card)

  await ada.presses(await ada.uses('setup disconnect'), 'Disconnect')
  await changeIssue(ctx, { number: 1, title: 'Not for your eyes' })
  await followUp()

  expect(carol.again(card).text).toBe(card.text)
  expect((await carol.presses(card, 'Close')).text).toContain('not connected to a workspace yet')
})

test('a card shows what people wrote letter by letter, and mentions nobody', async () => {
  const { carol, ada, connect } = await botWorld()
  await connect()

  const card = await carol.uses('issue create', {
    title: '**bold** @everyone <@123456789012345678>',
    description: `# big\n- item\n1. first\n> quote\n[bank](https://evil.example) ||hidden|| \`code\`\nhttps://ok.example/a_b_c ${ada.id}`,
  })

  expect(card.text).toContain(String.raw`· \*\*bold\*\* \@everyone \<\@123456789012345678\>`)
  expect(card.text).toContain(
    String.raw`
\# big
\- item
1\. first
\> quote
\[bank\](https://evil.example) \|\|hidden\|\| \`code\`
https://ok.example/a_b_c`,
  )
  expect(messageOf(card)).toMatchObject({ mentions: [], mention_everyone: false })
})

test('a card that is remembered after its issue has changed is brought up to date', async () => {
  const world = await botWorld()
  const { ada, carol } = world
  await world.connect()
  await world.link(ada)
  const ctx = await adaElsewhere(world)
  const letGo = await hold(world, 'discord_links')
  const card = await carol.uses('issue create', { title: 'Login loops' })

  await changeIssue(ctx, { number: 1, title: 'Renamed meanwhile' })
  await letGo()

  await expect.poll(() => carol.again(card).text).toContain('Renamed meanwhile')
})
