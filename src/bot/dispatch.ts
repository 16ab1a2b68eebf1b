import type { AutocompleteInteraction, ChatInputCommandInteraction, Interaction } from 'discord.js'
import type { Tracker } from '#shared/context.ts'
import { asRefusal } from '#shared/db/failures.ts'
import { AppError, bugSentence } from '#shared/errors.ts'
import { whisper } from './answer.ts'
import type { Answer, Shown } from './answer.ts'
import { receiveCall } from './call.ts'
import type { CardUpdates } from './card-updates.ts'
import type { Action, Command } from './command.ts'
import { decodeTarget } from './custom-id.ts'
import type { Dashboard } from './dashboard.ts'
import { acknowledge, isAnsweredOrLost } from './delivery.ts'
import type { Answerable, Delivery } from './delivery.ts'
import { readForm, refusedForm } from './form-fields.ts'
import { choicesShown } from './options.ts'
import type { Choice } from './options.ts'
import { respondTo } from './targets.ts'

/** Discord waits 3 s for an answer; what is not ready by then has to be deferred well before. */
const deferAfterMs = 1_500
/** Suggestions cannot be deferred, and nobody waits for them while typing. */
const suggestWithinMs = 1_000

export interface DispatchOptions {
  tracker: Tracker
  dashboard: Dashboard
  commands: readonly Command[]
  cards: Pick<CardUpdates, 'shown'>
}

/**
 * The one way in from Discord: finds out who is calling, answers in time, runs what was asked for, and is the only
 * place that catches. Its promise never rejects.
 */
export function createDispatch({ tracker, dashboard, commands, cards }: DispatchOptions) {
  const { log, metrics } = tracker

  async function run(interaction: Answerable): Promise<Answer> {
    const call = await receiveCall({ tracker, dashboard }, interaction)
    if (interaction.isChatInputCommand()) {
      return findAction(commands, interaction).run(call, interaction.options)
    }
    const target = decodeTarget(interaction.customId)
    const form = interaction.isModalSubmit() ? readForm(interaction) : null
    const chosen = interaction.isAnySelectMenu() ? interaction.values : []
    return respondTo(call, target, { form, chosen })
  }

  async function answer(interaction: Answerable): Promise<void> {
    const acknowledged = metrics.acknowledgedSeconds.startTimer({ kind: kindOf(interaction) })
    const delivery = acknowledge(interaction, deferAfterMs, acknowledged)
    let answer: Answer
    try {
      answer = await run(interaction)
    } catch (error) {
      await refuse(interaction, delivery, error)
      return
    }
    try {
      const messageId = await delivery.deliver(answer)
      if (answer.kind === 'card') await remember(interaction, answer.shown, messageId)
    } catch (error) {
      await apologize(interaction, delivery, error)
    }
  }

  /** What was asked for is done, and only showing it failed: nobody may think that they have to do it again. */
  async function apologize(interaction: Answerable, delivery: Delivery, error: unknown): Promise<void> {
    const about = { interactionId: interaction.id, what: nameOf(interaction) }
    if (isAnsweredOrLost(error)) {
      log.info({ ...about, err: error }, 'An interaction was answered already, or Discord gave it up')
      return
    }
    log.error({ ...about, err: error }, 'An answer could not be delivered')
    await deliverOrGiveUp(delivery, whisper('That was done, but Discord did not let me show it here.'), about)
  }

  async function remember(
    { guildId, channelId, id }: Answerable,
    shown: Shown,
    messageId: string | null,
  ): Promise<void> {
    const isNew = guildId !== null && channelId !== null && messageId !== null
    try {
      await cards.shown(shown, isNew ? { guildId, channelId, messageId } : null)
    } catch (error) {
      // The person has their answer. The card is only not kept up to date, or not yet.
      log.error({ interactionId: id, shown, err: error }, 'A card could not be remembered')
    }
  }

  async function refuse(interaction: Answerable, delivery: Delivery, error: unknown): Promise<void> {
    const about = { interactionId: interaction.id, what: nameOf(interaction) }
    if (isAnsweredOrLost(error)) {
      log.info({ ...about, err: error }, 'An interaction was answered already, or Discord gave it up')
      return
    }
    const refusal = asRefusal(error)
    if (refusal === null) log.error({ ...about, err: error }, 'An interaction failed')
    const text = refusal === null ? bugSentence(interaction.id) : refusal.message
    const words = interaction.isModalSubmit() ? refusedForm(text, interaction) : whisper(text)
    await deliverOrGiveUp(delivery, words, about)
  }

  async function deliverOrGiveUp(delivery: Delivery, answer: Answer, about: object): Promise<void> {
    try {
      await delivery.deliver(answer)
    } catch (failure) {
      log.warn({ ...about, err: failure }, 'A refusal could not be delivered')
    }
  }

  async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const { promise: nothing, resolve } = Promise.withResolvers<Choice[]>()
    const timer = setTimeout(resolve, suggestWithinMs, [])
    const acknowledged = metrics.acknowledgedSeconds.startTimer({ kind: 'suggestions' })
    try {
      await interaction.respond(
        (await Promise.race([findChoices(interaction), nothing])).slice(0, choicesShown),
      )
      acknowledged()
    } catch (error) {
      if (isAnsweredOrLost(error)) return
      log.warn({ interactionId: interaction.id, err: error }, 'Suggestions could not be delivered')
    } finally {
      clearTimeout(timer)
    }
  }

  /** None when they are refused: the command itself will say why. */
  async function findChoices(interaction: AutocompleteInteraction): Promise<Choice[]> {
    try {
      const { name, value } = interaction.options.getFocused(true)
      const suggestFor = findAction(commands, interaction).suggest(name)
      if (suggestFor === undefined) return []
      return await suggestFor(await receiveCall({ tracker, dashboard }, interaction), value)
    } catch (error) {
      if (asRefusal(error) === null) {
        log.error(
          { interactionId: interaction.id, what: nameOf(interaction), err: error },
          'Suggestions failed',
        )
      }
      return []
    }
  }

  return async function dispatch(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return suggest(interaction)
    if (interaction.isChatInputCommand() || interaction.isMessageComponent() || interaction.isModalSubmit()) {
      return answer(interaction)
    }
    log.warn(
      { interactionId: interaction.id, type: interaction.type },
      'An interaction of an unknown kind came',
    )
  }
}

function findAction(
  commands: readonly Command[],
  {
    commandName,
    options,
  }: Pick<ChatInputCommandInteraction | AutocompleteInteraction, 'commandName' | 'options'>,
): Action {
  const does = commands.find(({ name }) => name === commandName)?.does
  const subcommand = options.getSubcommand(false)
  const action = Array.isArray(does) ? does.find(({ name }) => name === subcommand) : does
  // Discord takes a while to tell every app of changed commands.
  if (action === undefined)
    throw new AppError('not_found', 'This command does not exist any more. Reload Discord.')
  return action
}

function kindOf(interaction: Answerable): 'command' | 'form' | 'component' {
  if (interaction.isChatInputCommand()) return 'command'
  return interaction.isModalSubmit() ? 'form' : 'component'
}

function nameOf(interaction: Answerable | AutocompleteInteraction): string {
  if ('customId' in interaction) return interaction.customId
  return [interaction.commandName, interaction.options.getSubcommand(false)].filter(Boolean).join(' ')
}
