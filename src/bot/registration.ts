import { hash } from 'node:crypto'
import { Routes } from 'discord.js'
import type { REST } from 'discord.js'
import type { Tracker } from '#shared/context.ts'
import { registeredCommands, rememberRegisteredCommands } from '#shared/installation.ts'
import { describeCommand } from './command.ts'
import type { Command } from './command.ts'

/**
 * Tells Discord of the commands, but only when they are others than last time: registering them again would make
 * every open app load them anew, and Discord counts how often it is done.
 */
export async function registerCommands(
  { db, log }: Pick<Tracker, 'db' | 'log'>,
  { rest, applicationId, commands }: { rest: REST; applicationId: string; commands: readonly Command[] },
): Promise<void> {
  const body = commands.map(describeCommand)
  const digest = hash('sha256', JSON.stringify([applicationId, body]), 'base64url')
  if ((await registeredCommands(db)) === digest) return
  await rest.put(Routes.applicationCommands(applicationId), { body })
  await rememberRegisteredCommands(db, digest)
  log.info({ commands: body.map(({ name }) => name) }, 'Registered the commands with Discord')
}
