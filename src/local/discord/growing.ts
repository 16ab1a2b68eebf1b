import { generateKeyPairSync, randomBytes } from 'node:crypto'

import { OverwriteType, type APIOverwrite } from 'discord-api-types/v10'

import { permissionBits } from './permissions.ts'
import type {
  ApplicationRecord,
  DiscordRecords,
  GuildChannelRecord,
  GuildRecord,
  RoleRecord,
  UserRecord,
} from './records.ts'
import type {
  DiscordSeed,
  PermissionName,
  SeedChannel,
  SeedGuild,
  SeedOverwrite,
  SeedRole,
  SeedUser,
} from './seed.ts'
import type { Snowflakes } from './snowflakes.ts'

/** What a new Discord server lets everybody do, as far as anything here asks for it. */
const EVERYONE: PermissionName[] = [
  'ViewChannel',
  'SendMessages',
  'ReadMessageHistory',
  'EmbedLinks',
  'AttachFiles',
  'AddReactions',
  'UseApplicationCommands',
  'CreatePublicThreads',
  'SendMessagesInThreads',
]

const BOT: PermissionName[] = [
  'ViewChannel',
  'SendMessages',
  'ReadMessageHistory',
  'EmbedLinks',
  'AttachFiles',
]

/** Makes the records of a first start out of a seed. Throws when the seed names something it does not hold. */
export function growRecords(seed: DiscordSeed, makeId: Snowflakes, now: () => number): DiscordRecords {
  const application = makeApplication(makeId)
  const bot: UserRecord = {
    id: application.id,
    username: seed.botName ?? 'Snag',
    globalName: null,
    bot: true,
    about: 'the bot',
    acceptsDirectMessages: false,
  }
  const users = [bot, ...seed.users.map((user) => growUser(user, makeId))]
  const grown = seed.guilds.map((guild) => growGuild(guild, { users, bot, makeId, now }))
  return {
    application,
    users,
    guilds: grown.map(({ guild }) => guild),
    channels: grown.flatMap(({ channels }) => channels),
    messages: [],
    commands: [],
  }
}

/** Shaped like Discord's: the id in base64, a time, a secret. */
function makeApplication(makeId: Snowflakes): ApplicationRecord {
  const id = makeId()
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  return {
    id,
    token: [Buffer.from(id), randomBytes(4), randomBytes(28)]
      .map((part) => part.toString('base64url'))
      .join('.'),
    // An SPKI structure of this kind ends with the 32 bytes of the key itself.
    publicKey: publicKey.subarray(-32).toString('hex'),
  }
}

export function growUser(seed: SeedUser, makeId: Snowflakes): UserRecord {
  return {
    id: seed.id ?? makeId(),
    username: seed.username,
    globalName: seed.globalName ?? null,
    bot: false,
    about: seed.about ?? '',
    acceptsDirectMessages: seed.acceptsDirectMessages ?? true,
  }
}

interface Soil {
  users: Iterable<UserRecord>
  bot: UserRecord
  makeId: Snowflakes
  now: () => number
}

export function growGuild(
  seed: SeedGuild,
  soil: Soil,
): { guild: GuildRecord; channels: GuildChannelRecord[] } {
  const { bot, makeId } = soil
  const users = [...soil.users]
  const id = seed.id ?? makeId()
  const joinedAt = new Date(soil.now()).toISOString()

  const everyone = growRole({ id, name: '@everyone', permissions: seed.everyone ?? EVERYONE }, 0, makeId)
  const roles = [everyone, ...(seed.roles ?? []).map((role, index) => growRole(role, index + 1, makeId))]
  const guild: GuildRecord = {
    id,
    name: seed.name,
    ownerId: findUser(users, seed.owner).id,
    roles,
    members: [],
  }

  guild.members.push({ userId: guild.ownerId, roleIds: [], joinedAt })
  for (const { user, roles: names = [] } of seed.members ?? []) {
    const userId = findUser(users, user).id
    const roleIds = names.map((name) => findRole(guild, name).id)
    const present = guild.members.find((member) => member.userId === userId)
    if (present === undefined) guild.members.push({ userId, roleIds, joinedAt })
    else present.roleIds = roleIds
  }
  if (seed.botPermissions !== null) {
    const botRole = growRole(
      { name: bot.username, permissions: seed.botPermissions ?? BOT },
      roles.length,
      makeId,
    )
    roles.push({ ...botRole, botId: bot.id })
    guild.members.push({ userId: bot.id, roleIds: [botRole.id], joinedAt })
  }

  const channels = (seed.channels ?? [{ name: 'general' }]).map((channel, position) =>
    growChannel(channel, { guild, users, makeId, position }),
  )
  return { guild, channels }
}

export function growRole(seed: SeedRole, position: number, makeId: Snowflakes): RoleRecord {
  return {
    id: seed.id ?? makeId(),
    name: seed.name,
    color: seed.color ?? 0,
    position,
    permissions: permissionBits(seed.permissions ?? []).toString(),
    botId: null,
  }
}

export function growChannel(
  seed: SeedChannel,
  where: { guild: GuildRecord; users: Iterable<UserRecord>; makeId: Snowflakes; position: number },
): GuildChannelRecord {
  return {
    id: seed.id ?? where.makeId(),
    guildId: where.guild.id,
    recipientId: null,
    name: seed.name,
    topic: seed.topic ?? null,
    position: where.position,
    overwrites: growOverwrites(seed.overwrites ?? [], where.guild, where.users),
  }
}

export function growOverwrites(
  seed: SeedOverwrite[],
  guild: GuildRecord,
  users: Iterable<UserRecord>,
): APIOverwrite[] {
  return seed.map((overwrite) => ({
    id: 'role' in overwrite ? findRole(guild, overwrite.role).id : findUser([...users], overwrite.user).id,
    type: 'role' in overwrite ? OverwriteType.Role : OverwriteType.Member,
    allow: permissionBits(overwrite.allow ?? []).toString(),
    deny: permissionBits(overwrite.deny ?? []).toString(),
  }))
}

export function findUser(users: UserRecord[], nameOrId: string): UserRecord {
  const user = users.find((user) => user.id === nameOrId || user.username === nameOrId)
  if (user === undefined) throw new Error(`There is no user "${nameOrId}" in the local Discord`)
  return user
}

export function findRole(guild: GuildRecord, nameOrId: string): RoleRecord {
  const role = guild.roles.find((role) => role.id === nameOrId || role.name === nameOrId)
  if (role === undefined) throw new Error(`There is no role "${nameOrId}" in "${guild.name}"`)
  return role
}
