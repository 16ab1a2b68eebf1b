import { expect, test } from 'vitest'
import { purgeJob } from '#shared/issues/purge.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import type { References } from '#shared/references/schema.ts'
import { problem } from '#test/problems.ts'
import { expectRefused } from '#test/refusals.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`
const dayMs = 86_400_000

/** Three issues by Robin, and a triager. */
async function scene() {
  const here = await world()
  const robin = await here.person('Robin')
  const triager = await here.personWith('triager', 'Tess')
  for (const n of [1, 2, 3]) await robin.api.post(list, { title: `Issue ${n}` })
  return { ...here, robin, triager }
}

async function links({ api }: Person, number: number) {
  const { body } = await api.get(`${list}/${number}/references`)
  const { references, referencedBy, duplicateOf, duplicates } = body as References // the client checks
  const numbers = (found: References['references']) => found.map((link) => link.number)
  return {
    names: numbers(references),
    namedBy: numbers(referencedBy),
    repeats: duplicateOf?.number ?? null,
    repeatedBy: numbers(duplicates),
  }
}

/** The people named by events on an issue, in the order in which they were. */
async function told({ db }: World, issueNumber: number): Promise<unknown[]> {
  const events = await db.prisma.event.findMany({ where: { issueNumber }, orderBy: { id: 'asc' } })
  return events.flatMap(
    ({ changes }) => (changes as { mentioned?: { after: unknown } }).mentioned?.after ?? [],
  )
}

test('an issue that is named in a text is linked both ways, and the text stays as it was written', async () => {
  const { robin } = await scene()
  const description = 'As in #1 and SNAG-2, not `#3`, #99 or OTHER-3. Also #4 itself.'
  const { body } = await robin.api.post(list, { title: 'Linked', description })

  expect(body).toMatchObject({ number: 4, description })
  expect(await links(robin, 4)).toMatchObject({ names: [2, 1], namedBy: [] })
  expect(await links(robin, 1)).toMatchObject({ names: [], namedBy: [4] })
  expect(await robin.api.get(`${one}/references`)).toMatchObject({
    body: { referencedBy: [{ number: 4, reference: 'SNAG-4', title: 'Linked', status: 'backlog' }] },
  })
})

test('links follow what texts say: edited, deleted and restored', async () => {
  const { robin } = await scene()
  await robin.api.patch(one, { description: 'See #2.' })
  const said = await robin.api.post(`${one}/comments`, { body: 'And #2, and #3.' })
  const at = String(said.headers.get('location'))
  expect(await links(robin, 1)).toMatchObject({ names: [3, 2] })

  await robin.api.patch(at, { body: 'And #3.' })
  expect(await links(robin, 1), 'the description still says it').toMatchObject({ names: [3, 2] })
  await robin.api.patch(one, { description: '' })
  expect(await links(robin, 1)).toMatchObject({ names: [3] })
  await robin.api.delete(`${list}/3`)
  expect(await links(robin, 1)).toMatchObject({ names: [] })
  await robin.api.post(`${list}/3/restore`)
  expect(await links(robin, 1)).toMatchObject({ names: [3] })
  await robin.api.delete(at)
  expect(await links(robin, 1)).toMatchObject({ names: [] })
  expect(await links(robin, 3)).toMatchObject({ namedBy: [] })
})

test('nobody learns of hidden issues, or from hidden comments, by what is linked', async () => {
  const { robin, triager, db } = await scene()
  await robin.api.post(`${one}/comments`, { body: 'Spam for #3.' })
  await robin.api.patch(one, { description: 'See #2.' })
  await triager.api.patch(`${list}/2`, { hidden: true })
  await db.prisma.comment.updateMany({ data: { hiddenAt: new Date() } })

  expect(await links(robin, 1)).toMatchObject({ names: [] })
  expect(await links(robin, 3)).toMatchObject({ namedBy: [] })
  expect(await links(triager, 1)).toMatchObject({ names: [2] })
  expect(await robin.api.get(`${list}/2/references`)).toEqual(problem('not_found'))
})

test('an issue of another workspace is never linked', async () => {
  const { robin } = await scene()
  await robin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon', key: 'MOON' })
  const moon = '/api/v1/workspaces/moon/issues'
  for (const n of [1, 2]) await robin.api.post(moon, { title: `On the moon ${n}` })
  await robin.api.post(`${moon}/1/comments`, { body: 'SNAG-2 #3 MOON-2' })

  expect(await robin.api.get(`${moon}/1/references`)).toMatchObject({
    body: { references: [{ reference: 'MOON-2' }] },
  })
  expect(await links(robin, 2)).toMatchObject({ namedBy: [] })
})

test('who is mentioned is told once, whichever way the name is written', async () => {
  const here = await scene()
  const { robin, triager, db, personWith } = here
  const kim = await personWith('member', 'Kim')
  await db.prisma.user.update({ where: { id: kim.userId }, data: { username: 'K_Lee' } })

  const said = await robin.api.post(`${one}/comments`, { body: '@k_lee @K_LEE @kimtester `@tesstester`' })
  await robin.api.patch(String(said.headers.get('location')), {
    body: '@k_lee and @TessTester and @robintester',
  })
  await robin.api.patch(one, { description: '@tesstester' })
  await robin.api.patch(one, { description: '@tesstester!' })

  expect(await told(here, 1)).toEqual([kim.userId, triager.userId, triager.userId])
})

test('only those are mentioned who have to do with the workspace', async () => {
  const here = await scene()
  const { robin, person, db, tracker } = here
  await robin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon', key: 'MOON' })
  const moon = '/api/v1/workspaces/moon'
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'moon' } })
  const [member, crew, former] = [await person('Member'), await person('Crew'), await person('Former')]
  await person('Stranger')
  await robin.api.put(`${moon}/members/${member.userId}`, { role: 'member' })
  await robin.api.put(`${moon}/members/${former.userId}`, { role: 'member' })
  await former.api.post(`${moon}/issues`, { title: 'Before I left' })
  await former.api.delete(`${moon}/members/${former.userId}`)
  await rememberGuild(tracker, { id: '1200000000000000077', name: 'Workshop' })
  await db.prisma.guild.updateMany({ data: { workspaceId } })
  await db.prisma.guildRole.create({
    data: { guildId: '1200000000000000077', userId: crew.userId, role: 'member', checkedAt: new Date() },
  })
  const body = '@membertester @crewtester @formertester @strangertester @nobody'

  await robin.api.post(`${moon}/issues`, { title: 'For all', description: body })
  const inMoon = { ...here, db: here.db }
  expect(new Set(await told(inMoon, 2))).toEqual(new Set([member.userId, crew.userId]))
  await robin.api.patch(moon, { visibility: 'public' })
  await robin.api.post(`${moon}/issues/2/comments`, { body })

  const events = await db.prisma.event.findMany({ where: { type: 'comment.created' } })
  expect(events[0]?.changes).toMatchObject({
    mentioned: { after: [member.userId, crew.userId, former.userId].sort() },
  })
})

test('a name that is shown twice means nobody, and a username goes before names that are shown', async () => {
  const here = await scene()
  const { robin, triager, personWith, tracker, db } = here
  const kim = await personWith('member', 'Kim')
  const guestId = await ensureDiscordUser(tracker, {
    discordId: '1200000000000000099',
    name: 'Tess Tester',
    imageUrl: null,
  })
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.membership.create({ data: { workspaceId, userId: guestId, role: 'member' } })

  await robin.api.post(`${one}/comments`, { body: '@tesstester' })
  expect(await told(here, 1)).toEqual([])
  await db.prisma.user.update({ where: { id: kim.userId }, data: { username: 'TessTester' } })
  await robin.api.post(`${one}/comments`, { body: '@tesstester' })
  expect(await told(here, 1)).toEqual([kim.userId])
  expect(await told(here, 1)).not.toContain(triager.userId)
})

test('a duplicate is closed, and gives its votes and followers to the original', async () => {
  const { robin, triager, person, db } = await scene()
  const voters = [await person('Ann'), await person('Bob'), await person('Cem')]
  const [ann, bob, cem] = voters
  for (const voter of voters) await voter.api.put(`${one}/vote`)
  await ann?.api.put(`${list}/2/vote`)
  await bob?.api.put(`${one}/subscription`, { state: 'following' })
  await cem?.api.put(`${list}/2/subscription`, { state: 'muted' })
  await cem?.api.put(`${one}/subscription`, { state: 'following' })

  const changed = await triager.api.patch(one, { duplicateOf: 2 })

  expect(changed).toMatchObject({
    status: 200,
    body: { duplicateOf: 2, status: 'canceled', closedAt: expect.any(String), votes: 0, version: 2 },
  })
  expect(await robin.api.get(`${list}/2`)).toMatchObject({
    body: { votes: 3, version: 1, duplicateOf: null },
  })
  expect(await db.prisma.vote.count({ where: { issueNumber: 2 } })).toBe(3)
  expect(await ann?.api.get(`${list}/2/me`)).toMatchObject({ body: { voted: true } })
  expect(await bob?.api.get(`${list}/2/me`)).toMatchObject({
    body: { voted: true, subscription: 'following' },
  })
  expect(await cem?.api.get(`${list}/2/me`)).toMatchObject({ body: { subscription: 'muted' } })
  expect(await links(robin, 1)).toMatchObject({ repeats: 2, repeatedBy: [] })
  expect(await links(robin, 2)).toMatchObject({ repeats: null, repeatedBy: [1] })
  expect(await robin.api.get(`${one}/history`)).toMatchObject({
    body: {
      data: expect.arrayContaining([
        expect.objectContaining({
          type: 'issue.changed',
          changes: {
            duplicateOf: { before: null, after: 2 },
            status: { before: 'backlog', after: 'canceled' },
            votes: { before: 3, after: 0 },
          },
        }),
      ]),
    },
  })
  const { body: history } = await robin.api.get(`${list}/2/history`)
  expect(history).toMatchObject({
    data: [
      { type: 'issue.created' },
      { type: 'issue.voted' },
      {
        type: 'issue.duplicate-added',
        actor: { id: triager.userId },
        changes: { duplicate: { before: null, after: 1 }, votes: { before: 1, after: 3 } },
      },
    ],
  })
})

test('what is no duplicate after all stays as it is, and its votes where they went', async () => {
  const { robin, triager } = await scene()
  await robin.api.put(`${one}/vote`)
  await triager.api.patch(one, { duplicateOf: 2, status: 'done' })
  expect(await triager.api.patch(one, { duplicateOf: 2 })).toMatchObject({ body: { version: 2 } })

  expect(await triager.api.patch(one, { duplicateOf: null })).toMatchObject({
    body: { duplicateOf: null, status: 'done', votes: 0 },
  })
  expect(await robin.api.get(`${list}/2`)).toMatchObject({ body: { votes: 1 } })
  expect(await links(robin, 2)).toMatchObject({ repeatedBy: [] })
  await triager.api.patch(one, { duplicateOf: 2 })
  await triager.api.patch(one, { duplicateOf: 3 })
  const { body } = await robin.api.get(`${list}/2/history`)
  const { data } = body as { data: { type: string }[] } // a History: the client checks
  expect(data.map(({ type }) => type)).toEqual([
    'issue.created',
    'issue.duplicate-added',
    'issue.duplicate-removed',
    'issue.duplicate-added',
    'issue.duplicate-removed',
  ])
})

test('a duplicate is not opened while it is one', async () => {
  const { triager } = await scene()
  await triager.api.patch(one, { duplicateOf: 2 })

  expect(await triager.api.patch(one, { status: 'todo' })).toEqual(
    problem('conflict', /^This issue is a duplicate of SNAG-2, .+ duplicateOf null\.$/),
  )
  expect(await triager.api.patch(one, { status: 'done' })).toMatchObject({ body: { status: 'done' } })
  expect(await triager.api.patch(one, { status: 'todo', duplicateOf: null })).toMatchObject({
    body: { status: 'todo', duplicateOf: null },
  })
})

test('an original is another issue that is there and no duplicate itself', async () => {
  const here = await scene()
  const { robin, triager } = here
  await triager.api.patch(`${list}/2`, { duplicateOf: 3 })
  await robin.api.post(list, { title: 'Deleted' })
  await robin.api.delete(`${list}/4`)

  await expectRefused(here, 'invalid', {
    itself: () => triager.api.patch(one, { duplicateOf: 1 }),
    nothing: () => triager.api.patch(one, { duplicateOf: 99 }),
    'what is deleted': () => triager.api.patch(one, { duplicateOf: 4 }),
    'left open': () => triager.api.patch(one, { duplicateOf: 3, status: 'todo' }),
    'no number': () => triager.api.patch(one, { duplicateOf: '3' }),
    'a number too large': () => triager.api.patch(one, { duplicateOf: 2 ** 40 }),
  })
  await expectRefused(here, 'conflict', {
    'a duplicate': () => triager.api.patch(one, { duplicateOf: 2 }),
    'a circle': () => triager.api.patch(`${list}/3`, { duplicateOf: 2 }),
    'of what has duplicates itself': () => triager.api.patch(`${list}/3`, { duplicateOf: 1 }),
  })
  await expectRefused(here, 'forbidden', { 'by its author': () => robin.api.patch(one, { duplicateOf: 3 }) })
})

test('of two issues that are made duplicates of each other at once, one is', async () => {
  const { triager, db } = await scene()

  for (let round = 0; round < 4; round++) {
    await db.prisma.issue.updateMany({ data: { duplicateOf: null } })
    const answers = await Promise.all([
      triager.api.patch(one, { duplicateOf: 2 }),
      triager.api.patch(`${list}/2`, { duplicateOf: 1 }),
    ])
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409])
  }
})

test('an original that is removed for good leaves its duplicates, which repeat nothing then', async () => {
  const here = await scene()
  const { robin, triager } = here
  await robin.api.patch(`${list}/3`, { description: 'See #2.' })
  await triager.api.patch(one, { duplicateOf: 2 })
  await triager.api.patch(`${list}/2`, { duplicateOf: 3 })
  await robin.api.delete(`${list}/2`)
  await robin.api.delete(`${list}/3`)

  here.advance(31 * dayMs)
  await purgeJob(here.tracker).run({})

  expect(await robin.api.get(one)).toMatchObject({ body: { duplicateOf: null } })
  expect(await here.db.prisma.issue.count()).toBe(1)
})
