import { MessageFlags } from 'discord-api-types/v10'
import type { APIApplicationCommand } from 'discord-api-types/v10'
import type { ClientAccount, ClientGuild, ClientMessage } from '#local/discord/client-api.ts'
import type { FakeWorld } from './fake-client-server.ts'

const EPOCH_MS = 1_420_070_400_000n
let made = 0n

/** Ids begin with their time and never repeat. */
export function snowflake(at = Date.now()): string {
  made += 1n
  return (((BigInt(at) - EPOCH_MS) << 22n) | (made & 0x3fffffn)).toString()
}

function picture(colour: string, letter: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${colour}"/><text x="32" y="44" font-family="sans-serif" font-size="34" fill="#fff" text-anchor="middle">${letter}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export const bot = {
  id: snowflake(),
  username: 'Snag',
  globalName: 'Snag',
  avatarUrl: picture('#5865f2', 'S'),
}

export const maintainer: ClientAccount = {
  id: snowflake(),
  username: 'maintainer',
  globalName: 'Maintainer',
  avatarUrl: picture('#d9534f', 'M'),
  about: 'manages this server, and the tracker',
}

export const reporter: ClientAccount = {
  id: snowflake(),
  username: 'reporter',
  globalName: 'Reporter',
  avatarUrl: picture('#3ba55d', 'R'),
  about: 'a guest until they link their account',
}

const roles = [
  { id: snowflake(), name: 'Bots', color: 0x9b59b6 },
  { id: snowflake(), name: 'Maintainers', color: 0xe67e22 },
]

const guildId = snowflake()

export const issues = {
  id: snowflake(),
  guildId,
  name: 'issues',
  topic: 'Report what is broken: type /issue create',
}
export const general = { id: snowflake(), guildId, name: 'general', topic: null }
export const direct = { id: snowflake(), guildId: null, name: 'Snag', topic: null }

export const guild: ClientGuild = {
  id: guildId,
  name: 'Snag HQ',
  iconUrl: null,
  channels: [general, issues],
  roles: [...roles, { id: guildId, name: '@everyone', color: 0 }],
  members: [
    { ...bot, bot: true, roleIds: roles.slice(0, 1).map(({ id }) => id) },
    { ...maintainer, bot: false, roleIds: roles.slice(1).map(({ id }) => id) },
    { ...reporter, bot: false, roleIds: [] },
  ],
}

/** A message as the server gives it; everything but the words is what most messages have. */
export function message(
  fields: Omit<Partial<ClientMessage>, 'author'> & { author: { id: string; username: string } },
): ClientMessage {
  const { author, ...others } = fields
  const timestamp = others.timestamp ?? new Date().toISOString()
  return {
    id: snowflake(Date.parse(timestamp)),
    channel_id: issues.id,
    content: '',
    timestamp,
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: 0,
    components: [],
    ephemeral: false,
    loading: false,
    usedCommand: null,
    ...others,
    author: {
      id: author.id,
      username: author.username,
      global_name: null,
      discriminator: '0',
      avatar: null,
      bot: author.id === bot.id,
    },
  }
}

/** A command as Discord gives a registered one back. */
export function command(
  fields: Pick<APIApplicationCommand, 'name' | 'description'> & Partial<APIApplicationCommand>,
): APIApplicationCommand {
  return {
    id: snowflake(),
    application_id: bot.id,
    version: snowflake(),
    type: 1,
    default_member_permissions: null,
    nsfw: false,
    ...fields,
  }
}

/** A small server with a bot that answers every command with a greeting. */
export function fakeWorld(changes: Partial<FakeWorld> = {}): FakeWorld {
  return {
    accounts: [reporter, maintainer],
    guilds: [guild],
    directs: [direct],
    commands: [command({ name: 'ping', description: 'Ask whether the bot is there' })],
    messages: [],
    written: (channelId, accountId, content) => {
      const account = accountId === maintainer.id ? maintainer : reporter
      return message({ author: account, channel_id: channelId, content })
    },
    answer: (interaction, accountId) => {
      if (interaction.type !== 'command') return { kind: 'failed', interactionId: snowflake() }
      const account = accountId === maintainer.id ? maintainer : reporter
      return {
        kind: 'message',
        interactionId: snowflake(),
        message: message({
          author: bot,
          channel_id: interaction.channelId,
          content: 'Pong!',
          flags: MessageFlags.Ephemeral,
          ephemeral: true,
          usedCommand: { by: account, name: interaction.name },
        }),
      }
    },
    ...changes,
  }
}
