import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Interaction,
  type MessageActionRowComponentBuilder,
} from 'discord.js'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { createLocalDiscord, type LocalDiscord } from '#local/discord/local-discord.ts'
import { playground } from '#local/discord/playground.ts'
import type { DiscordSeed } from '#local/discord/seed.ts'

const SEED: DiscordSeed = {
  users: [
    { username: 'ada', globalName: 'Ada', about: 'owns the workshop' },
    { username: 'bob', globalName: 'Bob', about: 'a guest' },
  ],
  guilds: [
    {
      name: 'Workshop',
      owner: 'ada',
      roles: [{ name: 'Makers', color: 0x2e7d32 }],
      members: [{ user: 'ada', roles: ['Makers'] }, { user: 'bob' }],
      channels: [{ name: 'general', topic: 'Everything' }, { name: 'issues' }],
    },
  ],
}

const COMMANDS = [
  new SlashCommandBuilder()
    .setName('issue')
    .setDescription('Issues')
    .addSubcommand((sub) =>
      sub
        .setName('create')
        .setDescription('File an issue')
        .addStringOption((option) =>
          option.setName('title').setDescription('In short').setRequired(true).setMinLength(3),
        )
        .addStringOption((option) =>
          option
            .setName('label')
            .setDescription('What kind')
            .addChoices({ name: 'A bug', value: 'bug' }, { name: 'A wish', value: 'feature' }),
        )
        .addUserOption((option) => option.setName('assignee').setDescription('Who looks after it')),
    )
    .addSubcommand((sub) =>
      sub
        .setName('view')
        .setDescription('Show an issue')
        .addIntegerOption((option) =>
          option.setName('number').setDescription('Its number').setRequired(true).setAutocomplete(true),
        ),
    ),
  new SlashCommandBuilder()
    .setName('note')
    .setDescription('Write something down')
    .addStringOption((option) => option.setName('title').setDescription('In short'))
    .addStringOption((option) => option.setName('label').setDescription('What kind')),
  new SlashCommandBuilder().setName('card').setDescription('Show a card with everything on it'),
  new SlashCommandBuilder().setName('silence').setDescription('Never answered'),
]

export interface PlaygroundWorld {
  discord: LocalDiscord
  /** Every interaction the bot got, as what it was and what it carried. */
  got: string[]
  /** Opens the page. A failing script, and anything its security policy refuses, fails the test. */
  open(query: string, options?: BrowserContextOptions): Promise<Page>
  /** Takes the bot away. */
  disconnect(): Promise<void>
}

/** The local Discord with a real discord.js bot, and its page as built into `built`; gone when the test is. */
export async function playgroundWorld(browser: Browser, built: string): Promise<PlaygroundWorld> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const discord = await createLocalDiscord({ url: `${origin}/__discord`, seed: SEED })
  const page = playground(built)
  const fetch = (request: Request) =>
    new URL(request.url).pathname.startsWith('/playground') ? page.fetch(request) : discord.fetch(request)
  const listener = getRequestListener(fetch)
  server.on('request', (request, response) => void listener(request, response))
  server.on('upgrade', (request, socket, head) => {
    if (!discord.upgrade(request, socket, head)) socket.destroy()
  })
  onTestFinished(() => stop(server, discord))

  const got: string[] = []
  const client = await connectBot(discord, got)
  return {
    discord,
    got,
    open: (query, options) => openPage(browser, `${origin}/playground?${query}`, options),
    disconnect: () => client.destroy(),
  }
}

async function connectBot(discord: LocalDiscord, got: string[]): Promise<Client> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: discord.apiUrl, version: '10', retries: 0 },
  })
  onTestFinished(() => client.destroy())
  const { promise: ready, resolve } = Promise.withResolvers<Client<true>>()
  client.once(Events.ClientReady, resolve)
  await client.login(discord.token)
  const bot = await ready
  await bot.application.commands.set(COMMANDS)
  bot.on(Events.InteractionCreate, (interaction) => void answer(interaction, got))
  return client
}

async function answer(interaction: Interaction, got: string[]): Promise<unknown> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused()
    got.push(`autocomplete ${typed}`)
    return interaction.respond([{ name: `#12 Login loops (${typed})`, value: 12 }])
  }
  if (interaction.isButton()) {
    got.push(`button ${interaction.customId}`)
    if (interaction.customId === 'edit') return interaction.showModal(editForm())
    const isClosed = interaction.customId === 'close'
    return interaction.update({ components: card(isClosed), flags: MessageFlags.IsComponentsV2 })
  }
  if (interaction.isStringSelectMenu()) {
    got.push(`select ${interaction.values.join(',')}`)
    return interaction.deferUpdate()
  }
  if (interaction.isModalSubmit()) {
    const { fields } = interaction
    got.push(
      `modal ${fields.getTextInputValue('title')} / ${fields.getStringSelectValues('labels').join(',')}`,
    )
    return interaction.reply({ content: 'Edited', flags: MessageFlags.Ephemeral })
  }
  if (!interaction.isChatInputCommand()) return undefined
  const options = interaction.options.data.flatMap((option) => option.options ?? [option])
  const words = [interaction.commandName, interaction.options.getSubcommand(false)].filter(Boolean).join(' ')
  got.push(`command ${words} ${options.map(({ name, value }) => `${name}=${value}`).join(' ')}`.trim())
  if (words === 'silence') return undefined
  if (words === 'card') {
    return interaction.reply({ components: card(false), flags: MessageFlags.IsComponentsV2 })
  }
  return interaction.reply({ content: 'Filed **SNAG-1**', flags: MessageFlags.Ephemeral })
}

function card(isClosed: boolean) {
  return [
    new ContainerBuilder()
      .setAccentColor(0x58_65_f2)
      .addTextDisplayComponents(new TextDisplayBuilder().setContent('### SNAG-12 · Login loops'))
      .addActionRowComponents(
        new ActionRowBuilder<MessageActionRowComponentBuilder>().addComponents(
          new ButtonBuilder()
            .setCustomId(isClosed ? 'reopen' : 'close')
            .setLabel(isClosed ? 'Reopen' : 'Close')
            .setStyle(ButtonStyle.Primary),
          new ButtonBuilder().setCustomId('edit').setLabel('Edit').setStyle(ButtonStyle.Secondary),
        ),
        new ActionRowBuilder<MessageActionRowComponentBuilder>().addComponents(
          new StringSelectMenuBuilder()
            .setCustomId('status')
            .setPlaceholder('Change the status')
            .addOptions({ label: 'Todo', value: 'todo' }, { label: 'Done', value: 'done' }),
        ),
      ),
  ]
}

function editForm(): ModalBuilder {
  const title = new TextInputBuilder().setCustomId('title').setStyle(TextInputStyle.Short).setMinLength(3)
  const labels = new StringSelectMenuBuilder()
    .setCustomId('labels')
    .setMaxValues(2)
    .addOptions({ label: 'bug', value: 'bug' }, { label: 'feature', value: 'feature' })
  return new ModalBuilder()
    .setCustomId('edit')
    .setTitle('Edit SNAG-12')
    .addLabelComponents(
      new LabelBuilder().setLabel('Title').setTextInputComponent(title),
      new LabelBuilder().setLabel('Labels').setStringSelectMenuComponent(labels),
    )
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  // Sooner than the test's own limit, so that a failure says what was waited for.
  page.setDefaultTimeout(8000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  await page.goto(url)
  await page.getByRole('log').waitFor()
  return page
}

async function stop(server: Server, discord: LocalDiscord): Promise<void> {
  await discord.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
