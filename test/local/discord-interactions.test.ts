import { ApplicationCommandOptionType, ApplicationCommandType, MessageFlags } from 'discord.js'
import { expect, test } from 'vitest'

import { answering, messageOf } from '#test/local/discord-answering.ts'

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

test('without a bot an interaction fails at once', async () => {
  const { client, discord } = await answering(async () => undefined)
  await client.destroy()

  const answer = await discord.person('bob').command('issue view', { number: 1 })

  expect(answer.kind).toBe('failed')
})
