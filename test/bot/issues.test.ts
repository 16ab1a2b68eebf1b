import { expect, test } from 'vitest'
import { botWorld, formOf } from './setup.ts'

test('an issue filed with options is shown to everybody as a card', async () => {
  const { carol, connect } = await botWorld()
  await connect()

  const card = await carol.uses('issue create', {
    title: 'Login loops on Safari',
    description: 'Since today.',
    label: 'bug',
  })

  expect(card.text).toMatch(
    /^### MOON-1 · Login loops on Safari\n\*\*Backlog\*\* · bug · by Carol · <t:\d+:R>\nSince today\.$/,
  )
  expect(card.ephemeral).toBe(false)
  expect(card.buttons).toEqual(['Close', 'Edit'])
})

test('an issue is filed through a form when no title was given', async () => {
  const { carol, connect, inGeneral } = await botWorld()
  await connect()

  const form = await carol.uses('issue create', { label: 'bug', status: 'todo' })
  expect(formOf(form).title).toBe('New issue')
  const card = await carol.fills(form, { title: 'Login loops', description: 'Since today.' })

  expect(card.text).toContain('### MOON-1 · Login loops\n**Todo** · bug')
  expect(carol.newest(inGeneral).text).toBe(card.text)
})

test('what was written in a form comes back with the refusal', async () => {
  const { carol, connect } = await botWorld()
  await connect()
  const long = 'All of it. '.repeat(350).trim()

  const short = await carol.fills(await carol.uses('issue create'), {
    title: ' \t ',
    description: 'My words',
  })
  const attached = await carol.fills(await carol.uses('issue create'), { title: '   ', description: long })

  expect(short.ephemeral).toBe(true)
  expect(short.text).toContain('A title has at least 3 characters.')
  expect(short.text).toContain('My words')
  expect(attached.answer).toMatchObject({
    message: { attachments: [{ filename: 'what-you-wrote.md', size: long.length }] },
  })
})

test('viewing is for the person alone unless it is shared', async () => {
  const { carol, dave, connect } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'Login loops' })

  expect(await dave.uses('issue view', { number: '1' })).toMatchObject({
    ephemeral: true,
    buttons: ['Close', 'Edit'],
  })
  expect(await dave.uses('issue view', { number: 'MOON-1', share: true })).toMatchObject({ ephemeral: false })
})

test('status, close and reopen show everybody the changed card', async () => {
  const { carol, connect } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'Login loops' })

  const inProgress = await carol.uses('issue status', { number: '#1', status: 'inprogress' })
  const closed = await carol.uses('issue close', { number: '1' })
  const reopened = await carol.uses('issue reopen', { number: '1' })

  expect([inProgress, closed, reopened].map(({ ephemeral }) => ephemeral)).toEqual([false, false, false])
  expect(inProgress.text).toContain('**In progress**')
  expect(closed).toMatchObject({ text: expect.stringContaining('**Done**'), buttons: ['Reopen', 'Edit'] })
  expect(reopened).toMatchObject({ text: expect.stringContaining('**Todo**'), buttons: ['Close', 'Edit'] })
})

test('a stranger is refused, alone and with the reason, by command and by button', async () => {
  const { carol, dave, connect, inGeneral } = await botWorld()
  await connect()
  const card = await carol.uses('issue create', { title: 'Login loops' })

  const refusals = [
    await dave.uses('issue close', { number: '1' }),
    await dave.presses(card, 'Close'),
    await dave.presses(card, 'Edit'),
    await dave.uses('issue edit', { number: '1' }),
    await dave.uses('issue delete', { number: '1' }),
  ]

  expect(refusals.map(({ ephemeral, text }) => `${ephemeral}: ${text}`)).toEqual([
    'true: Only its author, a triager, or an admin may change its status.',
    'true: Only its author, a triager, or an admin may change its status.',
    'true: Only its author or an admin may edit its title and description.',
    'true: Only its author or an admin may edit its title and description.',
    'true: Only its author or an admin may delete it.',
  ])
  expect(carol.newest(inGeneral).text).toContain('**Backlog**')
})

test('an edit form holds what there is, and keeps to what this person may change', async () => {
  const { carol, bob, connect, link } = await botWorld()
  await connect()
  await link(bob)
  const card = await carol.uses('issue create', {
    title: 'Login loops',
    description: 'Since today.',
    label: 'bug',
  })

  const byAuthor = await carol.presses(card, 'Edit')
  const edited = await carol.fills(byAuthor, { title: 'Login loops on Safari' })
  const byTriager = await bob.presses(edited, 'Edit')
  const labelled = await bob.fills(byTriager, { labels: ['bug', 'feature'] })

  expect(edited).toMatchObject({ kind: 'updated', text: expect.stringContaining('Login loops on Safari\n') })
  expect(edited.text).toContain('Since today.')
  expect(formOf(byTriager).components).toHaveLength(1)
  expect(labelled.text).toContain('bug, feature')
})

test('an edit form that changed nothing says so, and leaves the version alone', async () => {
  const { carol, connect, db } = await botWorld()
  await connect()
  const card = await carol.uses('issue create', { title: 'Login loops', description: 'Since today.' })

  const answer = await carol.fills(await carol.presses(card, 'Edit'), { description: 'Since today.\r\n' })

  expect(answer.text).toBe('Nothing was changed: MOON-1 is as it was.')
  expect(await db.prisma.issue.findFirst({ select: { version: true } })).toEqual({ version: 1 })
})

test('a description that a form cannot hold is never shortened', async () => {
  const { carol, connect, db } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'Login loops' })
  const description = 'x'.repeat(4_001)
  await db.prisma.issue.updateMany({ data: { description } })

  const form = await carol.uses('issue edit', { number: '1' })
  const card = await carol.fills(form, { title: 'Renamed' })

  expect(JSON.stringify(formOf(form))).toContain('http://localhost:3000/w/moon-base/issues/1')
  expect(card.text).toContain('MOON-1 · Renamed')
  expect(await db.prisma.issue.findFirst({ select: { description: true } })).toEqual({ description })
})

test('a form that was overtaken changes nothing, and says so kindly', async () => {
  const { carol, ada, connect } = await botWorld()
  await connect()
  const card = await carol.uses('issue create', { title: 'Login loops' })

  const form = await carol.presses(card, 'Edit')
  await ada.uses('issue close', { number: '1' })
  const answer = await carol.fills(form, { title: 'Mine' })

  expect(answer.ephemeral).toBe(true)
  expect(answer.text).toContain('Somebody changed MOON-1 while your form was open')
  expect(answer.text).toContain('Mine')
  expect((await carol.uses('issue view', { number: '1' })).text).toContain('· Login loops')
})

test('deleting asks first, and can be taken back', async () => {
  const { carol, connect } = await botWorld()
  await connect()
  await carol.uses('issue create', { title: 'Login loops' })

  const kept = await carol.presses(await carol.uses('issue delete', { number: '1' }), 'Keep')
  const question = await carol.uses('issue delete', { number: '1' })
  const deleted = await carol.presses(question, 'Delete')
  const gone = await carol.uses('issue view', { number: '1' })
  const restored = await carol.presses(deleted, 'Restore')
  await carol.presses(await carol.uses('issue delete', { number: '1' }), 'Delete')
  const again = await carol.uses('issue restore', { number: 'MOON-1' })

  expect(kept.text).toBe('**MOON-1** is kept.')
  expect(question).toMatchObject({ ephemeral: true, buttons: ['Delete', 'Keep'] })
  expect(deleted).toMatchObject({
    kind: 'updated',
    text: '**MOON-1** is deleted. It can be restored for 30 days.',
  })
  expect(gone.text).toBe('There is no issue with this number, or it was deleted.')
  expect(restored.text).toContain('### MOON-1 · Login loops')
  expect(again).toMatchObject({ ephemeral: false, text: expect.stringContaining('### MOON-1') })
})

test('whatever is typed for a number is answered with a sentence', async () => {
  const { carol, connect } = await botWorld()
  await connect()
  const typed = [
    '0',
    '-1',
    '1e9',
    '2147483648',
    '99999999999999999999',
    'abc',
    'SNAG-1',
    '1; drop table issues',
    '\0',
  ]

  const answers: string[] = []
  for (const number of typed) answers.push((await carol.uses('issue view', { number })).text)

  expect(answers).toEqual([
    'Issue numbers begin at 1.',
    'Issue numbers begin at 1.',
    'An issue is named by its number. Choose one of those offered while you type.',
    'There is no issue with so large a number.',
    'There is no issue with so large a number.',
    'An issue is named by its number. Choose one of those offered while you type.',
    'The issues of this server are called MOON-1, MOON-2 and so on.',
    'An issue is named by its number. Choose one of those offered while you type.',
    'An issue is named by its number. Choose one of those offered while you type.',
  ])
})
