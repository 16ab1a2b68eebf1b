import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { acceptInvitation } from '#shared/invitations/operations.ts'
import type { Answer } from '#test/api-client.ts'
import { problem } from '#test/problems.ts'
import { stateOf } from '#test/state.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const crew = '/api/v1/workspaces/crew'
const invitations = `${crew}/invitations`

/** A workspace for members by Robin, and Sam, who is not one. */
async function scene() {
  const here = await world()
  const robin = await here.person('Robin')
  const sam = await here.person('Sam')
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  return { ...here, robin, sam }
}

async function invite(by: Person, options: object = {}): Promise<{ id: string; token: string }> {
  const { status, body } = await by.api.post(invitations, options)
  expect(status).toBe(201)
  return body as { id: string; token: string } // a NewInvitation: the client checks
}

function accept({ api }: Person, token: string): Promise<Answer> {
  return api.post(`/api/v1/invitations/${token}/accept`)
}

test('whoever has the link sees where it leads, and becomes a member', async () => {
  const { robin, sam, db } = await scene()
  const { token, id } = await invite(robin)
  expect(token).toMatch(/^[\w-]{43}$/)

  expect(await sam.api.get(crew)).toEqual(problem('not_found'))
  expect(await sam.api.get(`/api/v1/invitations/${token}`)).toMatchObject({
    status: 200,
    body: { workspace: { slug: 'crew', name: 'The crew' }, role: 'member' },
  })
  expect(await accept(sam, token)).toMatchObject({
    status: 200,
    body: { workspace: { slug: 'crew', name: 'The crew' }, role: 'member' },
  })

  expect(await sam.api.get(crew)).toMatchObject({ body: { role: 'member' } })
  const events = await db.prisma.event.findMany({ where: { type: 'member.joined' } })
  expect(events).toMatchObject([
    {
      actorId: sam.userId,
      subjectId: id,
      changes: {
        userId: { before: sam.userId, after: sam.userId },
        role: { before: null, after: 'member' },
      },
    },
  ])
})

test('the token is shown once, and is kept nowhere', async () => {
  const { robin, sam, db } = await scene()
  const { token, id } = await invite(robin, { role: 'triager', maxUses: 5, days: 30 })
  await accept(sam, token)

  const listed = await robin.api.get(invitations)
  expect(listed).toMatchObject({
    body: { data: [{ id, role: 'triager', maxUses: 5, uses: 1, createdBy: { id: robin.userId } }] },
  })
  const { rows } = await db.pool.query<{ everything: string }>(
    `select (select json_agg(n)::text from invitations n) || (select json_agg(e)::text from events e) as everything`,
  )
  expect(`${JSON.stringify(listed.body)}${rows[0]?.everything}`).not.toContain(token)
})

test('an invitation that is unknown, revoked, used up or expired is told in one and the same sentence', async () => {
  const { robin, sam, person, db } = await scene()
  const [revoked, usedUp, expired] = [await invite(robin), await invite(robin), await invite(robin)]
  expect(await robin.api.delete(`${invitations}/${revoked.id}`)).toMatchObject({ status: 204 })
  await accept(await person('Quick'), usedUp.token)
  await db.prisma.invitation.updateMany({
    where: { id: expired.id },
    data: { expiresAt: new Date(Date.now() - 1000) },
  })

  const tokens = {
    revoked: revoked.token,
    usedUp: usedUp.token,
    expired: expired.token,
    unknown: revoked.token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    nonsense: 'x',
    id: usedUp.id,
    strange: '%00%F0%9F%98%80',
    long: 'x'.repeat(5000),
  }
  const before = await stateOf(db)
  const words = new Set<unknown>()
  for (const [why, token] of Object.entries(tokens)) {
    for (const answer of [await sam.api.get(`/api/v1/invitations/${token}`), await accept(sam, token)]) {
      expect(answer, why).toEqual(problem('not_found'))
      words.add((answer.body as { detail: string }).detail) // a Problem: the client checks
    }
  }
  expect([...words]).toEqual([
    'This invitation is not valid, or no longer. Ask whoever gave it to you for another one.',
  ])
  expect(await stateOf(db)).toEqual(before)
  expect(await robin.api.get(invitations)).toMatchObject({ body: { data: [] } })
  expect(await robin.api.delete(`${invitations}/${revoked.id}`)).toEqual(problem('not_found'))
})

test('an invitation never lowers a role, and is not used up by whoever has as much', async () => {
  const { robin, sam } = await scene()
  const member = await invite(robin)
  const triager = await invite(robin, { role: 'triager' })

  expect(await accept(robin, member.token)).toMatchObject({ status: 200, body: { role: 'admin' } })
  expect(await robin.api.get(crew)).toMatchObject({ body: { role: 'admin' } })
  expect(await accept(sam, member.token)).toMatchObject({ body: { role: 'member' } })
  expect(await accept(sam, triager.token), 'it may raise one').toMatchObject({ body: { role: 'triager' } })
  expect(await accept(sam, triager.token)).toEqual(problem('not_found'))
})

test('an invitation for two lets in two of six who come at once', async () => {
  const { robin, person, db } = await scene()
  const { token } = await invite(robin, { maxUses: 2 })
  const people = await Promise.all(Array.from({ length: 6 }, (_, n) => person(`Somebody ${n}`)))

  const answers = await Promise.all(people.map((someone) => accept(someone, token)))

  const statuses = answers.map(({ status }) => status).sort((one, other) => one - other)
  expect(statuses).toEqual([200, 200, 404, 404, 404, 404])
  expect(await db.prisma.membership.count({ where: { workspace: { slug: 'crew' } } })).toBe(3)
})

test('somebody who comes twice at once uses one of the uses', async () => {
  const { robin, sam } = await scene()
  const { token } = await invite(robin, { maxUses: 3 })

  await Promise.all([accept(sam, token), accept(sam, token), accept(sam, token)])

  expect(await robin.api.get(invitations)).toMatchObject({ body: { data: [{ uses: 1 }] } })
})

test('whoever is blocked is let in by no invitation', async () => {
  const { robin, sam, db } = await scene()
  const { token } = await invite(robin, { role: 'admin' })
  await robin.api.put(`${crew}/blocks/${sam.userId}`, {})
  const before = await stateOf(db)

  expect(await accept(sam, token)).toEqual(problem('forbidden', /^You were blocked by a moderator/))
  expect(await stateOf(db)).toEqual(before)
})

test('only admins invite, look at invitations and revoke them', async () => {
  const { robin, sam, person, db } = await scene()
  const { token, id } = await invite(robin, { role: 'triager' })
  await accept(sam, token)
  const eve = await person('Eve')
  const before = await stateOf(db)

  for (const [{ api }, code] of [
    [sam, 'forbidden'],
    [eve, 'not_found'],
  ] as const) {
    expect(await api.post(invitations, { role: 'admin' })).toEqual(problem(code))
    expect(await api.get(invitations)).toEqual(problem(code))
    expect(await api.delete(`${invitations}/${id}`)).toEqual(problem(code))
  }
  expect(await stateOf(db)).toEqual(before)
})

test('an admin of one workspace revokes nothing of another', async () => {
  const { robin, sam } = await scene()
  const { id } = await invite(robin)
  await sam.api.post('/api/v1/workspaces', { name: 'Of Sam', slug: 'of-sam', key: 'SAM' })

  expect(await sam.api.delete(`/api/v1/workspaces/of-sam/invitations/${id}`)).toEqual(problem('not_found'))
  expect(await robin.api.get(invitations)).toMatchObject({ body: { data: [{ id }] } })
})

test('somebody who has no account accepts nothing', async () => {
  const { robin, tracker, anonymous } = await scene()
  const { token } = await invite(robin)
  const userId = await ensureDiscordUser(tracker, {
    discordId: '100000000000000001',
    name: 'Dave',
    imageUrl: null,
  })
  const caller = { userId, door: 'discord' as const, guild: null }

  await expect(acceptInvitation({ tracker, caller, place: null }, { token })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(await anonymous.get(`/api/v1/invitations/${token}`)).toEqual(problem('unauthenticated'))
})

test('what an invitation cannot be is refused', async () => {
  const { robin } = await scene()

  for (const options of [
    { role: 'guest' },
    { role: 'owner' },
    { days: 0 },
    { days: 31 },
    { days: 1.5 },
    { maxUses: 0 },
    { maxUses: 101 },
    { token: 'mine' },
  ])
    expect(await robin.api.post(invitations, options)).toEqual(problem('invalid'))
})

test('a workspace has at most 100 open invitations', async () => {
  const { robin, db, tracker } = await scene()
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  const open = (n: number, expiresAt: Date) => ({
    workspaceId,
    id: tracker.newId(),
    tokenHash: Buffer.from(`${n}`),
    role: 'member' as const,
    createdById: robin.userId,
    maxUses: 1,
    createdAt: new Date(),
    expiresAt,
  })
  const later = new Date(Date.now() + 86_400_000)
  await db.prisma.invitation.createMany({ data: Array.from({ length: 100 }, (_, n) => open(n, later)) })

  expect(await robin.api.post(invitations, {})).toEqual(problem('conflict', /at most 100 open invitations/))

  await db.prisma.invitation.updateMany({
    where: { tokenHash: Buffer.from('0') },
    data: { expiresAt: new Date(0) },
  })
  expect(await robin.api.post(invitations, {}), 'one that is over does not count').toMatchObject({
    status: 201,
  })
})

test.for([
  [
    'was made a member',
    ({ robin, kim }: Admins) => robin.api.put(`${crew}/members/${kim.userId}`, { role: 'member' }),
  ],
  ['was removed', ({ robin, kim }: Admins) => robin.api.delete(`${crew}/members/${kim.userId}`)],
  ['left', ({ kim }: Admins) => kim.api.delete(`${crew}/members/${kim.userId}`)],
] as const)(
  'what an admin made leads nowhere once they %s: not themself, and nobody else',
  async ([, lose]) => {
    const { robin, sam, person } = await scene()
    const kim = await person('Kim')
    await robin.api.put(`${crew}/members/${kim.userId}`, { role: 'admin' })
    const { token } = await invite(kim, { role: 'admin', maxUses: 5 })
    const ofRobin = await invite(robin)
    await lose({ robin, kim })

    expect(await accept(kim, token)).toEqual(problem('not_found', /not valid/))
    expect(await accept(sam, token)).toEqual(problem('not_found', /not valid/))
    expect(await sam.api.get(`/api/v1/invitations/${token}`)).toEqual(problem('not_found', /not valid/))
    expect(await robin.api.get(invitations)).toMatchObject({ body: { data: [{ id: ofRobin.id }] } })
    expect(await accept(sam, ofRobin.token)).toMatchObject({ status: 200 })
  },
)

interface Admins {
  robin: Person
  kim: Person
}
