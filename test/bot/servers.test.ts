import { expect, test } from 'vitest'
import { botWorld } from './setup.ts'

test('in a server that is connected to nothing, commands only explain /setup', async () => {
  const { carol, inGeneral, db } = await botWorld()
  const explanation =
    'This server is not connected to a workspace yet. Someone with Manage Server can use /setup.'

  const answers = [
    await carol.uses('issue create', { title: 'Login loops' }),
    await carol.uses('issue create'),
    await carol.uses('issue list'),
    await carol.uses('issue view', { number: '1' }),
    await carol.forges('close:1:1', inGeneral),
  ]

  expect(answers.map(({ text }) => text)).toEqual(answers.map(() => explanation))
  expect(answers.every(({ ephemeral }) => ephemeral)).toBe(true)
  expect(await carol.types('issue view', { number: '1' }, 'number')).toEqual([])
  expect(await db.prisma.issue.count()).toBe(0)
})

test('someone with Manage Server sets up a workspace, and nobody else does', async () => {
  const { ada, carol, discord } = await botWorld()
  const options = { name: 'Moon Base', address: 'moon-base', key: 'MOON' }

  const refused = await carol.uses('setup create', options)
  discord.setMemberRoles('Workshop', 'carol', ['managers'])
  const invalid = await carol.uses('setup create', { ...options, address: 'Moon Base' })
  const done = await carol.uses('setup create', options)
  const again = await ada.uses('setup create', { ...options, address: 'other' })

  expect(refused.text).toBe('Only someone with the Manage Server permission may set up this server.')
  expect(invalid.text).toContain('Use 2 to 40 lower-case letters')
  expect(done.text).toContain('connected to **Moon Base** (MOON): http://localhost:3000/w/moon-base')
  expect(again.text).toContain('This server is connected to a workspace already.')
})

test('a workspace is connected by its admin, who has Manage Server there', async () => {
  const { ada, carol, link, db, discord } = await botWorld()
  await ada.uses('setup create', { name: 'Moon Base', address: 'moon-base', key: 'MOON' })
  await ada.presses(await ada.uses('setup disconnect'), 'Disconnect')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  const userId = await link(carol)
  await link(ada)
  await db.prisma.membership.create({ data: { workspaceId, userId, role: 'admin' } })

  const withoutManageServer = await carol.uses('setup connect', { workspace: 'moon-base' })
  discord.setMemberRoles('Workshop', 'carol', ['managers'])
  const offered = await carol.types('setup connect', { workspace: 'moon' }, 'workspace')
  const connected = await carol.uses('setup connect', { workspace: 'moon-base' })

  expect(withoutManageServer.text).toContain('and has Manage Server here, may connect a server')
  expect(offered).toEqual([{ name: 'Moon Base (moon-base)', value: 'moon-base' }])
  expect(connected.text).toContain('connected to **Moon Base**')
})

test('a workspace is offered for connecting to whom was made its admin, and not to its admin by Manage Server', async () => {
  const { dave, connect, link, db, discord, inGeneral, inLobby } = await botWorld()
  await connect()
  const userId = await link(dave)
  discord.setMemberRoles('Workshop', 'dave', ['managers'])
  const standing = await dave.uses('whoami', {}, inGeneral)
  const offered = () => dave.types('setup connect', { workspace: 'moon' }, 'workspace', inLobby)

  const byDiscord = await offered()
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon-base' } })
  await db.prisma.membership.create({ data: { workspaceId, userId, role: 'admin' } })

  expect(standing.text).toContain('**an admin**')
  expect(byDiscord).toEqual([])
  expect(await offered()).toEqual([{ name: 'Moon Base (moon-base)', value: 'moon-base' }])
})

test('triage roles are chosen from a menu, and count from then on', async () => {
  const { ada, bob, carol, connect, link } = await botWorld()
  await connect()
  await link(bob)
  await carol.uses('issue create', { title: 'Login loops' })

  const refused = await carol.uses('setup triagers')
  const closed = await bob.uses('issue close', { number: '1' })
  await ada.chooses(await ada.uses('setup triagers'), [])
  const notAnyMore = await bob.uses('issue reopen', { number: '1' })

  expect(refused.text).toBe('Only an admin may change how this server is connected.')
  expect(closed.text).toContain('**Done**')
  expect(notAnyMore.text).toBe('Only its author, a triager, or an admin may change its status.')
  expect((await ada.uses('setup show')).text).toContain('No role triages.')
})

test('guests file as the server is set, and at most five issues an hour', async () => {
  const { ada, carol, dave, connect } = await botWorld()
  await connect()

  await ada.uses('setup guests', { allowed: false })
  const filed = await carol.uses('issue create', { title: 'Not allowed' })
  const form = await carol.uses('issue create')
  await ada.uses('setup guests', { allowed: true })
  for (let count = 1; count <= 5; count += 1) await carol.uses('issue create', { title: `Number ${count}` })
  const sixth = await carol.uses('issue create', { title: 'Number 6' })

  const reason = 'This server does not let guests do that. Use /link to connect your account first.'
  expect([filed.text, form.text]).toEqual([reason, reason])
  expect(sixth.text).toContain('Guests can file 5 issues an hour.')
  expect((await dave.uses('issue create', { title: 'Another guest' })).text).toContain('MOON-6')
})

test('only an admin disconnects a server, and may think better of it', async () => {
  const { ada, carol, connect } = await botWorld()
  await connect()

  const refused = await carol.uses('setup disconnect')
  const stayed = await ada.presses(await ada.uses('setup disconnect'), 'Stay connected')
  const gone = await ada.presses(await ada.uses('setup disconnect'), 'Disconnect')

  expect(refused.text).toBe('Only an admin may change how this server is connected.')
  expect(stayed.text).toBe('This server stays connected to moon-base.')
  expect(gone.text).toContain('This server is not connected to a workspace.')
})
