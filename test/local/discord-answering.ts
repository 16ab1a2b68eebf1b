import { Events, SlashCommandBuilder, type Client, type Interaction } from 'discord.js'

import type { ClientAnswer, ClientMessage } from '#local/discord/client-api.ts'
import { discordWorld, type DiscordWorld } from '#test/local/discord-world.ts'

const ISSUE = new SlashCommandBuilder()
  .setName('issue')
  .setDescription('Issues')
  .addSubcommand((sub) =>
    sub
      .setName('create')
      .setDescription('File an issue')
      .addStringOption((option) =>
        option
          .setName('title')
          .setDescription('In short')
          .setRequired(true)
          .setMinLength(3)
          .setMaxLength(100),
      )
      .addIntegerOption((option) => option.setName('votes').setDescription('How many').setMinValue(0))
      .addUserOption((option) => option.setName('who').setDescription('Who')),
  )
  .addSubcommand((sub) =>
    sub
      .setName('view')
      .setDescription('Show an issue')
      .addIntegerOption((option) =>
        option.setName('number').setDescription('Its number').setRequired(true).setAutocomplete(true),
      ),
  )

/** A world with `/issue` registered and a bot that answers as it is told. */
export async function answering(
  answer: (interaction: Interaction) => Promise<unknown>,
): Promise<DiscordWorld & { client: Client<true>; failures: unknown[] }> {
  const world = await discordWorld()
  const client = await world.connect()
  await client.application.commands.set([ISSUE])
  const failures: unknown[] = []
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error: unknown) => failures.push(error))
  })
  return { ...world, client, failures }
}

/** The message an answer is, or changed. */
export function messageOf(answer: ClientAnswer): ClientMessage {
  if (answer.kind !== 'message' && answer.kind !== 'updated')
    throw new Error(`An answer of kind ${answer.kind}`)
  if (answer.message === null) throw new Error('An answer without a message')
  return answer.message
}

export function modalOf(answer: ClientAnswer): ClientAnswer & { kind: 'modal' } {
  if (answer.kind !== 'modal') throw new Error(`An answer of kind ${answer.kind}`)
  return answer
}
