import { onTestFinished } from 'vitest'
import { createBot } from '#bot/bot.ts'
import type { Bot } from '#bot/bot.ts'
import { connectDiscordRest } from '#bot/discord-port.ts'
import type { LocalDiscord } from '#local/discord/local-discord.ts'
import type { LocalPerson } from '#local/discord/people/local-person.ts'
import { startRelay } from '#shared/events/relay.ts'
import { changeGuild, connectGuild } from '#shared/guilds/operations.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { startWorker } from '#shared/jobs/worker.ts'
import { discordWorld } from './local/discord-world.ts'
import { origin, world } from './world.ts'
import type { Person, World } from './world.ts'

export interface BotWorld extends World {
  discord: LocalDiscord
  bot: Bot
  /** A server that is connected to *home*; it has the role `triage`, which triages, and `managers` with Manage Server. */
  guildId: string
  channelId: string
  /** Somebody in the server who has never signed in. */
  guest(name: string, roles?: string[]): Chatter
  /** Somebody with an account, who has linked it with theirs in the server. */
  linked(name: string, roles?: string[]): Promise<Person & Chatter>
  /** Begins to relay events and to work on jobs, which most tests do not need. */
  relay(): Promise<void>
}

export interface Chatter {
  chat: LocalPerson
  discordId: string
}

/** A world whose bot is online in a local Discord. */
export async function botWorld(): Promise<BotWorld> {
  const base = await world()
  const { tracker, db, clerk, person, personWith } = base
  const { discord, guildId, generalId } = await discordWorld()
  const credentials = { token: discord.token, apiUrl: discord.apiUrl }
  tracker.discord = connectDiscordRest(credentials).port
  const bot = createBot({ tracker, publicUrl: origin, ...credentials })
  await bot.start()
  onTestFinished(() => bot.stop())

  await rememberGuild(tracker, { id: guildId, name: 'Workshop' })
  const owner = await personWith('admin', 'Owner')
  const caller = { ...owner.caller, door: 'discord' as const, guild: { id: guildId, managed: true } }
  await connectGuild({ ...owner.home, caller }, {})
  const triageRole = discord.findGuild(guildId).roles.find(({ name }) => name === 'triage')
  if (triageRole === undefined) throw new Error('The server has no triage role.')
  await changeGuild({ ...owner.home, caller }, { triageRoleIds: [triageRole.id] })

  function guest(name: string, roles: string[] = []): Chatter {
    const user = discord.addUser({ username: `${name.toLowerCase()}${discord.listUsers().length}`, globalName: name })
    discord.addMember(guildId, user.id, roles)
    return { chat: discord.person(user.id), discordId: user.id }
  }

  return {
    ...base,
    discord,
    bot,
    guildId,
    channelId: generalId,
    guest,
    async linked(name, roles = []) {
      const chatter = guest(name, roles)
      const account = await person(name)
      const { globalName, username } = discord.findUser(chatter.discordId)
      await clerk.connectDiscord(account.clerkId, {
        id: chatter.discordId,
        username,
        globalName: globalName ?? username,
        avatarUrl: '',
        email: `${username}@example.com`,
      })
      await account.api.post('/api/v1/account/discord')
      return { ...account, ...chatter }
    },
    async relay() {
      const relay = startRelay({ pool: db.pool, follow: bot.follow, log: tracker.log })
      tracker.relay = relay
      const worker = await startWorker(db.pool, bot.jobs, tracker.log)
      onTestFinished(async () => {
        await relay.stop()
        await worker.stop()
      })
    },
  }
}
