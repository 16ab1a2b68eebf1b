import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  Events,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
  type ButtonInteraction,
  type Client,
  type Interaction,
  type ModalSubmitInteraction,
} from 'discord.js'
import { expect, test } from 'vitest'

import type { ClientAnswer } from '#local/discord/client-api.ts'
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
async function answering(
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

function messageOf(answer: ClientAnswer) {
  if (answer.kind !== 'message' && answer.kind !== 'updated')
    throw new Error(`An answer of kind ${answer.kind}`)
  if (answer.message === null) throw new Error('An answer without a message')
  return answer.message
}

function modalOf(answer: ClientAnswer) {
  if (answer.kind !== 'modal') throw new Error(`An answer of kind ${answer.kind}`)
  return answer
}

test('a command reaches the bot with its options, and its reply reaches the person', async () => {
  const seen: unknown[] = []
  const { discord, failures, guildId } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    seen.push(interaction.options.getSubcommand(), interaction.options.getString('title'))
    seen.push(interaction.options.getInteger('votes'), interaction.options.getUser('who')?.username)
    seen.push(interaction.guildId, interaction.user.username)
    await interaction.reply('Filed')
  })

  const answer = await discord
    .person('bob')
    .command('issue create', { title: 'It breaks', votes: 2, who: discord.findUser('eve').id })

  expect(failures).toEqual([])
  expect(seen).toEqual(['create', 'It breaks', 2, 'eve', guildId, 'bob'])
  expect(messageOf(answer)).toMatchObject({
    content: 'Filed',
    ephemeral: false,
    loading: false,
    author: { id: discord.applicationId },
    usedCommand: { name: 'issue create', by: { globalName: 'Bob' } },
  })
})

test('a reply can be asked back with the response', async () => {
  let ids: (string | undefined)[] = []
  const { discord, failures } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    const response = await interaction.reply({ content: 'Filed', withResponse: true })
    ids = [response.resource?.message?.id, (await interaction.fetchReply()).id]
  })

  const answer = await discord.person('bob').command('issue create', { title: 'It breaks' })
  await expect.poll(() => ids).toHaveLength(2)

  expect(failures).toEqual([])
  expect(ids).toEqual([messageOf(answer).id, messageOf(answer).id])
})

test('an ephemeral reply is seen by its owner alone', async () => {
  const { discord, generalId } = await answering(async (interaction) => {
    if (interaction.isRepliable())
      await interaction.reply({ content: 'Only you', flags: MessageFlags.Ephemeral })
  })

  const answer = await discord.person('bob').command('issue create', { title: 'It breaks' })

  expect(messageOf(answer).ephemeral).toBe(true)
  expect(discord.person('bob').messages(generalId)).toHaveLength(1)
  expect(discord.person('ada').messages(generalId)).toEqual([])
})

test('a deferred answer loads until it is edited, and a follow-up comes after it', async () => {
  const { promise: go, resolve } = Promise.withResolvers<void>()
  const { discord, failures, generalId } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    await go
    await interaction.editReply('Here it is')
    await interaction.followUp({ content: 'And more', flags: MessageFlags.Ephemeral })
  })
  const bob = discord.person('bob')

  const answer = await bob.command('issue view', { number: 1 })
  expect(messageOf(answer).loading).toBe(true)
  resolve()
  const settled = await bob.settled(answer)

  expect(messageOf(settled)).toMatchObject({ loading: false, content: 'Here it is', edited_timestamp: null })
  await expect
    .poll(() => bob.messages(generalId).map((message) => message.content))
    .toEqual(['Here it is', 'And more'])
  expect(failures).toEqual([])
})

test('the first follow-up takes the place of a deferred answer', async () => {
  const { discord, generalId } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await interaction.followUp('Here it is')
  })
  const bob = discord.person('bob')

  const settled = await bob.settled(await bob.command('issue view', { number: 1 }))

  expect(messageOf(settled)).toMatchObject({ content: 'Here it is', ephemeral: true, loading: false })
  expect(bob.messages(generalId)).toHaveLength(1)
})

test('an answer can be deleted', async () => {
  const { discord, failures, generalId } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    await interaction.deleteReply()
  })
  const bob = discord.person('bob')

  const settled = await bob.settled(await bob.command('issue view', { number: 1 }))

  expect(settled).toMatchObject({ kind: 'updated', message: null })
  expect(bob.messages(generalId)).toEqual([])
  expect(failures).toEqual([])
})

test('autocomplete tells what is being typed and brings back choices', async () => {
  const { discord, failures } = await answering(async (interaction) => {
    if (!interaction.isAutocomplete()) return
    const { name, value, type } = interaction.options.getFocused(true)
    expect({ name, value, type }).toEqual({
      name: 'number',
      value: '1',
      type: ApplicationCommandOptionType.Integer,
    })
    await interaction.respond([{ name: '#12 It breaks', value: 12 }])
  })

  const answer = await discord.person('bob').autocomplete('issue view', { number: '1' }, 'number')

  expect(failures).toEqual([])
  expect(answer).toMatchObject({ kind: 'choices', choices: [{ name: '#12 It breaks', value: 12 }] })
})

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

test('files are sent along with an answer and served back', async () => {
  const { discord, failures, url } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    await interaction.editReply({
      content: 'See',
      files: [{ attachment: Buffer.from('a log'), name: 'build.log' }],
    })
  })
  const bob = discord.person('bob')

  const settled = await bob.settled(await bob.command('issue view', { number: 12 }))

  expect(failures).toEqual([])
  const [attachment] = messageOf(settled).attachments
  expect(attachment).toMatchObject({ filename: 'build.log', size: 5 })
  const served = await fetch(new URL(attachment?.url ?? '', url))
  expect(await served.text()).toBe('a log')
  expect(served.headers.get('x-content-type-options')).toBe('nosniff')
})

test('commands and buttons work in direct messages', async () => {
  const { discord, failures } = await answering(async (interaction) => {
    const where = interaction.inGuild() ? 'a guild' : 'private'
    if (interaction.isRepliable()) await interaction.reply(`${where}, ${interaction.user.username}`)
  })
  const bob = discord.person('bob')
  const { id: channelId } = bob.openDirect()

  const answer = await bob.command('issue view', { number: 1 }, { guildId: null, channelId })

  expect(failures).toEqual([])
  expect(messageOf(answer).content).toBe('private, bob')
})

test('what a person may do is told with each interaction, from roles and the channel', async () => {
  const seen: unknown[] = []
  const { discord, guildId } = await answering(async (interaction) => {
    if (!interaction.inCachedGuild() || !interaction.isRepliable()) return
    seen.push([
      interaction.memberPermissions.has('ManageGuild'),
      interaction.memberPermissions.has('AttachFiles'),
      interaction.appPermissions.has('EmbedLinks'),
    ])
    await interaction.reply('ok')
  })
  const bob = discord.person('bob')

  await bob.command('issue view', { number: 1 })
  discord.setMemberRoles(guildId, 'bob', ['managers'])
  discord.setChannelOverwrites(guildId, 'general', [
    { role: '@everyone', deny: ['AttachFiles'] },
    { role: 'Snag', deny: ['EmbedLinks'] },
  ])
  await bob.command('issue view', { number: 1 })

  expect(seen).toEqual([
    [false, true, true],
    [true, false, false],
  ])
})

test('a command of a message’s menu brings the message along', async () => {
  const seen: string[] = []
  const { discord, client, failures, generalId, guildId } = await answering(async (interaction) => {
    if (!interaction.isMessageContextMenuCommand()) return
    seen.push(interaction.targetMessage.content)
    await interaction.reply({ content: 'Filed', flags: MessageFlags.Ephemeral })
  })
  await client.application.commands.create({ name: 'File as issue', type: ApplicationCommandType.Message })
  const { id } = await discord.person('ada').write(generalId, 'It breaks')

  await discord.person('bob').command('File as issue', {}, { guildId, channelId: generalId }, id)

  expect(failures).toEqual([])
  expect(seen).toEqual(['It breaks'])
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

test('without a bot an interaction fails at once', async () => {
  const { connect, discord } = await discordWorld()
  const client = await connect()
  await client.application.commands.set([ISSUE])
  await client.destroy()

  const answer = await discord.person('bob').command('issue view', { number: 1 })

  expect(answer.kind).toBe('failed')
})
