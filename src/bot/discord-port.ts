import { DiscordAPIError, PermissionFlagsBits, REST, RESTJSONErrorCodes, Routes } from 'discord.js'
import { LRUCache } from 'lru-cache'
import type { APIApplication, APIGuild, APIGuildMember } from 'discord.js'
import type { DiscordPort } from '#shared/guilds/discord-port.ts'
import { guildRoleOf } from '#shared/guilds/roles.ts'

/** An HTTP request waits for these answers. */
const answerMs = 3_000

/** What Discord says when somebody is no member, or when the bot is no longer in the guild. */
const gone: ReadonlySet<number | string> = new Set([
  RESTJSONErrorCodes.UnknownMember,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.UnknownUser,
  RESTJSONErrorCodes.MissingAccess,
])

/** How long a guild that could not be asked about is left in peace: repeated refusals get a whole address banned. */
const restMs = 30_000

const managing = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator

/**
 * Discord's REST API for a process that needs no gateway connection.
 * Source: Discord's reference, "Get Guild Member", "Get Guild" and "Permissions" (how a member's are computed).
 */
export function connectDiscordRest({ token, apiUrl }: { token: string; apiUrl: string }): {
  port: DiscordPort
  /** Which application the token belongs to. Rejects when Discord refuses the token or cannot be asked. */
  applicationId: () => Promise<string>
} {
  const rest = new REST({ api: apiUrl, version: '10', retries: 0 }).setToken(token)
  const resting = new LRUCache<string, true>({ max: 10_000, ttl: restMs })

  // The answers have the shapes of Discord's reference; its own types are what discord.js ships.
  async function get<T>(route: `/${string}`): Promise<T> {
    return (await rest.get(route, { signal: AbortSignal.timeout(answerMs) })) as T
  }

  return {
    port: {
      async guildRole({ id, triageRoleIds }, discordId) {
        if (resting.has(id)) return 'unavailable'
        try {
          const [guild, member] = await Promise.all([
            get<APIGuild>(Routes.guild(id)),
            get<APIGuildMember>(Routes.guildMember(id, discordId)),
          ])
          const managesGuild =
            guild.owner_id === discordId || (permissionsOf(guild, member) & managing) !== 0n
          return guildRoleOf({ managesGuild, roleIds: member.roles }, triageRoleIds)
        } catch (error) {
          if (error instanceof DiscordAPIError && gone.has(error.code)) return 'gone'
          // Whatever else went wrong, nothing was heard of the person: the caller suspends what it must.
          resting.set(id, true)
          return 'unavailable'
        }
      },
    },
    async applicationId() {
      return (await get<APIApplication>(Routes.currentApplication())).id
    },
  }
}

/** In the guild as a whole: those of `@everyone`, whose id is the guild's, and those of each role. */
function permissionsOf(guild: APIGuild, member: APIGuildMember): bigint {
  const roleIds = new Set([guild.id, ...member.roles])
  return guild.roles
    .filter(({ id }) => roleIds.has(id))
    .reduce((permissions, role) => permissions | BigInt(role.permissions), 0n)
}
