/**
 * What a person's Discord app may ask of the local Discord: the contract between the stand-in's server
 * and its playground page. JSON over `/__discord/client`; who is asking is named by the header `x-account`
 * (a user id of the stand-in; the stand-in is reachable from this machine only, and says so).
 *
 * | request | answer |
 * |---|---|
 * | `GET /client/accounts` | `ClientAccount[]`: who one can be |
 * | `GET /client/guilds` | `ClientGuild[]` the account is in, each with the channels it can see |
 * | `GET /client/bot` | `ClientAccount` of the bot, and whether it is `online` |
 * | `GET /client/channels/{id}/messages?before={messageId}` | the newest 50 `ClientMessage`s it can see, oldest first |
 * | `POST /client/channels/{id}/messages` `{content}` | 201, the `ClientMessage` it wrote |
 * | `DELETE /client/channels/{id}/messages/{id}` | 204: one's own message is removed, an ephemeral one put away |
 * | `GET /client/guilds/{id}/commands` | `APIApplicationCommand[]` as the bot registered them, those the account may use |
 * | `GET /client/commands` | the same for direct messages |
 * | `GET /client/directs` | `ClientChannel[]`: direct message channels with the bot |
 * | `POST /client/directs` | 201, the `ClientChannel` of the direct messages with the bot, opened if need be |
 * | `POST /client/interactions` `ClientInteraction` | `ClientAnswer`, at the latest after 3 s |
 * | `GET /client/events` (`?account=` instead of the header) | server-sent events, `data:` a `ClientEvent` |
 *
 * A refusal carries Discord's status and error: `{message, code, errors?}`.
 */
import type {
  APIApplicationCommandOptionChoice,
  APIMessage,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10'

export interface ClientAccount {
  id: string
  username: string
  globalName: string
  avatarUrl: string
  /** One line for the account switcher, e.g. "admin of Snag HQ". */
  about: string
}

export interface ClientChannel {
  id: string
  guildId: string | null
  name: string
  topic: string | null
}

export interface ClientGuild {
  id: string
  name: string
  iconUrl: string | null
  channels: ClientChannel[]
  /** The highest last. */
  roles: { id: string; name: string; color: number }[]
  members: {
    id: string
    username: string
    globalName: string
    avatarUrl: string
    bot: boolean
    roleIds: string[]
  }[]
}

/** A message as Discord's own API gives it, and what only the asking account may know. */
export interface ClientMessage extends APIMessage {
  /** Only this account sees it; it is gone when the account dismisses it. */
  ephemeral: boolean
  /** The bot has acknowledged and is still thinking. */
  loading: boolean
  /** For an answer to a command: who used which. */
  usedCommand: { by: { id: string; globalName: string; avatarUrl: string }; name: string } | null
}

/** A value chosen for an option, by the option's name; a user or role is its id. */
export type ClientOptionValues = Record<string, string | number | boolean>

export type ClientInteraction =
  | {
      type: 'command'
      guildId: string | null
      channelId: string
      /** The words of the command, e.g. `issue create`. */
      name: string
      options: ClientOptionValues
      /** For a command of a context menu: the user or message it is used on. */
      targetId?: string
    }
  | {
      type: 'autocomplete'
      guildId: string | null
      channelId: string
      name: string
      options: ClientOptionValues
      /** The option being typed. */
      focused: string
    }
  | { type: 'component'; channelId: string; messageId: string; customId: string; values?: string[] }
  | {
      type: 'modal'
      /** The interaction which the modal answered. */
      interactionId: string
      customId: string
      /** By custom id: a text, or the values chosen. */
      fields: Record<string, string | string[]>
    }

/** What came of an interaction. Messages also arrive as events. */
export type ClientAnswer =
  | { kind: 'message'; interactionId: string; message: ClientMessage }
  | { kind: 'modal'; interactionId: string; modal: APIModalInteractionResponseCallbackData }
  | { kind: 'choices'; interactionId: string; choices: APIApplicationCommandOptionChoice[] }
  /** A message was edited in place, or the press was taken without a visible answer. */
  | { kind: 'updated'; interactionId: string; message: ClientMessage | null }
  /** Nobody answered within 3 s: "The application did not respond". */
  | { kind: 'failed'; interactionId: string }

export type ClientEvent =
  | { type: 'message.created' | 'message.updated'; channelId: string; message: ClientMessage }
  | { type: 'message.deleted'; channelId: string; messageId: string }
  | { type: 'commands.changed' }
  /** The bot connected or went away: the page shows it beside the bot's name. */
  | { type: 'bot.presence'; online: boolean }
