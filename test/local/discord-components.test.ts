import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
  type ButtonInteraction,
  type ModalSubmitInteraction,
} from 'discord.js'
import { expect, test } from 'vitest'

import { answering, messageOf, modalOf } from '#test/local/discord-answering.ts'

const CLOSE = new ButtonBuilder().setCustomId('close:12').setLabel('Close').setStyle(ButtonStyle.Danger)
const CARD = new ContainerBuilder()
  .addTextDisplayComponents(new TextDisplayBuilder().setContent('## It breaks'))
  .addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(CLOSE))

test('a button changes the card it is on', async () => {
  const { discord, failures, generalId } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ components: [CARD], flags: MessageFlags.IsComponentsV2 })
    }
    if (interaction.isButton()) {
      const closed = new TextDisplayBuilder().setContent(`## Closed by ${interaction.user.username}`)
      await interaction.update({ components: [closed], flags: MessageFlags.IsComponentsV2 })
    }
  })
  const card = messageOf(await discord.person('bob').command('issue view', { number: 12 }))

  const answer = await discord.person('ada').press(card, 'close:12')

  expect(failures).toEqual([])
  expect(answer.kind).toBe('updated')
  expect(discord.person('bob').messages(generalId)).toMatchObject([
    { id: card.id, components: [{ type: 10, content: '## Closed by ada' }] },
  ])
})

test('a press can be taken silently, and the card edited later', async () => {
  const { discord, failures } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ components: [CARD], flags: MessageFlags.IsComponentsV2 })
    }
    if (interaction.isButton()) {
      await interaction.deferUpdate()
      await interaction.editReply({ components: [new TextDisplayBuilder().setContent('Later')] })
    }
  })
  const ada = discord.person('ada')
  const card = messageOf(await ada.command('issue view', { number: 12 }))

  const settled = await ada.settled(await ada.press(card, 'close:12'))

  expect(failures).toEqual([])
  expect(messageOf(settled)).toMatchObject({ id: card.id, components: [{ content: 'Later' }] })
})

test('selects bring back what was chosen, people resolved', async () => {
  const chosen: unknown[] = []
  const { discord, failures } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const status = new StringSelectMenuBuilder()
        .setCustomId('status')
        .addOptions({ label: 'Open', value: 'open' }, { label: 'Done', value: 'done' })
      const people = new UserSelectMenuBuilder().setCustomId('people').setMaxValues(2)
      await interaction.reply({
        content: 'Choose',
        components: [
          new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(status),
          new ActionRowBuilder<UserSelectMenuBuilder>().addComponents(people),
        ],
      })
    }
    if (interaction.isStringSelectMenu()) chosen.push(...interaction.values)
    if (interaction.isUserSelectMenu()) {
      chosen.push(...interaction.users.map((user) => user.username), interaction.members.size)
    }
    if (interaction.isMessageComponent()) await interaction.deferUpdate()
  })
  const bob = discord.person('bob')
  const message = messageOf(await bob.command('issue view', { number: 12 }))

  await bob.press(message, 'status', ['done'])
  await bob.press(message, 'people', [discord.findUser('ada').id, discord.findUser('eve').id])

  expect(failures).toEqual([])
  expect(chosen).toEqual(['done', 'ada', 'eve', 1])
})

function issueModal(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId('create')
    .setTitle('New issue')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Title')
        .setTextInputComponent(
          new TextInputBuilder()
            .setCustomId('title')
            .setStyle(TextInputStyle.Short)
            .setMinLength(3)
            .setMaxLength(100),
        ),
      new LabelBuilder()
        .setLabel('Label')
        .setStringSelectMenuComponent(
          new StringSelectMenuBuilder()
            .setCustomId('label')
            .addOptions(
              { label: 'Bug', value: 'bug', default: true },
              { label: 'Feature', value: 'feature' },
            ),
        ),
      new LabelBuilder()
        .setLabel('Assignee')
        .setUserSelectMenuComponent(new UserSelectMenuBuilder().setCustomId('who').setRequired(false)),
    )
}

test('a modal is filled in and submitted, and what was chosen beforehand stays', async () => {
  let fields: unknown
  const { discord, failures } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(issueModal())
    if (interaction.isModalSubmit()) {
      fields = readModal(interaction)
      await interaction.reply('Filed')
    }
  })
  const bob = discord.person('bob')

  const modal = modalOf(await bob.command('issue create', { title: 'ignored' }))
  const answer = await bob.submit(modal, { title: 'It breaks', who: [discord.findUser('ada').id] })

  expect(failures).toEqual([])
  expect(modal.modal.title).toBe('New issue')
  expect(fields).toEqual({ title: 'It breaks', label: ['bug'], who: ['ada'] })
  expect(messageOf(answer)).toMatchObject({ content: 'Filed', usedCommand: { name: 'issue create' } })
})

function readModal(interaction: ModalSubmitInteraction): unknown {
  return {
    title: interaction.fields.getTextInputValue('title'),
    label: interaction.fields.getStringSelectValues('label'),
    who: interaction.fields.getSelectedUsers('who')?.map((user) => user.username),
  }
}

test('a modal opened from a button can change the message with the button', async () => {
  const { discord, failures } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ components: [CARD], flags: MessageFlags.IsComponentsV2 })
    }
    if (interaction.isButton()) await interaction.showModal(issueModal())
    if (interaction.isModalSubmit() && interaction.isFromMessage()) {
      await interaction.update({ components: [new TextDisplayBuilder().setContent('Edited')] })
    }
  })
  const bob = discord.person('bob')
  const card = messageOf(await bob.command('issue view', { number: 12 }))

  const answer = await bob.submit(modalOf(await bob.press(card, 'close:12')), { title: 'It broke' })

  expect(failures).toEqual([])
  expect(messageOf(answer)).toMatchObject({ id: card.id, components: [{ content: 'Edited' }] })
})

test('a forged press reaches the bot with any custom id', async () => {
  const seen: string[] = []
  const { discord } = await answering(async (interaction) => {
    if (interaction.isButton()) await forgetPress(interaction, seen)
    if (interaction.isModalSubmit()) {
      seen.push(`${interaction.customId} ${interaction.fields.getTextInputValue('title')}`)
      await interaction.reply({ content: 'No', flags: MessageFlags.Ephemeral })
    }
  })
  const eve = discord.person('bob')

  await eve.forge({ type: 'component', customId: 'delete:1' })
  await eve.forge({ type: 'modal', customId: 'edit:1', fields: { title: 'Mine now' } })

  expect(seen).toEqual(['delete:1', 'edit:1 Mine now'])
})

async function forgetPress(interaction: ButtonInteraction, seen: string[]): Promise<void> {
  seen.push(interaction.customId)
  await interaction.reply({ content: 'No', flags: MessageFlags.Ephemeral })
}
