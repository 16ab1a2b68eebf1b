import { REST, Routes } from 'discord.js'
import { expect, test } from 'vitest'
import { createBot } from '#bot/bot.ts'
import { dashboardAt } from '#bot/dashboard.ts'
import { connectDiscordRest } from '#bot/discord-port.ts'
import { discordWorld } from '#test/local/discord-world.ts'
import { origin } from '#test/world.ts'
import { botWorld } from './setup.ts'

test('commands are registered only when they have changed', async () => {
  const { tracker, discord, bot, db } = await botWorld()
  const registered = commandsOf(discord)
  await bot.stop()
  await registered.put([])
  const restart = async () => {
    const again = createBot({ tracker, publicUrl: origin, ...discord })
    await again.start()
    await again.stop()
  }

  await restart()
  const untouched = await registered.get()
  await db.prisma.installation.updateMany({ data: { discordCommandDigest: 'of older commands' } })
  await restart()

  expect(untouched).toEqual([])
  expect((await registered.get()).map(({ name }) => name).sort()).toEqual([
    'issue',
    'link',
    'setup',
    'unlink',
    'whoami',
  ])
})

test('Discord is asked what somebody is in a server', async () => {
  const { discord, guildId } = await discordWorld()
  const { port, applicationId } = connectDiscordRest(discord)
  const triage = discord.findGuild(guildId).roles.find(({ name }) => name === 'triage')
  const roleOf = (name: string, guild = guildId) =>
    port.guildRole({ id: guild, triageRoleIds: [triage?.id ?? ''] }, discord.findUser(name).id)
  discord.addMember('Workshop', 'eve', ['managers'])

  expect(await roleOf('ada'), 'the owner').toBe('admin')
  expect(await roleOf('eve'), 'Manage Server').toBe('admin')
  expect(await roleOf('bob')).toBe('triager')
  discord.setMemberRoles('Workshop', 'bob', [])
  expect(await roleOf('bob')).toBe('member')
  discord.removeMember('Workshop', 'bob')
  expect(await roleOf('bob')).toBe('gone')
  expect(await roleOf('ada', '100000000000000000'), 'a guild that the bot is not in').toBe('gone')
  expect(await applicationId()).toBe(discord.applicationId)
})

test('a Discord that refuses or is away is not mistaken for an answer', async () => {
  const { discord, guildId } = await discordWorld()
  const guild = { id: guildId, triageRoleIds: [] }
  const id = discord.findUser('ada').id

  const refused = connectDiscordRest({ ...discord, token: 'of.somebody.else' })
  const away = connectDiscordRest({ ...discord, apiUrl: 'http://127.0.0.1:9/api' })

  expect(await refused.port.guildRole(guild, id)).toBe('unavailable')
  expect(await away.port.guildRole(guild, id)).toBe('unavailable')
  await expect(away.applicationId()).rejects.toThrow()
})

function commandsOf(discord: { token: string; apiUrl: string; applicationId: string }) {
  const rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token)
  const route = Routes.applicationCommands(discord.applicationId)
  return {
    put: (body: unknown[]) => rest.put(route, { body }),
    // The shape of Discord's reference.
    get: async () => (await rest.get(route)) as { name: string }[],
  }
}

test('a bot waits for a Discord that is away until it is stopped, and gives up on one that refuses it', async () => {
  const { tracker, discord, bot } = await botWorld()
  await bot.stop()
  const away = createBot({ tracker, publicUrl: origin, ...discord, apiUrl: 'http://127.0.0.1:9/api' })
  const refused = createBot({ tracker, publicUrl: origin, ...discord, token: 'of.somebody.else' })

  const starting = away.start()
  await expect(refused.start()).rejects.toMatchObject({ status: 401 })
  await expect(Promise.race([starting, Promise.resolve('still trying')])).resolves.toBe('still trying')

  await away.stop()
  await starting
})

test('a link that Discord would not take is not made a button', () => {
  const real = { apiUrl: 'https://discord.com/api' }

  expect(dashboardAt({ ...real, publicUrl: 'https://snag.example.com/' })).toMatchObject({
    isLinkable: true,
    link: 'https://snag.example.com/link/discord',
  })
  expect(dashboardAt({ ...real, publicUrl: 'http://localhost:3000' }).isLinkable).toBe(false)
  expect(dashboardAt({ apiUrl: 'http://127.0.0.1:3000/api', publicUrl: origin }).isLinkable).toBe(true)
})
