import { DiscordAPIError, MessageFlags, RESTJSONErrorCodes } from 'discord.js'
import type {
  AttachmentBuilder,
  ChatInputCommandInteraction,
  MessageComponentInteraction,
  ModalMessageModalSubmitInteraction,
  ModalSubmitInteraction,
} from 'discord.js'
import { sentence, whisper } from './answer.ts'
import type { Answer } from './answer.ts'

export type Answerable = ChatInputCommandInteraction | MessageComponentInteraction | ModalSubmitInteraction

/** An interaction that came from a message of the bot's own, which can be changed in place. */
type FromMessage = MessageComponentInteraction | ModalMessageModalSubmitInteraction

const seenByAll = MessageFlags.IsComponentsV2
const seenByOne = [MessageFlags.IsComponentsV2, MessageFlags.Ephemeral] as const

/** Telling Discord what came of an interaction. */
export interface Delivery {
  /** Gives the id of the new message when everybody sees one. Rejects when Discord refuses. */
  deliver(answer: Answer): Promise<string | null>
}

/**
 * Discord gives an interaction up after 3 s. An answer that is ready in `deferAfterMs` is given directly; until then
 * it is not known whether it is one for everybody, so that the interaction is deferred for the person alone, and
 * what everybody shall see follows as a message. `acknowledged` is called once Discord has taken either. Source:
 * Discord's reference, "Receiving and Responding".
 */
export function acknowledge(
  interaction: Answerable,
  deferAfterMs: number,
  acknowledged: () => void,
): Delivery {
  let deferring: Promise<unknown> | null = null
  let failure: unknown
  const timer = setTimeout(() => {
    deferring = defer(interaction).then(
      () => acknowledged(),
      (error: unknown) => {
        failure = error
      },
    )
  }, deferAfterMs)

  return {
    async deliver(answer) {
      clearTimeout(timer)
      if (deferring === null) {
        const messageId = await answerNow(interaction, answer)
        acknowledged()
        return messageId
      }
      await deferring
      if (failure !== undefined) throw failure
      return answerLate(interaction, answer)
    },
  }
}

/** Whether Discord says that somebody has answered already, or that it is too late to: nothing is left to be done. */
export function isAnsweredOrLost(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownInteraction ||
      error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged)
  )
}

function isFromMessage(interaction: Answerable): interaction is FromMessage {
  return interaction.isMessageComponent() || (interaction.isModalSubmit() && interaction.isFromMessage())
}

async function defer(interaction: Answerable): Promise<unknown> {
  return isFromMessage(interaction)
    ? interaction.deferUpdate()
    : interaction.deferReply({ flags: MessageFlags.Ephemeral })
}

async function answerNow(interaction: Answerable, answer: Answer): Promise<string | null> {
  if (answer.kind === 'form') {
    // A form cannot answer a form; no handler of one opens another.
    if (interaction.isModalSubmit()) throw new Error('A form was answered with a form.')
    await interaction.showModal(answer.form)
    return null
  }
  if (answer.kind !== 'whisper' && isFromMessage(interaction)) {
    await interaction.update({ components: answer.body, flags: seenByAll })
    return null
  }
  if (answer.kind !== 'card') {
    await interaction.reply({ components: answer.body, files: filesOf(answer), flags: seenByOne })
    return null
  }
  const { resource } = await interaction.reply({
    components: answer.body,
    flags: seenByAll,
    withResponse: true,
  })
  if (resource?.message != null) return resource.message.id
  // The answer had to be sent twice, and Discord had taken it the first time: it does not say so again.
  const { id } = await interaction.fetchReply()
  return id
}

async function answerLate(interaction: Answerable, answer: Answer): Promise<string | null> {
  if (answer.kind === 'form') return tellLate(interaction, whisper(tooLateForForm))
  if (answer.kind === 'whisper') return tellLate(interaction, answer)
  if (isFromMessage(interaction) || answer.kind === 'update') {
    await interaction.editReply({ components: answer.body, flags: seenByAll })
    return null
  }
  // The first message after a deferral takes its place, ephemeral as it is: that one is used up first.
  await interaction.editReply({ components: sentence('Done.'), flags: seenByAll })
  const { id } = await interaction.followUp({ components: answer.body, flags: seenByAll })
  return id
}

const tooLateForForm = 'It took too long to prepare the form, and Discord does not wait. Please try again.'

/** For the person alone: in place of the deferred answer, or beside the message that they pressed upon. */
async function tellLate(interaction: Answerable, answer: Exclude<Answer, { kind: 'form' }>): Promise<null> {
  const message = { components: answer.body, files: filesOf(answer) }
  await (isFromMessage(interaction)
    ? interaction.followUp({ ...message, flags: seenByOne })
    : interaction.editReply({ ...message, flags: seenByAll }))
  return null
}

function filesOf(answer: Answer): AttachmentBuilder[] {
  return answer.kind === 'whisper' ? (answer.files ?? []) : []
}
