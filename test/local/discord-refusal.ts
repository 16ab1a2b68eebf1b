import { DiscordAPIError, Routes } from 'discord.js'
import { expect } from 'vitest'

import { discordWorld } from '#test/local/discord-world.ts'

/** The refusal a request meets, as discord.js reports it. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; code: number | string; errors: unknown }> {
  const error = await request.then(
    () => new Error('It was not refused'),
    (error: unknown) => error,
  )
  if (!(error instanceof DiscordAPIError)) throw error
  const errors = 'errors' in error.rawError ? error.rawError.errors : undefined
  return { status: error.status, code: error.code, errors }
}

/** What is wrong at one place of a form, by Discord's code for it. */
export function error(code: string): unknown {
  return { _errors: [expect.objectContaining({ code })] }
}

export function row(...components: unknown[]): unknown {
  return { type: 1, components }
}

/** A world where the bot's client only listens: the test answers for it, over REST, so that it can answer wrongly. */
export async function asked() {
  const world = await discordWorld()
  const client = await world.connect()
  const options = [{ type: 4, name: 'number', description: 'd', autocomplete: true }]
  const body = { name: 'issue', description: 'd', options }
  await world.rest.post(Routes.applicationCommands(world.discord.applicationId), { body })
  const next = () =>
    new Promise<{ id: string; token: string }>((resolve) => {
      client.once('interactionCreate', ({ id, token }) => resolve({ id, token }))
    })
  const callback = ({ id, token }: { id: string; token: string }, answer: unknown) =>
    world.rest.post(Routes.interactionCallback(id, token), { body: answer, auth: false })
  return { ...world, bob: world.discord.person('bob'), next, callback }
}
