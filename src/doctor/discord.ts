import { z } from 'zod'
import type { DiscordSettings } from '#shared/config.ts'
import { failed, ok, skipped } from './findings.ts'
import type { Finding } from './findings.ts'
import { ask, whyNot } from './service.ts'
import type { Answer, Fetch, Service } from './service.ts'

const tokenRefused =
  "Discord refuses DISCORD_TOKEN. Reset the token in Discord's developer portal, Bot, and copy the new one."

const User = z.object({ username: z.string() })
const Application = z.object({
  id: z.string(),
  verify_key: z.string(),
  flags: z.int().default(0),
  interactions_endpoint_url: z.string().nullish(),
})
const Guilds = z.array(z.object({ id: z.string(), name: z.string() }))
const Commands = z.array(z.object({ name: z.string() }))
const GatewayBot = z.object({
  url: z.string(),
  session_start_limit: z.object({ total: z.int(), remaining: z.int(), reset_after: z.number() }),
})

/** The switches for privileged intents, of verified and of other applications. Source: Discord's Application Flags. */
const privileged: Record<string, number> = {
  Presence: (1 << 12) | (1 << 13),
  'Server Members': (1 << 14) | (1 << 15),
  'Message Content': (1 << 18) | (1 << 19),
}

/** How many of the bot's servers are asked whether it may have commands there. */
const guildsExamined = 10

/** The bot's token, its application and what it may do. Source: https://discord.com/developers/docs/reference */
export async function examineDiscord(settings: DiscordSettings | null, fetch: Fetch): Promise<Finding[]> {
  if (settings === null) return [skipped('Discord', 'A stand-in, with a bot and a server of its own.')]
  const api: Service = { fetch, url: `${settings.apiUrl}/v10`, authorization: `Bot ${settings.token}` }
  const user = await ask(api, '/users/@me', User)
  if (user.kind !== 'answered') return [failed('Discord token', whyNot(user, 'Discord', api, tokenRefused))]
  const application = await ask(api, '/applications/@me', Application)
  return [
    ok('Discord token', `The bot is ${user.body.username}.`),
    ...(application.kind === 'answered'
      ? await examineApplication(application.body, settings, api)
      : [failed('Discord application', 'Discord does not tell of the application. Try again in a minute.')]),
    gateway(await ask(api, '/gateway/bot', GatewayBot)),
  ]
}

async function examineApplication(
  application: z.infer<typeof Application>,
  { publicKey }: DiscordSettings,
  api: Service,
): Promise<Finding[]> {
  const on = Object.keys(privileged).filter((name) => (application.flags & (privileged[name] ?? 0)) !== 0)
  const guilds = await ask(api, '/users/@me/guilds', Guilds)
  return [
    publicKeyFinding(application.verify_key, publicKey),
    endpoint(application.interactions_endpoint_url),
    ok(
      'Discord intents',
      `No privileged intent is needed${on.length === 0 ? '' : ` (switched on: ${on.join(', ')})`}.`,
    ),
    ...(guilds.kind === 'answered'
      ? await examineGuilds(guilds.body, application.id, api)
      : [
          failed(
            'Discord servers',
            'Discord does not tell which servers the bot is in. Try again in a minute.',
          ),
        ]),
  ]
}

function publicKeyFinding(verifyKey: string, publicKey: string | undefined): Finding {
  const subject = 'Discord public key'
  if (publicKey === undefined)
    return skipped(subject, 'DISCORD_PUBLIC_KEY is not set; it is needed only for interactions over HTTP.')
  return publicKey.toLowerCase() === verifyKey.toLowerCase()
    ? ok(subject, "It is the application's.")
    : failed(
        subject,
        "DISCORD_PUBLIC_KEY is not of this application. Copy it from Discord's developer portal, General Information.",
      )
}

/** With such an address Discord sends interactions there, and none to the bot. */
function endpoint(url: string | null | undefined): Finding {
  const subject = 'Discord interactions'
  return url == null || url === ''
    ? ok(subject, 'They come to the bot through the gateway.')
    : failed(
        subject,
        "Discord sends them to the application's Interactions Endpoint URL, and none to the bot. Empty that field in Discord's developer portal, General Information.",
      )
}

async function examineGuilds(
  guilds: z.infer<typeof Guilds>,
  applicationId: string,
  api: Service,
): Promise<Finding[]> {
  const invitation = `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands`
  if (guilds.length === 0) return [failed('Discord servers', `The bot is in none. Add it: ${invitation}`)]
  const closed: string[] = []
  for (const { id, name } of guilds.slice(0, guildsExamined)) {
    const commands = await ask(api, `/applications/${applicationId}/guilds/${id}/commands`, Commands)
    if (commands.kind !== 'answered') closed.push(name)
  }
  return [
    ok(
      'Discord servers',
      `The bot is in ${guilds.length}: ${guilds
        .slice(0, guildsExamined)
        .map(({ name }) => name)
        .join(', ')}.`,
    ),
    closed.length === 0
      ? ok('Discord commands', 'The bot may have commands there.')
      : failed(
          'Discord commands',
          `The bot may have no commands in ${closed.join(', ')}. Add it once more: ${invitation}`,
        ),
  ]
}

function gateway(answer: Answer<z.infer<typeof GatewayBot>>): Finding {
  const subject = 'Discord gateway'
  if (answer.kind !== 'answered')
    return failed(subject, 'Discord names no gateway to connect to. Look at discordstatus.com.')
  const { remaining, total, reset_after: resetAfterMs } = answer.body.session_start_limit
  return remaining > 0
    ? ok(subject, `${remaining} of ${total} session starts are left for today.`)
    : failed(
        subject,
        `No session start is left of ${total}. Wait ${Math.ceil(resetAfterMs / 60_000)} minutes, and find out what restarts the bot so often.`,
      )
}
