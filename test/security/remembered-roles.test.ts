import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectDiscordRest } from '#bot/discord-port.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

/** A Discord that answers everything with this, and counts. */
async function discordThatAnswers(status: number, body: unknown) {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // a TCP server that listens has a port
  const rest = connectDiscordRest({ token: 'a.b.c', apiUrl: `http://127.0.0.1:${port}/api` })
  return { port: rest.port, asked: () => asked }
}

const crew = '/api/v1/workspaces/crew'

/** Somebody who was an admin of a workspace by Manage Server in its server, long ago. */
async function formerAdmin(discord: Awaited<ReturnType<typeof discordThatAnswers>>) {
  const here = await world({ discord: discord.port })
  const [founder, robin] = [await here.person('Founder'), await here.person('Robin')]
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const { id: workspaceId } = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } })
  const guildId = '1200000000000000077'
  await rememberGuild(here.tracker, { id: guildId, name: 'Workshop' })
  await here.db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId } })
  await here.db.prisma.user.update({
    where: { id: robin.userId },
    data: { discordId: '1100000000000000077' },
  })
  await here.db.prisma.guildRole.create({
    data: { guildId, userId: robin.userId, role: 'admin', checkedAt: new Date(0) },
  })
  return robin
}

test('while Discord is away, an impatient person costs it two questions, and is a member at most', async () => {
  const discord = await discordThatAnswers(503, { message: 'Away', code: 0 })
  const robin = await formerAdmin(discord)

  const answers = await Promise.all(Array.from({ length: 8 }, () => robin.api.get(crew)))
  const again = await robin.api.get(crew)
  const changed = await robin.api.patch(crew, { name: 'Mine' })

  expect([...answers, again].map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200))
  expect(changed).toEqual(problem('forbidden'))
  expect(discord.asked(), 'the server and the person in it').toBe(2)
})

test('a role in a server that has thrown the bot out is gone', async () => {
  const discord = await discordThatAnswers(403, { message: 'Missing Access', code: 50001 })
  const robin = await formerAdmin(discord)

  expect(await robin.api.get(crew)).toEqual(problem('not_found'))
  expect(await robin.api.get(crew)).toEqual(problem('not_found'))
  expect(discord.asked()).toBe(2)
})
