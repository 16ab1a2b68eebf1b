import { expect, onTestFinished, test } from 'vitest'
import type { MetricsPage } from '#shared/metrics/metrics.ts'
import { botWorld, formOf, hold } from './setup.ts'

test('a slow command is deferred by itself, and everybody still sees what it did', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol, inGeneral } = world
  const letGo = await hold(world, 'issues')

  const waiting = await carol.person.command('issue create', { title: 'Login loops' })
  await letGo()
  const done = await carol.person.settled(waiting)

  expect(waiting).toMatchObject({ kind: 'message', message: { loading: true, ephemeral: true } })
  expect(done).toMatchObject({ message: { loading: false, ephemeral: true } })
  await expect
    .poll(() => carol.newest(inGeneral))
    .toMatchObject({
      ephemeral: false,
      text: expect.stringContaining('### MOON-1 · Login loops'),
    })
  // The card that came late is kept up to date like any other.
  await expect.poll(() => world.db.prisma.discordLink.count()).toBe(1)
  await carol.presses(carol.newest(inGeneral), 'Close')
})

test('a slow button changes its own message, and a late refusal is for the person alone', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol, dave, inGeneral } = world
  const card = await carol.uses('issue create', { title: 'Login loops' })
  let letGo = await hold(world, 'issues')
  const pressing = dave.presses(card, 'Close')
  setTimeout(() => void letGo(), 1_700)
  await pressing
  await expect
    .poll(() => dave.newest(inGeneral))
    .toMatchObject({
      ephemeral: true,
      text: 'Only its author, a triager, or an admin may change its status.',
    })

  letGo = await hold(world, 'issues')
  const waiting = carol.presses(card, 'Close')
  setTimeout(() => void letGo(), 1_700)
  await waiting

  await expect.poll(() => carol.again(card).text).toContain('**Done**')
})

test('it is measured how soon each kind of interaction is acknowledged', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol, inGeneral, tracker } = world
  await carol.uses('issue create', { title: 'Login loops' })
  await carol.presses(carol.newest(inGeneral), 'Close')
  await carol.types('issue view', { number: '1' }, 'number')
  const letGo = await hold(world, 'issues')
  const waiting = await carol.person.command('issue create', { title: 'It takes its time' })
  await letGo()
  await carol.person.settled(waiting)

  // Discord shows an answer before it has told us that it took it, so that the last one may come a little later.
  await expect.poll(async () => acknowledged(await tracker.metrics.page(), 'suggestions')).toEqual([1, 1])
  const components = acknowledged(await tracker.metrics.page(), 'component')
  expect(components[0]).toBeGreaterThan(0)
  const commands = acknowledged(await tracker.metrics.page(), 'command')
  // The deferral counts, which is well before Discord’s 3 s; the answer that follows does not.
  expect(commands[1] - commands[0]).toBe(1)
})

/** How many of a kind were acknowledged within a second, and within two and a half. */
function acknowledged({ text }: MetricsPage, kind: string): [number, number] {
  const within = (seconds: string) =>
    Number(
      new RegExp(`^snag_bot_acknowledged_seconds_bucket{le="${seconds}",kind="${kind}"} (\\d+)`, 'm').exec(
        text,
      )?.[1],
    )
  return [within('1'), within('2.5')]
}

test('a form that took too long to prepare is not opened, and says so', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol } = world
  await carol.uses('issue create', { title: 'Login loops' })
  const letGo = await hold(world, 'labels')

  const waiting = await carol.person.command('issue edit', { number: '1' })
  await letGo()
  const answer = await carol.person.settled(waiting)

  expect(JSON.stringify(answer)).toContain('It took too long to prepare the form')
  expect(formOf(await carol.uses('issue edit', { number: '1' })).title).toBe('Edit MOON-1')
})

test('suggestions that take too long are none', async () => {
  const world = await botWorld()
  await world.connect()
  await hold(world, 'issues')

  expect(await world.carol.types('issue view', { number: '1' }, 'number')).toEqual([])
})

test('a bug is logged with the interaction, and shown as one sentence', async () => {
  const world = await botWorld()
  await world.connect()
  const { pool } = world.db
  await pool.query('alter table issue_labels rename to mislaid')

  // The next test gets the same database, emptied.
  onTestFinished(async () => {
    await pool.query('alter table mislaid rename to issue_labels')
  })

  const answer = await world.carol.uses('issue create', { title: 'Login loops' })

  expect(answer).toMatchObject({
    ephemeral: true,
    text: `Something broke on our side, and nothing was changed. If it happens again, tell us this number: ${answer.answer.interactionId}`,
  })
  expect(world.loggedErrors.splice(0)).toMatchObject([
    { msg: 'An interaction failed', interactionId: answer.answer.interactionId, what: 'issue create' },
  ])
})

test('a bot that stops finishes what is under way', async () => {
  const world = await botWorld()
  await world.connect()
  const { carol, inGeneral, bot } = world
  const letGo = await hold(world, 'issues')
  const waiting = await carol.person.command('issue create', { title: 'Login loops' })

  const stopping = bot.stop()
  await letGo()
  await stopping

  expect(carol.newest(inGeneral).text).toContain('### MOON-1 · Login loops')
  expect(waiting.kind).toBe('message')
})
