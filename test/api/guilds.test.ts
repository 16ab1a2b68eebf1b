import { expect, test } from 'vitest'
import { connectGuild } from '#shared/guilds/operations.ts'
import { rememberGuild, rememberGuildRole } from '#shared/guilds/roles.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const crew = '/api/v1/workspaces/crew'
const guildId = '1200000000000000077'
const elsewhere = '1200000000000000088'

/** A workspace with a server, in which Kim, who was given nothing, has Manage Server; another server is somebody else's. */
async function crewWithServer() {
  const here = await world({ discord: { guildRole: async () => 'admin' } })
  const founder = await here.person('Founder')
  const kim = await here.person('Kim')
  for (const [person, slug] of [
    [founder, 'crew'],
    [kim, 'other'],
  ] as const)
    await person.api.post('/api/v1/workspaces', { name: slug, slug, key: slug.toUpperCase() })
  for (const [id, slug] of [
    [guildId, 'crew'],
    [elsewhere, 'other'],
  ] as const) {
    const workspace = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug } })
    await rememberGuild(here.tracker, { id, name: `Server of ${slug}` })
    await here.db.prisma.guild.update({ where: { id }, data: { workspaceId: workspace.id } })
  }
  await here.db.prisma.user.update({ where: { id: kim.userId }, data: { discordId: '100000000000000009' } })
  await rememberGuildRole(here.tracker, {
    guildId,
    userId: kim.userId,
    standing: { managesGuild: true, roleIds: [] },
  })
  return { ...here, founder, kim }
}

test('an admin sees through which servers others are admins, and ends that', async () => {
  const { founder, kim, db } = await crewWithServer()
  expect(await kim.api.patch(crew, { name: 'Kim’s' })).toMatchObject({ status: 200 })

  const { body } = await founder.api.get(`${crew}/guilds`)
  const gone = await founder.api.delete(`${crew}/guilds/${guildId}`)

  expect(body).toEqual({
    data: [
      {
        id: guildId,
        name: 'Server of crew',
        workspace: expect.objectContaining({ slug: 'crew' }),
        triageRoleIds: [],
        guestsAllowed: true,
      },
    ],
  })
  expect(gone.status).toBe(204)
  expect(await kim.api.patch(crew, { name: 'Mine again' })).toEqual(problem('not_found'))
  expect(await founder.api.get(`${crew}/guilds`)).toMatchObject({ body: { data: [] } })
  const { type, door } = await db.prisma.event.findFirstOrThrow({ orderBy: { id: 'desc' } })
  expect({ type, door }).toEqual({ type: 'guild.disconnected', door: 'api' })
})

test('who triages in a server, and whether guests may file, is changed from here as well', async () => {
  const { founder, db } = await crewWithServer()
  const path = `${crew}/guilds/${guildId}`
  const [first, second] = ['1300000000000000001', '1300000000000000002']

  expect(
    await founder.api.patch(path, { triageRoleIds: [second, first, second], guestsAllowed: false }),
  ).toMatchObject({
    status: 200,
    body: { id: guildId, triageRoleIds: [first, second], guestsAllowed: false },
  })
  expect(await founder.api.patch(path, { guildId: elsewhere, guestsAllowed: true })).toEqual(
    problem('invalid'),
  )
  const events = await db.prisma.event.findMany({ where: { type: 'guild.changed' } })
  expect(events).toMatchObject([
    { door: 'api', changes: { guildId: { after: guildId }, guestsAllowed: { before: true, after: false } } },
  ])
})

test('a workspace has as many servers as can be listed at once', async () => {
  const { founder, db, tracker } = await crewWithServer()
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  const ids = Array.from({ length: 100 }, (_, n) => String(1_400_000_000_000_000_000n + BigInt(n)))
  await db.prisma.guild.createMany({ data: ids.map((id) => ({ id, name: id })) })
  await db.prisma.guild.updateMany({ where: { id: { in: ids.slice(1) } }, data: { workspaceId } })
  const [last = ''] = ids
  const guild = { id: last, managed: true }
  const ctx = {
    tracker,
    caller: { ...founder.caller, door: 'discord' as const, guild },
    place: { slug: 'crew' },
  }

  await expect(connectGuild(ctx, {})).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/at most 100/),
  })
})

test('a server of another workspace, or of none, is not there', async () => {
  const { founder, db } = await crewWithServer()

  for (const id of [elsewhere, '1200000000000000099']) {
    expect(await founder.api.delete(`${crew}/guilds/${id}`)).toEqual(
      problem('not_found', /not connected to crew/),
    )
    expect(await founder.api.patch(`${crew}/guilds/${id}`, { guestsAllowed: false })).toEqual(
      problem('not_found'),
    )
  }
  expect(await founder.api.delete(`${crew}/guilds/workshop`)).toEqual(problem('invalid', /id of Discord/))
  const other = await db.prisma.guild.findUniqueOrThrow({ where: { id: elsewhere } })
  expect(other).toMatchObject({ workspaceId: expect.any(Number), guestsAllowed: true })
})
