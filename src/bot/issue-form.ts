import {
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { descriptionLimit, titleLimits } from '#shared/issues/schema.ts'

/** What Discord's own fields hold. */
export const textInputLimit = 4_000
const selectLimit = 25
const modalTitleLimit = 45

export const formFields = { title: 'title', description: 'description', labels: 'labels' } as const

export interface IssueForm {
  customId: string
  heading: string
  /** Absent: may not be changed by whoever opens the form. */
  words?: {
    title: string
    description: string
    /** Where a description is written that does not fit the form. */
    dashboardUrl: string | null
  }
  /** What is on the issue, and what there is in the workspace. Absent: may not be changed. */
  labels?: { chosen: readonly string[]; known: readonly string[] }
}

/** A form for the fields of an issue. A description longer than the form's field is left out, never cut. */
export function issueForm({ customId, heading, words, labels }: IssueForm): ModalBuilder {
  const form = new ModalBuilder().setCustomId(customId).setTitle(heading.slice(0, modalTitleLimit))
  if (words !== undefined) {
    form.addLabelComponents(titleField(words.title))
    if (words.description.length <= textInputLimit)
      form.addLabelComponents(descriptionField(words.description))
    else form.addTextDisplayComponents(tooLong(words.dashboardUrl))
  }
  if (labels !== undefined && labels.known.length > 0) form.addLabelComponents(labelsField(labels))
  return form
}

/** Whether a text says the same as before to Discord, which trims what is typed and has its own line ends. */
export function isSameText(before: string, after: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim()
  return plain(before) === plain(after)
}

function titleField(title: string): LabelBuilder {
  const input = new TextInputBuilder()
    .setCustomId(formFields.title)
    .setStyle(TextInputStyle.Short)
    .setMinLength(titleLimits.min)
    .setMaxLength(titleLimits.max)
    .setRequired(true)
  if (title !== '') input.setValue(title)
  return new LabelBuilder().setLabel('Title').setTextInputComponent(input)
}

function descriptionField(description: string): LabelBuilder {
  const input = new TextInputBuilder()
    .setCustomId(formFields.description)
    .setStyle(TextInputStyle.Paragraph)
    .setMaxLength(Math.min(descriptionLimit, textInputLimit))
    .setRequired(false)
  if (description !== '') input.setValue(description)
  return new LabelBuilder().setLabel('Description').setDescription('Markdown').setTextInputComponent(input)
}

function tooLong(dashboardUrl: string | null): TextDisplayBuilder {
  const where = dashboardUrl === null ? 'on the dashboard' : `[on the dashboard](${dashboardUrl})`
  return new TextDisplayBuilder().setContent(
    `The description is longer than the ${textInputLimit.toLocaleString('en')} characters that Discord’s forms hold. It stays as it is here; edit it ${where}.`,
  )
}

/** The issue's own labels come first, so that none of them is lost by not being offered. */
function labelsField({ chosen, known }: NonNullable<IssueForm['labels']>): LabelBuilder {
  const offered = [...new Set([...chosen, ...known])].slice(0, selectLimit)
  const select = new StringSelectMenuBuilder()
    .setCustomId(formFields.labels)
    .setRequired(false)
    .setMinValues(0)
    .setMaxValues(offered.length)
    .setOptions(offered.map((name) => ({ label: name, value: name, default: chosen.includes(name) })))
  return new LabelBuilder().setLabel('Labels').setStringSelectMenuComponent(select)
}
