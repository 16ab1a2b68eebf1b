import { expect, test } from 'vitest'
import { z } from 'zod'
import type { InTheWay } from '#test/local/discord-world.ts'
import { botWorld, formOf, hold } from './setup.ts'

const callback = /\/interactions\/\d+\/[^/]+\/callback/

/** A Discord that takes every answer to an interaction, and says the first time that it did not. */
function stammering(): InTheWay {
  const heard = new Set<string>()
  return async (request, answer) => {
    const response = await answer(request)
    if (!callback.test(request.url) || heard.has(request.url)) return response
    heard.add(request.url)
    return new Response('Bad Gateway', { status: 502 })
  }
}

test('an answer that Discord took, and denied to have taken, counts and is not given twice', async () => {
  const world = await botWorld({ inTheWay: stammering() })
  await world.connect()
  const { carol, inGeneral } = world

  const card = await carol.uses('issue create', { title: 'Login loops' })
  const closed = await carol.presses(card, 'Close')
  const form = formOf(await carol.uses('issue edit', { number: '1' }))
  const offered = await carol.types('issue view', { number: '1' }, 'number')

  expect(closed.text).toContain('**Done**')
  expect(form.title).toBe('Edit MOON-1')
  expect(offered).toHaveLength(1)
  const shown = carol.person.messages(inGeneral.channelId)
  expect(shown.filter((message) => JSON.stringify(message).includes('### MOON-1'))).toHaveLength(1)
  await world.untilKept(card)
})

test('a deferral that Discord took, and denied to have taken, is followed by the answer', async () => {
  const world = await botWorld({ inTheWay: stammering() })
  await world.connect()
  const { carol, inGeneral } = world
  const letGo = await hold(world, 'issues')

  const waiting = await carol.person.command('issue create', { title: 'Login loops' })
  await letGo()
  const done = await carol.person.settled(waiting)

  expect(done).toMatchObject({ message: { loading: false, ephemeral: true } })
  await expect.poll(() => carol.newest(inGeneral).text).toContain('### MOON-1 · Login loops')
})

test('what another process has answered is left to it', async () => {
  let isQuicker = false
  const world = await botWorld({
    async inTheWay(request, answer) {
      if (!isQuicker || !callback.test(request.url)) return answer(request)
      const { type } = z.object({ type: z.int() }).parse(await request.clone().json())
      const theirs = type === 5 ? { type, data: { flags: 64 } } : { type: 4, data: { content: 'Theirs' } }
      const headers = { 'content-type': 'application/json' }
      await answer(new Request(request.url, { method: 'POST', headers, body: JSON.stringify(theirs) }))
      return answer(request)
    },
  })
  await world.connect()
  const { carol, bot } = world

  isQuicker = true
  const quick = await carol.uses('issue list')
  const letGo = await hold(world, 'issues')
  const slow = await carol.person.command('issue list')
  await letGo()
  await bot.stop()

  expect(quick.text).toBe('Theirs')
  expect(slow).toMatchObject({ message: { loading: true } })
  expect(carol.newest(world.inGeneral).answer).toMatchObject({ message: { loading: true } })
})

test('what Discord refuses for another reason stays refused, also when it is sent again', async () => {
  let refusals = 0
  const world = await botWorld({
    async inTheWay(request, answer) {
      if (!callback.test(request.url) || refusals === 0) return answer(request)
      refusals -= 1
      if (refusals > 0) return new Response('Bad Gateway', { status: 502 })
      return Response.json({ code: 50035, message: 'Invalid Form Body' }, { status: 400 })
    },
  })
  await world.connect()

  refusals = 2
  const answer = await world.carol.uses('issue list')

  expect(answer.text).toBe('That was done, but Discord did not let me show it here.')
  expect(world.loggedErrors.splice(0)).toMatchObject([{ msg: 'An answer could not be delivered' }])
})
