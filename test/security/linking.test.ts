import { expect, test } from 'vitest'
import { linkDiscord } from '#shared/identity/operations.ts'
import { createClerkUser } from '#shared/identity/users.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { somebodyWaits, transaction } from './locks.ts'

async function withDiscord({ clerk }: World, { clerkId }: Person, id: string): Promise<void> {
  await clerk.connectDiscord(clerkId, {
    id,
    username: 'robin',
    globalName: 'Robin',
    avatarUrl: '',
    email: 'robin@example.com',
  })
}

test('linking twice at once links once, and neither is told that anything is down', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await withDiscord(here, robin, '1100000000000000077')

  for (let i = 0; i < 5; i++) {
    const answers = await Promise.all([1, 2, 3].map(() => robin.api.post('/api/v1/account/discord')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const undone = await Promise.all([1, 2].map(() => robin.api.delete('/api/v1/account/discord')))
    expect(undone.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409])
  }

  expect(await here.db.prisma.event.count({ where: { type: 'account.linked' } })).toBe(5)
})

test('two people who have the same Discord account at Clerk get it to one of them', async () => {
  const here = await world()
  const [robin, kim] = [await here.person('Robin'), await here.person('Kim')]
  const account = '1100000000000000077'
  await withDiscord(here, robin, account)
  // Clerk itself would not let the second have it: a stand-in for whatever goes wrong there.
  const tracker = {
    ...here.tracker,
    clerk: {
      ...here.tracker.clerk,
      findProfile: async () => here.tracker.clerk.findProfile(robin.clerkId),
    },
  }

  const outcomes = await Promise.allSettled(
    [robin, kim].map(({ caller }) => linkDiscord({ tracker, caller, place: null }, {})),
  )

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'conflict' },
  })
  expect(await here.db.prisma.user.count({ where: { discordId: account } })).toBe(1)
})

/** Somebody's first use of Discord, which is under way: their guest is there once it is told to be. */
async function arrivingGuest({ db, tracker }: World, discordId: string) {
  const arrival = await transaction(db)
  await arrival.query('insert into users (id, discord_id, name) values ($1, $2, $3)', [
    tracker.newId(),
    discordId,
    'Robin',
  ])
  return {
    async arrives() {
      await somebodyWaits(db)
      await arrival.commit()
    },
  }
}

test('a guest who is first seen in the moment of linking is taken in', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const account = '1100000000000000077'
  await withDiscord(here, robin, account)
  const guest = await arrivingGuest(here, account)

  const linking = robin.api.post('/api/v1/account/discord')
  await guest.arrives()

  expect(await linking).toMatchObject({ status: 200 })
  expect(await here.db.prisma.user.count({ where: { mergedIntoId: robin.userId } })).toBe(1)
})

test('a guest who is first seen in the moment of the first sign-in is taken in', async () => {
  const here = await world()
  const account = '1100000000000000077'
  const robin = await here.person('Robin')
  await withDiscord(here, robin, account)
  const profile = await here.tracker.clerk.findProfile(robin.clerkId)
  if (profile === null) throw new Error('Clerk does not know Robin.')
  await here.db.prisma.user.delete({ where: { id: robin.userId } })
  const guest = await arrivingGuest(here, account)

  const signingIn = createClerkUser(here.tracker, profile)
  await guest.arrives()

  const userId = await signingIn
  expect(await here.db.prisma.user.count({ where: { mergedIntoId: userId } })).toBe(1)
})
