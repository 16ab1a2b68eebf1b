import { expect, test } from 'vitest'
import { senderOf, userData } from '#test/clerk-sender.ts'
import { followed } from '#test/live-stream.ts'
import { origin, world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

/** Ways in which somebody who reads along loses their access, and what they are told. */
const ends: Record<string, [end: (here: World, robin: Person) => Promise<unknown>, told: RegExp]> = {
  'a ban': [
    (here, { clerkId }) => senderOf(here)('user.updated', userData(clerkId, { banned: true })),
    /closed/,
  ],
  'a delete at Clerk': [
    (here, { clerkId: id }) => senderOf(here)('user.deleted', { object: 'user', id, deleted: true }),
    /closed/,
  ],
  'signing out': [
    (here, { clerkId }) => senderOf(here)('session.ended', { id: 'sess_robin', user_id: clerkId }),
    /session has ended/,
  ],
  'erasing the account': [
    (_, { api }) => api.send('DELETE', '/api/v1/account', { confirm: 'erase my account' }),
    /closed/,
  ],
}

test.each(Object.entries(ends))(
  'after %s a live stream ends at once, and no other does',
  async (_, [end, told]) => {
    const here = await world()
    const [robin, sam] = [await here.person('Robin'), await here.person('Sam')]
    const token = () => robin.token({ azp: origin, sid: 'sess_robin' })
    const stream = await followed(here, { token })
    const another = await followed(here, sam)

    await end(here, robin)

    expect(await stream.over()).toMatchObject({ reason: 'revoked', detail: expect.stringMatching(told) })
    expect(another.messages.map(({ event }) => event)).toEqual(['ready'])
  },
)

test('a live stream ends with the API key that it was opened with, when the key is revoked', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const { body } = await robin.api.post('/api/v1/account/api-keys', {
    name: 'Robot',
    scopes: ['issues:read'],
  })
  const { id, secret } = body as { id: string; secret: string } // as the API says, which every test checks
  const stream = await followed(here, { token: () => secret })

  await robin.api.delete(`/api/v1/account/api-keys/${id}`)

  expect(await stream.over()).toMatchObject({ reason: 'revoked', detail: expect.stringMatching(/revoked/) })
})
