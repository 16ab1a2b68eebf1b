import { expect, test } from 'vitest'
import { botWorld } from './setup.ts'
import type { BotWorld } from './setup.ts'

/** Two servers, two workspaces, and an issue in the first; Eve and Dave are in Elsewhere, Eve is its admin. */
async function twoServers(): Promise<BotWorld & { moonId: number }> {
  const world = await botWorld()
  await world.connect()
  await world.carol.uses('issue create', { title: 'A secret of the moon' })
  const options = { name: 'Eve and Co', address: 'eve-co', key: 'EVE' }
  await world.eve.uses('setup create', options, world.inLobby)
  const moon = await world.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  return { ...world, moonId: moon.id }
}

const notOurs = 'This button or form is not one that can be used here. Use the command again.'
const ofAnother = 'This belongs to a workspace that the server is no longer connected to.'

test('what is made for one server does nothing in another', async () => {
  const { eve, inLobby, moonId, carol } = await twoServers()
  const pressed = [
    `close:${moonId}:1`,
    `reopen:${moonId}:1`,
    `edit:${moonId}:1`,
    `delete:${moonId}:1:1`,
    `keep:${moonId}:1`,
    `restore:${moonId}:1`,
    `page:${moonId}:::::`,
    `triagers:${moonId}`,
    `disconnect:${moonId}`,
    `stayConnected:${moonId}`,
  ]

  for (const customId of pressed) expect((await eve.forges(customId, inLobby)).text, customId).toBe(ofAnother)
  for (const customId of [`newIssue:${moonId}:`, `changeIssue:${moonId}:1:1`]) {
    const answer = await eve.forgesForm(customId, { title: 'Mine now', description: '' }, inLobby)
    expect(answer.text, customId).toContain(ofAnother)
  }
  expect((await carol.uses('issue view', { number: '1' })).text).toContain(
    'A secret of the moon\n**Backlog**',
  )
})

test('no command, number or suggestion of one server reaches the workspace of another', async () => {
  const { eve, inLobby, dave } = await twoServers()

  expect((await eve.uses('issue view', { number: '1' }, inLobby)).text).toContain(
    'There is no issue with this number',
  )
  expect((await eve.uses('issue view', { number: 'MOON-1' }, inLobby)).text).toContain('are called EVE-1')
  expect((await eve.uses('issue list', {}, inLobby)).text).toContain('There are no issues here yet')
  expect(await eve.types('issue view', { number: '1' }, 'number', inLobby)).toEqual([])
  expect(await eve.types('issue view', { number: 'secret' }, 'number', inLobby)).toEqual([])
  expect(await dave.types('issue view', { number: 'secret' }, 'number', inLobby)).toEqual([])
})

test('a server cannot be connected to a workspace that is not one’s own', async () => {
  const { eve, ada, inLobby } = await twoServers()
  await eve.presses(await eve.uses('setup disconnect', {}, inLobby), 'Disconnect')

  for (const workspace of ['home', 'moon-base', 'nowhere']) {
    const answer = await eve.uses('setup connect', { workspace }, inLobby)
    expect(answer.text).toBe('There is no such workspace, or you cannot see it.')
  }
  expect(await eve.types('setup connect', { workspace: '' }, 'workspace', inLobby)).toEqual([])
  // Manage Server here is nothing there: Ada’s own server is connected, and Eve is nobody in it.
  expect((await ada.uses('setup show')).text).toContain('connected to **Moon Base**')
})

test('forged and broken ids are refused with a sentence', async () => {
  const { carol, inGeneral, moonId, db } = await twoServers()
  const ids = [
    'garbage',
    '',
    ':',
    'close',
    `close:${moonId}`,
    `close:${moonId}:0`,
    `close:${moonId}:-1`,
    `close:${moonId}:2147483648`,
    `close:${moonId}:99999999999999999999999999`,
    `close:${moonId}:1:1`,
    `close:x:1`,
    `drop:${moonId}:1`,
    `constructor:${moonId}:1`,
    `__proto__:${moonId}:1`,
    `page:${moonId}:nonsense::::`,
    `page:${moonId}::someone:::`,
    `page:${moonId}:::99999999999::`,
    `page:${moonId}:::::${'x'.repeat(41)}`,
  ].filter((id) => id !== '')

  for (const id of ids) expect((await carol.forges(id, inGeneral)).text, id).toBe(notOurs)
  expect(await db.prisma.event.count({ where: { type: 'issue.changed' } })).toBe(0)
})

test('a form without its fields, or a button sent as a form, is refused with a sentence', async () => {
  const { carol, inGeneral, moonId, db } = await twoServers()

  const empty = await carol.forgesForm(`newIssue:${moonId}:`, { nonsense: 'x' }, inGeneral)
  const pressed = await carol.forges(`newIssue:${moonId}:`, inGeneral)
  const unchanged = await carol.forgesForm(`changeIssue:${moonId}:1:1`, {}, inGeneral)

  expect(empty.text).toContain('A title has at least 3 characters.')
  expect(pressed.text).toContain('A title has at least 3 characters.')
  expect(unchanged.text).toContain('Nothing was changed')
  expect(await db.prisma.issue.count()).toBe(1)
})

test('a forged press is refused to whoever may not do it', async () => {
  const { dave, inGeneral, moonId } = await twoServers()

  const answers = []
  for (const id of [
    `delete:${moonId}:1:1`,
    `restore:${moonId}:1`,
    `disconnect:${moonId}`,
    `triagers:${moonId}`,
  ]) {
    answers.push((await dave.forges(id, inGeneral)).text)
  }

  expect(answers).toEqual([
    'Only its author or an admin may delete it.',
    expect.stringContaining('There is no deleted issue with this number.'),
    'Only an admin may change how this server is connected.',
    'Only an admin may change how this server is connected.',
  ])
})
