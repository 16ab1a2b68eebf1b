import { hash } from 'node:crypto'
import type { ClerkSettings, DiscordSettings } from '#shared/config.ts'
import type { Belongings } from '#shared/installation.ts'
import type { StandIns } from '#local/stand-ins.ts'

/** The origin of Clerk's frontend API, which a publishable key carries: `pk_…_` and the host with a `$`, in base64. */
export function clerkOriginOf({ publishableKey }: ClerkSettings): string {
  const host = Buffer.from(publishableKey.split('_')[2] ?? '', 'base64')
    .toString('utf8')
    .replace(/\$$/, '')
  return `https://${host}`
}

/** The application's id, which a bot token begins with, in base64. */
function applicationIdOf({ token }: DiscordSettings): string {
  return Buffer.from(token.split('.')[0] ?? '', 'base64').toString('utf8')
}

/** What a database made with these credentials belongs to. A stand-in's keys are of its data directory. */
export function identityOf(
  clerk: ClerkSettings,
  discord: DiscordSettings,
  standIns: StandIns | null,
): Belongings {
  return {
    clerkInstance: standIns?.clerk
      ? `local-${hash('sha256', standIns.clerk.jwtKey).slice(0, 12)}`
      : new URL(clerkOriginOf(clerk)).host,
    discordApplication: standIns?.discord?.applicationId ?? applicationIdOf(discord),
  }
}
