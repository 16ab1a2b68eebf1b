import { ActionRowBuilder, ButtonBuilder, ButtonStyle, TextDisplayBuilder } from 'discord.js'
import type {
  AttachmentBuilder,
  ContainerBuilder,
  FileBuilder,
  ModalBuilder,
  RoleSelectMenuBuilder,
} from 'discord.js'

/** What a message is made of, in Discord's Components V2: a message made with them cannot go back. */
export type Body = (
  | TextDisplayBuilder
  | ContainerBuilder
  | FileBuilder
  | ActionRowBuilder<ButtonBuilder>
  | ActionRowBuilder<RoleSelectMenuBuilder>
)[]

/** Which state of which issue a message shows. */
export interface Shown {
  workspaceId: number
  issueNumber: number
  version: number
}

/** What comes of using the bot; how and when Discord is told of it is up to `delivery.ts`. */
export type Answer =
  /** For the person alone. */
  | { kind: 'whisper'; body: Body; files?: AttachmentBuilder[] }
  /** The message that was pressed upon changes; where there is none, it is a whisper. */
  | { kind: 'update'; body: Body }
  /** A changed or wanted issue: the message that was pressed upon changes; where there is none, everybody sees it. */
  | { kind: 'card'; body: Body; shown: Shown }
  /** A form to fill in; Discord allows it as the first answer only. */
  | { kind: 'form'; form: ModalBuilder }

export function sentence(text: string): Body {
  return [new TextDisplayBuilder().setContent(text)]
}

export function whisper(text: string, ...rows: Body): Extract<Answer, { kind: 'whisper' }> {
  return { kind: 'whisper', body: [...sentence(text), ...rows] }
}

export function buttons(...row: ButtonBuilder[]): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(row)
}

export function button(label: string, customId: string, style: PressableStyle = ButtonStyle.Secondary) {
  return new ButtonBuilder().setLabel(label).setCustomId(customId).setStyle(style)
}

type PressableStyle = ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger

export function linkButton(label: string, url: string): ButtonBuilder {
  return new ButtonBuilder().setLabel(label).setURL(url).setStyle(ButtonStyle.Link)
}
