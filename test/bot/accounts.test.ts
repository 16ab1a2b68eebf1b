import { expect, test } from 'vitest'
import { botWorld, messageOf } from './setup.ts'

test('somebody whom Clerk knows is linked at once, and what they filed follows them', async () => {
  const { carol, connect, clerk, db } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'Filed as a guest' })
  const clerkId = await clerk.addUser({
    email: 'carol@example.com',
    password: 'correct horse',
    firstName: 'Caroline',
    lastName: 'Tester',
  })
  await clerk.connectDiscord(clerkId, {
    id: carol.id,
    username: 'carol',
    globalName: 'Carol',
    avatarUrl: '',
    email: 'carol@example.com',
  })

  const linked = await carol.uses('link')
  const again = await carol.uses('link')

  expect(linked).toMatchObject({
    ephemeral: true,
    text: expect.stringContaining('you are **Caroline Tester** now'),
  })
  expect(again.text).toBe('You are linked already, as **Caroline Tester**.')
  expect((await carol.uses('issue view', { number: '1' })).text).toContain('by Caroline Tester')
  expect(await db.prisma.issue.findFirst({ select: { author: { select: { clerkId: true } } } })).toEqual({
    author: { clerkId },
  })
})

test('somebody whom Clerk does not know is shown the way, with no secret in it', async () => {
  const { carol } = await botWorld()

  const answer = await carol.uses('link')

  expect(answer.ephemeral).toBe(true)
  expect(JSON.stringify(messageOf(answer).components)).toContain('"url":"http://localhost:3000/link/discord"')
})

test('who somebody is, and what they are here, is told in a server and in direct messages', async () => {
  const { carol, ada, connect, link } = await botWorld()
  const direct = { guildId: null, channelId: carol.person.openDirect().id }

  const unconnected = await carol.uses('whoami')
  await connect()
  const guest = await carol.uses('whoami')
  await link(carol)

  expect(unconnected.text).toContain('This server is not connected to a workspace yet.')
  expect(guest.text).toBe(
    'You are **Carol**, a guest: this Discord account is not linked. Use /link to link it.\nIn this server you are **a guest** of Moon Base (MOON).',
  )
  expect((await carol.uses('whoami')).text).toContain('In this server you are **a member** of Moon Base')
  expect((await ada.uses('whoami')).text).toContain('**an admin**')
  expect((await carol.uses('whoami', {}, direct)).text).toBe(
    'You are **carol Tester**: this Discord account is linked to your Snag account.',
  )
})

test('unlinking leaves what was filed with the account', async () => {
  const { carol, connect, link } = await botWorld()
  await connect()
  await link(carol)
  await carol.uses('issue create', { title: 'Mine' })

  const refused = (await carol.uses('unlink'), await carol.uses('unlink'))
  const close = await carol.uses('issue close', { number: '1' })

  expect(refused.text).toContain('Only someone who is signed in may unlink')
  expect(close.text).toBe('Only its author, a triager, or an admin may change its status.')
  expect((await carol.uses('link')).text).toContain('Linked')
})
