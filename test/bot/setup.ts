import { ComponentType } from 'discord.js'
import type { APIMessageTopLevelComponent, APIModalInteractionResponseCallbackData } from 'discord.js'
import { expect, onTestFinished } from 'vitest'
import { createBot } from '#bot/bot.ts'
import type { Bot } from '#bot/bot.ts'
import { connectDiscordRest } from '#bot/discord-port.ts'
import type { ClientAnswer, ClientMessage, ClientOptionValues } from '#local/discord/client-api.ts'
import type { DiscordSeed } from '#local/discord/seed.ts'
import type { LocalDiscord } from '#local/discord/local-discord.ts'
import type { Where } from '#local/discord/people/local-person.ts'
import { relayBatch } from '#shared/events/relay.ts'
import { claimInstallation } from '#shared/installation.ts'
import type { JobRequest } from '#shared/jobs/job.ts'
import { discordWorld } from '#test/local/discord-world.ts'
import type { DiscordWorldOptions } from '#test/local/discord-world.ts'
import { origin, world } from '#test/world.ts'
import type { World } from '#test/world.ts'

/** Ada owns Workshop, Bob has its triage role; Carol and Dave are anybody. Eve owns Elsewhere, where Dave is too. */
const seed: DiscordSeed = {
  users: [
    { username: 'ada', globalName: 'Ada' },
    { username: 'bob', globalName: 'Bob' },
    { username: 'carol', globalName: 'Carol' },
    { username: 'dave', globalName: 'Dave' },
    { username: 'eve', globalName: 'Eve' },
  ],
  guilds: [
    {
      name: 'Workshop',
      owner: 'ada',
      roles: [{ name: 'triage' }, { name: 'managers', permissions: ['ManageGuild'] }],
      members: [{ user: 'bob', roles: ['triage'] }, { user: 'carol' }, { user: 'dave' }],
      channels: [{ name: 'general' }, { name: 'random' }],
    },
    { name: 'Elsewhere', owner: 'eve', members: [{ user: 'dave' }], channels: [{ name: 'lobby' }] },
  ],
}

export interface BotWorld extends World {
  discord: LocalDiscord
  bot: Bot
  guildId: string
  ada: Chatter
  bob: Chatter
  carol: Chatter
  dave: Chatter
  eve: Chatter
  inGeneral: Where
  inRandom: Where
  inLobby: Where
  /** Gives the triage role its meaning, and a workspace to Workshop; Ada is its admin. */
  connect(): Promise<void>
  /** Signs somebody up at Clerk, with their Discord account connected there, and links the two. Gives the user's id. */
  link(chatter: Chatter): Promise<string>
  /** Waits until these, and no others, are the cards that are kept up to date: the bot answers first. */
  untilKept(...cards: Seen[]): Promise<void>
  /** Does what follows from everything that has happened so far. */
  followUp(): Promise<void>
}

/** A tracker with a real bot, connected to a local Discord. It goes away with the test. */
export async function botWorld(options: Pick<DiscordWorldOptions, 'inTheWay'> = {}): Promise<BotWorld> {
  const { discord, guildId, generalId } = await discordWorld({ seed, ...options })
  const base = await world({ discord: connectDiscordRest(discord).port })
  const { tracker } = base
  await claimInstallation(tracker.db, { clerkInstance: 'local', discordApplication: discord.applicationId })
  const bot = createBot({ tracker, publicUrl: origin, ...discord })
  await bot.start()
  onTestFinished(() => bot.stop())

  const chatter = (name: string) => new Chatter(discord, name)
  const elsewhere = discord.findGuild('Elsewhere').id
  const ada = chatter('ada')
  return {
    ...base,
    discord,
    bot,
    guildId,
    ada,
    bob: chatter('bob'),
    carol: chatter('carol'),
    dave: chatter('dave'),
    eve: chatter('eve'),
    inGeneral: { guildId, channelId: generalId },
    inRandom: { guildId, channelId: discord.findChannel(guildId, 'random').id },
    inLobby: { guildId: elsewhere, channelId: discord.findChannel(elsewhere, 'lobby').id },

    async connect() {
      await ada.uses('setup create', { name: 'Moon Base', address: 'moon-base', key: 'MOON' })
      const menu = await ada.uses('setup triagers')
      const triage = discord.findGuild('Workshop').roles.find(({ name }) => name === 'triage')
      await ada.chooses(menu, [triage?.id ?? ''])
    },
    async link(who) {
      const clerkId = await base.clerk.addUser({
        email: `${who.name}@example.com`,
        password: 'correct horse',
        firstName: who.name,
        lastName: 'Tester',
      })
      await base.clerk.connectDiscord(clerkId, {
        id: who.id,
        username: who.name,
        globalName: who.name,
        avatarUrl: '',
        email: `${who.name}@example.com`,
      })
      await who.uses('link')
      const { id } = await base.db.prisma.user.findUniqueOrThrow({ where: { clerkId } })
      return id
    },
    async untilKept(...cards) {
      const wanted = cards.map((card) => messageOf(card).id).sort()
      const kept = async () => {
        const links = await base.db.prisma.discordLink.findMany()
        return links.map(({ messageId }) => messageId).sort()
      }
      await expect.poll(kept).toEqual(wanted)
    },
    async followUp() {
      const requests: JobRequest[] = []
      const client = await base.db.pool.connect()
      await relayBatch(
        client,
        () => [],
        async (_client, events) => {
          requests.push(...(await bot.follow(client, events)))
          return []
        },
      )
      client.release()
      for (const { name, payload } of requests) await bot.jobs.find((job) => job.name === name)?.run(payload)
    },
  }
}

/** Holds a table so that whoever reads or writes it waits. Gives the way to let go of it. */
export async function hold({ db }: BotWorld, table: string): Promise<() => Promise<void>> {
  const client = await db.pool.connect()
  await client.query('begin')
  await client.query(`lock table ${table} in access exclusive mode`)
  let held = true
  const letGo = async () => {
    if (!held) return
    held = false
    await client.query('rollback')
    client.release()
  }
  onTestFinished(letGo)
  return letGo
}

/** What somebody sees after using the bot. */
export interface Seen {
  answer: ClientAnswer
  kind: ClientAnswer['kind']
  /** Every text of the message, one after another. */
  text: string
  /** Whether they alone see it. */
  ephemeral: boolean
  /** The labels of the buttons that can be pressed. */
  buttons: string[]
}

interface Pressable {
  label: string | undefined
  customId: string
  disabled: boolean
  type: ComponentType
}

/** Somebody using Discord. */
export class Chatter {
  readonly name: string
  readonly id: string
  readonly #discord: LocalDiscord

  constructor(discord: LocalDiscord, name: string) {
    this.#discord = discord
    this.name = name
    this.id = this.person.id
  }

  get person() {
    return this.#discord.person(this.name)
  }

  /** Uses a command and waits for what comes of it, in the first channel they see unless said otherwise. */
  async uses(command: string, options: ClientOptionValues = {}, where?: Where): Promise<Seen> {
    return this.sees(await this.person.command(command, options, where))
  }

  async types(
    command: string,
    options: ClientOptionValues,
    focused: string,
    where?: Where,
  ): Promise<{ name: string; value: string | number }[]> {
    const answer = await this.person.autocomplete(command, options, focused, where)
    if (answer.kind !== 'choices') throw new Error(`Expected suggestions, got ${answer.kind}.`)
    return answer.choices
  }

  async presses(on: Seen | ClientMessage, label: string): Promise<Seen> {
    const message = messageOf(on)
    const pressed = pressables(message).find((button) => button.label === label)
    if (pressed === undefined) throw new Error(`There is no button “${label}” on: ${textOf(message)}`)
    return this.sees(await this.person.press(message, pressed.customId))
  }

  async chooses(on: Seen, values: string[]): Promise<Seen> {
    const message = messageOf(on)
    const menu = pressables(message).find(({ type }) => type !== ComponentType.Button)
    if (menu === undefined) throw new Error('There is no menu on this message.')
    return this.sees(await this.person.press(message, menu.customId, values))
  }

  async fills(form: Seen, fields: Record<string, string | string[]>): Promise<Seen> {
    if (form.answer.kind !== 'modal') throw new Error(`Expected a form, saw: ${form.text}`)
    return this.sees(await this.person.submit(form.answer, fields))
  }

  /** Sends what no honest app would: any custom id. */
  async forges(customId: string, where: Where): Promise<Seen> {
    return this.sees(await this.person.forge({ type: 'component', customId, channelId: where.channelId }))
  }

  async forgesForm(customId: string, fields: Record<string, string>, where: Where): Promise<Seen> {
    return this.sees(await this.person.forge({ type: 'modal', customId, fields, channelId: where.channelId }))
  }

  /** The newest message that they see in a channel. */
  newest({ channelId }: Where): Seen {
    const message = this.person.messages(channelId).at(-1)
    if (message === undefined) throw new Error('There is no message in this channel.')
    return seen({ kind: 'message', interactionId: '', message })
  }

  /** A message as it is now. */
  again(on: Seen): Seen {
    const { channel_id, id } = messageOf(on)
    const message = this.person.messages(channel_id).find((message) => message.id === id)
    if (message === undefined) throw new Error('The message is gone.')
    return seen({ kind: 'message', interactionId: '', message })
  }

  private async sees(answer: ClientAnswer): Promise<Seen> {
    return seen(await this.person.settled(answer))
  }
}

function seen(answer: ClientAnswer): Seen {
  const message = 'message' in answer ? answer.message : null
  return {
    answer,
    kind: answer.kind,
    text: message === null ? '' : textOf(message),
    ephemeral: message?.ephemeral ?? false,
    buttons:
      message === null
        ? []
        : pressables(message).flatMap(({ label, disabled }) =>
            label === undefined || disabled ? [] : [label],
          ),
  }
}

export function messageOf(on: Seen | ClientMessage): ClientMessage {
  if (!('answer' in on)) return on
  const message = 'message' in on.answer ? on.answer.message : null
  if (message === null) throw new Error(`There is no message: ${on.kind}.`)
  return message
}

/** The form that somebody was given. */
export function formOf({ answer, text }: Seen): APIModalInteractionResponseCallbackData {
  if (answer.kind !== 'modal') throw new Error(`Expected a form, saw: ${text}`)
  return answer.modal
}

function textOf({ content, components }: ClientMessage): string {
  return [content, ...(components ?? []).flatMap(textsOf)].filter((text) => text !== '').join('\n')
}

function textsOf(component: APIMessageTopLevelComponent): string[] {
  if (component.type === ComponentType.TextDisplay) return [component.content]
  if (component.type !== ComponentType.Container) return []
  return component.components.flatMap((inner) =>
    inner.type === ComponentType.TextDisplay ? [inner.content] : [],
  )
}

function pressables({ components }: ClientMessage): Pressable[] {
  const rows = (components ?? []).flatMap((component) =>
    component.type === ComponentType.Container ? component.components : [component],
  )
  return rows.flatMap((row) =>
    row.type !== ComponentType.ActionRow
      ? []
      : row.components.flatMap((inner) =>
          'custom_id' in inner
            ? [
                {
                  label: 'label' in inner ? inner.label : undefined,
                  customId: inner.custom_id,
                  disabled: inner.disabled ?? false,
                  type: inner.type,
                },
              ]
            : [],
        ),
  )
}
