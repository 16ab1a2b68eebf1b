import { expect, test } from 'vitest'
import type { DiscordPort } from '#shared/guilds/discord-port.ts'
import type { GrantedRole } from '#shared/members/schema.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const crew = '/api/v1/workspaces/crew'
const fiveMinutes = 5 * 60_000 + 1000
type Says = Awaited<ReturnType<DiscordPort['guildRole']>>

/** A workspace for members that a server is connected to, and what Discord says of everybody in it. */
async function connectedCrew(guildRole?: DiscordPort['guildRole']) {
  const discord = { says: 'unavailable' as Says, asked: 0 }
  const answer = async () => {
    discord.asked += 1
    return discord.says
  }
  const here = await world({ discord: { guildRole: guildRole ?? answer } })
  const founder = await here.person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const workspace = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  const triageRoleIds = ['300000000000000001']
  const guild = { id: '200000000000000001', name: 'Guild', workspaceId: workspace.id, triageRoleIds }
  await here.db.prisma.guild.create({ data: guild })
  return { ...here, discord, founder, guild, workspace }
}

/** Discord has just told, in an interaction, what somebody is in the server. */
async function remembered({ db, tracker }: World, { userId }: Person, role: GrantedRole): Promise<void> {
  await db.prisma.user.update({ where: { id: userId }, data: { discordId: '100000000000000001' } })
  const data = { guildId: '200000000000000001', userId, role, checkedAt: tracker.clock() }
  await db.prisma.guildRole.create({ data })
}

const rename = ({ api }: Person) => api.patch(crew, { name: 'Crew' })

test('a role in the connected server counts here, and so does its being taken back', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  expect(await sam.api.get(crew)).toEqual(problem('not_found'))
  await remembered(here, sam, 'admin')

  expect(await sam.api.get(crew)).toMatchObject({ status: 200, body: { role: 'admin' } })
  expect(await rename(sam)).toMatchObject({ status: 200 })
  expect(await sam.api.get('/api/v1/workspaces')).toMatchObject({
    body: { data: [{ slug: 'crew' }, { slug: 'home' }] },
  })
  expect(here.discord.asked, 'it was told a moment ago').toBe(0)

  here.advance(fiveMinutes)
  here.discord.says = 'triager'
  expect(await rename(sam)).toEqual(problem('forbidden'))
  expect(await sam.api.post(`${crew}/labels`, { name: 'mine', color: '#000000' })).toMatchObject({
    status: 201,
  })
  expect(here.discord.asked, 'once for five minutes').toBe(1)

  here.advance(fiveMinutes)
  here.discord.says = 'gone'
  expect(await sam.api.get(crew)).toEqual(problem('not_found'))
  expect(await here.db.prisma.guildRole.count()).toBe(0)
})

test('while Discord cannot be asked, what is above member is suspended', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await remembered(here, sam, 'admin')
  here.advance(fiveMinutes)

  expect(await rename(sam)).toEqual(problem('forbidden'))
  expect(await sam.api.post(`${crew}/issues`, { title: 'As a member' })).toMatchObject({ status: 201 })

  here.discord.says = 'admin'
  expect(await rename(sam)).toMatchObject({ status: 200 })
})

test('a triage role that is taken away while Discord is being asked counts no more', async () => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Says>()
  const here = await connectedCrew(async () => {
    asked.resolve()
    return answer.promise
  })
  const sam = await here.person('Sam')
  await remembered(here, sam, 'triager')
  here.advance(fiveMinutes)
  const label = { name: 'mine', color: '#000000' }

  const underWay = sam.api.post(`${crew}/labels`, label)
  await asked.promise
  await here.founder.api.patch(`${crew}/guilds/${here.guild.id}`, { triageRoleIds: [] })
  answer.resolve('triager')

  expect(await underWay).toEqual(problem('forbidden'))
  const { checkedAt } = await here.db.prisma.guildRole.findFirstOrThrow()
  expect(checkedAt, 'Discord will be asked again').toEqual(new Date(0))
})

test('two who ask Discord at once both learn what it says', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await remembered(here, sam, 'triager')
  here.advance(fiveMinutes)
  here.discord.says = 'triager'

  const labels = ['one', 'two', 'three'].map((name) => ({ name, color: '#000000' }))
  const answers = await Promise.all(labels.map((label) => sam.api.post(`${crew}/labels`, label)))

  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
})

test('a role that an admin granted needs no Discord', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await here.founder.api.put(`${crew}/members/${sam.userId}`, { role: 'admin' })
  await remembered(here, sam, 'triager')
  here.advance(fiveMinutes)

  expect(await rename(sam)).toMatchObject({ status: 200 })
  expect(here.discord.asked).toBe(0)
})

test('a role in the server of another workspace is nothing here', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await remembered(here, sam, 'admin')
  await here.founder.api.post('/api/v1/workspaces', { name: 'Other', slug: 'other', key: 'OTHER' })

  expect(await sam.api.get('/api/v1/workspaces/other')).toEqual(problem('not_found'))
  expect(await sam.api.patch('/api/v1/workspaces/home', { name: 'Mine' })).toEqual(problem('forbidden'))
})

test('a server that is connected elsewhere takes its roles along', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await remembered(here, sam, 'admin')
  await here.db.prisma.guild.update({ where: { id: here.guild.id }, data: { workspaceId: null } })

  expect(await sam.api.get(crew)).toEqual(problem('not_found'))
})

test('unlinking gives up what Discord gave', async () => {
  const here = await connectedCrew()
  const sam = await here.person('Sam')
  await remembered(here, sam, 'admin')
  await sam.api.delete('/api/v1/account/discord')

  expect(await sam.api.get(crew)).toEqual(problem('not_found'))
})
