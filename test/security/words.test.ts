import { expect, test } from 'vitest'
import { botWorld, messageOf } from '#test/bot/setup.ts'

test('what turns the direction of text stays out of what the bot writes', async () => {
  const { carol, discord, connect, db } = await botWorld()
  await connect()
  discord.findUser('carol').globalName = 'Carol\u202Enimda'
  const card = await carol.uses('issue create', {
    title: 'Exe\u2066cutable\u202E gpj.exe',
    description: 'One\u2067two\nthree \u202Dfour',
  })
  const list = await carol.uses('issue list')

  const turning = /[\u202A-\u202E\u2066-\u2069]/
  expect(JSON.stringify(messageOf(card).components)).not.toMatch(turning)
  expect(JSON.stringify(messageOf(list).components)).not.toMatch(turning)
  expect(card.text).toContain('Carolnimda')
  expect(await db.prisma.issue.count()).toBe(1)
})

test('what guests write pings nobody and hides no link', async () => {
  const { carol, connect, inGeneral, guildId, ada } = await botWorld()
  await connect()
  const nasty = `@everyone @here <@${ada.id}> <@&${guildId}> [Snag](https://evil.example) ||x||`
  await carol.uses('issue create', { title: nasty.slice(0, 100), description: nasty })

  const message = messageOf(carol.newest(inGeneral))
  const text = JSON.stringify(message.components)

  expect(text).not.toMatch(/(?<!\\\\)<\\?@|(?<!\\\\)\[Snag|(?<!\\\\)@everyone|(?<!\\\\)\|\|/)
  expect(message).not.toMatchObject({ mention_everyone: true })
  expect(message.mentions ?? []).toEqual([])
  expect(message.mention_roles ?? []).toEqual([])
})
