import type { DiscordParts } from './parts.ts'
import { findRole, findUser, growChannel, growGuild, growOverwrites, growRole, growUser } from './growing.ts'
import type { GuildChannelRecord, GuildRecord, RoleRecord, UserRecord } from './records.ts'
import type { SeedChannel, SeedGuild, SeedOverwrite, SeedRole, SeedUser } from './seed.ts'

/**
 * What happens around the bot without its doing: people join, roles change, guilds invite it and throw it
 * out. Users, roles and channels are named by id or name; an unknown one is an error of the caller's.
 */
export interface Administration {
  addUser(user: SeedUser): UserRecord
  /** Every account but the bot's. */
  listUsers(): UserRecord[]
  findUser(nameOrId: string): UserRecord
  /** Whether the bot may write to somebody (50007 otherwise). */
  setAcceptsDirectMessages(user: string, accepts: boolean): void
  addGuild(guild: SeedGuild): GuildRecord
  findGuild(nameOrId: string): GuildRecord
  /** The guild is gone; the bot is told that it left. */
  removeGuild(guild: string): void
  /** For the bot's own user this is being invited, and `removeMember` being thrown out. */
  addMember(guild: string, user: string, roles?: string[]): void
  setMemberRoles(guild: string, user: string, roles: string[]): void
  removeMember(guild: string, user: string): void
  addRole(guild: string, role: SeedRole): RoleRecord
  addChannel(guild: string, channel: SeedChannel): GuildChannelRecord
  findChannel(guild: string, nameOrId: string): GuildChannelRecord
  setChannelOverwrites(guild: string, channel: string, overwrites: SeedOverwrite[]): void
  removeChannel(guild: string, channel: string): void
  /** Breaks the bots' connections as a lost network does (`break`), or asks them to reconnect. */
  dropConnections(how: 'break' | 'reconnect'): void
}

export function createAdministration({ state, gateway }: DiscordParts): Administration {
  const { happenings, makeId } = state

  const getUser = (nameOrId: string) => findUser([...state.users.values()], nameOrId)
  const getGuild = (nameOrId: string) => {
    const guild = [...state.guilds.values()].find((guild) => guild.id === nameOrId || guild.name === nameOrId)
    if (guild === undefined) throw new Error(`There is no guild "${nameOrId}" in the local Discord`)
    return guild
  }
  const getChannel = (guild: GuildRecord, nameOrId: string) => {
    const channel = state
      .channelsOf(guild)
      .find((channel) => channel.id === nameOrId || channel.name === nameOrId)
    if (channel === undefined) throw new Error(`There is no channel "${nameOrId}" in "${guild.name}"`)
    return channel
  }
  const roleIds = (guild: GuildRecord, roles: string[]) => roles.map((role) => findRole(guild, role).id)
  const forgetChannel = (channel: GuildChannelRecord) => {
    state.channels.delete(channel.id)
    state.messagesOf(channel.id).clear()
  }

  return {
    addUser(seed) {
      const user = growUser(seed, makeId)
      state.users.set(user.id, user)
      state.changed()
      return user
    },
    listUsers: () => [...state.users.values()].filter((user) => !user.bot),
    findUser: getUser,
    setAcceptsDirectMessages(user, accepts) {
      getUser(user).acceptsDirectMessages = accepts
      state.changed()
    },

    addGuild(seed) {
      const { guild, channels } = growGuild(seed, {
        users: state.users.values(),
        bot: state.getUser(state.botId),
        makeId,
        now: state.now,
      })
      state.guilds.set(guild.id, guild)
      for (const channel of channels) state.channels.set(channel.id, channel)
      happenings.tell({ type: 'guild.joined', guild })
      return guild
    },
    findGuild: getGuild,
    removeGuild(name) {
      const guild = getGuild(name)
      for (const channel of state.channelsOf(guild)) forgetChannel(channel)
      for (const [id, command] of state.commands) if (command.guild_id === guild.id) state.commands.delete(id)
      state.guilds.delete(guild.id)
      happenings.tell({ type: 'guild.left', guild })
    },

    addMember(guildName, userName, roles = []) {
      const guild = getGuild(guildName)
      const userId = getUser(userName).id
      if (state.isMember(guild, userId)) throw new Error(`"${userName}" is in "${guild.name}" already`)
      const member = {
        userId,
        roleIds: roleIds(guild, roles),
        joinedAt: new Date(state.now()).toISOString(),
      }
      guild.members.push(member)
      happenings.tell(
        userId === state.botId ? { type: 'guild.joined', guild } : { type: 'member.added', guild, member },
      )
    },
    setMemberRoles(guildName, userName, roles) {
      const guild = getGuild(guildName)
      const member = state.getMember(guild, getUser(userName).id)
      member.roleIds = roleIds(guild, roles)
      happenings.tell({ type: 'member.updated', guild, member })
    },
    removeMember(guildName, userName) {
      const guild = getGuild(guildName)
      const member = state.getMember(guild, getUser(userName).id)
      guild.members = guild.members.filter((other) => other !== member)
      happenings.tell(
        member.userId === state.botId
          ? { type: 'guild.left', guild }
          : { type: 'member.removed', guild, member },
      )
    },

    addRole(guildName, seed) {
      const guild = getGuild(guildName)
      const role = growRole(seed, guild.roles.length, makeId)
      guild.roles.push(role)
      happenings.tell({ type: 'role.created', guild, role })
      return role
    },
    addChannel(guildName, seed) {
      const guild = getGuild(guildName)
      const position = state.channelsOf(guild).length
      const channel = growChannel(seed, { guild, users: state.users.values(), makeId, position })
      state.channels.set(channel.id, channel)
      happenings.tell({ type: 'channel.created', channel })
      return channel
    },
    findChannel: (guild, name) => getChannel(getGuild(guild), name),
    setChannelOverwrites(guildName, channelName, overwrites) {
      const guild = getGuild(guildName)
      const channel = getChannel(guild, channelName)
      channel.overwrites = growOverwrites(overwrites, guild, state.users.values())
      happenings.tell({ type: 'channel.updated', channel })
    },
    removeChannel(guildName, channelName) {
      const channel = getChannel(getGuild(guildName), channelName)
      forgetChannel(channel)
      happenings.tell({ type: 'channel.deleted', channel })
    },
    dropConnections: (how) => gateway.dropConnections(how),
  }
}
