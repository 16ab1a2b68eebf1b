import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import {
  GatewayCloseCodes as Close,
  GatewayDispatchEvents as Events,
  GatewayIntentBits as Intents,
  GatewayOpcodes as Op,
  type APIInteraction,
} from 'discord-api-types/v10'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { z } from 'zod'

import { dispatchOf } from './gateway-events.ts'
import { GatewaySession } from './gateway-session.ts'
import type { Happening } from './happenings.ts'
import { applicationFlags, presentMember, presentUser } from './presenters.ts'
import type { DiscordState } from './state.ts'

const MOST_FRAME_BYTES = 4096
const RESUMABLE_MS = 3 * 60_000
const KNOWN_INTENTS = Object.values(Intents).reduce<number>(
  (all, bit) => (typeof bit === 'number' ? all | bit : all),
  0,
)
const PRIVILEGED_INTENTS = Intents.GuildMembers | Intents.GuildPresences | Intents.MessageContent

/** The client said goodbye, or was timed out; after any other end it may resume. */
const FINAL_CLOSES: number[] = [1000, 1001, Close.SessionTimedOut]

const Frame = z.object({
  // Any number is let through here, so that an unknown one can be told from a frame that is none.
  op: z.custom<Op>((op) => Number.isInteger(op)),
  d: z.unknown(),
})
const Identify = z.object({
  token: z.string(),
  intents: z.int().nonnegative(),
  properties: z.looseObject({}),
  shard: z.tuple([z.int().nonnegative(), z.int().positive()]).default([0, 1]),
})
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nonnegative() })
const RequestMembers = z.object({
  guild_id: z.union([z.string(), z.array(z.string()).length(1)]),
  query: z.string().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  limit: z.int().nonnegative().default(0),
  nonce: z.string().optional(),
})

export interface GatewayOptions {
  state: DiscordState
  /** Where clients reach it, e.g. `ws://localhost:3000/__discord/gateway`. */
  url: string
  heartbeatIntervalMs: number
  /** The privileged intents which are switched on for the application. */
  privilegedIntents: number
}

/** Discord's gateway, version 10, JSON without compression. Source: "Gateway" in Discord's reference. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #state: DiscordState
  readonly #path: string
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #sessions = new Map<string, GatewaySession>()
  readonly #stopListening: () => void
  #online = false

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#state = options.state
    this.#path = new URL(options.url).pathname
    this.#stopListening = this.#state.happenings.listen((happening) => this.#tell(happening))
  }

  get online(): boolean {
    return this.#online
  }

  /** Takes a connection when it is the gateway's; false when its path is another. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname.replace(/\/$/, '') !== this.#path) return false
    this.#server.handleUpgrade(request, socket, head, (connection) =>
      this.#greet(connection, url.searchParams),
    )
    return true
  }

  /** Hands an interaction to every session it concerns; false when there is none that could answer. */
  deliver(interaction: APIInteraction): boolean {
    this.#forgetOldSessions()
    const guildId = interaction.guild_id ?? null
    const concerned = [...this.#sessions.values()].filter((session) => session.concerns(guildId))
    for (const session of concerned) session.dispatch(Events.InteractionCreate, interaction)
    return concerned.length > 0
  }

  /** Breaks every connection as a lost network does, or asks clients to come back; sessions can be resumed. */
  dropConnections(how: 'break' | 'reconnect'): void {
    for (const connection of this.#server.clients) {
      if (how === 'break') connection.terminate()
      else send(connection, { op: Op.Reconnect, d: null })
    }
  }

  close(): void {
    this.#stopListening()
    for (const connection of this.#server.clients) connection.terminate()
    this.#server.close()
  }

  #greet(connection: WebSocket, query: URLSearchParams): void {
    // A broken connection also closes, and that is where it is dealt with.
    connection.on('error', () => connection.terminate())
    if (query.get('v') !== null && query.get('v') !== '10') return connection.close(Close.InvalidAPIVersion)
    if ((query.get('encoding') ?? 'json') !== 'json' || query.has('compress')) {
      return connection.close(Close.DecodeError, 'Only JSON without compression is spoken here.')
    }
    const interval = this.#options.heartbeatIntervalMs
    // A client may be late by a quarter of the interval before it counts as gone.
    const zombie = setTimeout(
      () => connection.close(Close.SessionTimedOut, 'Session timed out.'),
      interval * 1.25,
    )
    connection.on('close', (code) => {
      clearTimeout(zombie)
      this.#leave(connection, code)
    })
    connection.on('message', (raw) => this.#take(connection, raw, zombie))
    send(connection, { op: Op.Hello, d: { heartbeat_interval: interval } })
  }

  #take(connection: WebSocket, raw: RawData, zombie: NodeJS.Timeout): void {
    const frame = parseFrame(raw)
    if (frame === null) return connection.close(Close.DecodeError, 'Error while decoding payload.')
    switch (frame.op) {
      case Op.Heartbeat:
        zombie.refresh()
        return send(connection, { op: Op.HeartbeatAck, d: null })
      case Op.Identify:
        return this.#identify(connection, frame.d)
      case Op.Resume:
        return this.#resume(connection, frame.d)
      case Op.RequestGuildMembers:
        return this.#sendMembers(connection, frame.d)
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
        // Nobody here sees a bot's presence or hears its voice.
        if (this.#sessionOf(connection) === undefined)
          connection.close(Close.NotAuthenticated, 'Not authenticated.')
        return undefined
      default:
        return connection.close(Close.UnknownOpcode, 'Unknown opcode.')
    }
  }

  #identify(connection: WebSocket, data: unknown): void {
    if (this.#sessionOf(connection) !== undefined) {
      return connection.close(Close.AlreadyAuthenticated, 'Already authenticated.')
    }
    const identify = Identify.safeParse(data)
    if (!identify.success) return connection.close(Close.DecodeError, 'Error while decoding payload.')
    const { token, intents, shard } = identify.data
    if (!this.#isToken(token)) return connection.close(Close.AuthenticationFailed, 'Authentication failed.')
    if (shard[0] >= shard[1]) return connection.close(Close.InvalidShard, 'Invalid shard.')
    if ((intents & ~KNOWN_INTENTS) !== 0) return connection.close(Close.InvalidIntents, 'Invalid intent(s).')
    if ((intents & PRIVILEGED_INTENTS & ~this.#options.privilegedIntents) !== 0) {
      return connection.close(Close.DisallowedIntents, 'Disallowed intent(s).')
    }

    const session = new GatewaySession(connection, intents, shard)
    this.#sessions.set(session.id, session)
    const { application, botId } = this.#state
    const guilds = this.#state.guildsOf(botId).filter((guild) => session.concerns(guild.id))
    session.dispatch(Events.Ready, {
      v: 10,
      user: { ...presentUser(this.#state.getUser(botId)), verified: true, mfa_enabled: false, email: null },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#options.url,
      shard,
      application: { id: application.id, flags: applicationFlags(this.#options.privilegedIntents) },
      private_channels: [],
      user_settings: {},
    })
    for (const guild of guilds) this.#tellSession(session, { type: 'guild.joined', guild })
    this.#tellPresence()
  }

  #resume(connection: WebSocket, data: unknown): void {
    const resume = Resume.safeParse(data)
    if (!resume.success) return connection.close(Close.DecodeError, 'Error while decoding payload.')
    const { token, session_id, seq } = resume.data
    if (!this.#isToken(token)) return connection.close(Close.AuthenticationFailed, 'Authentication failed.')
    this.#forgetOldSessions()
    const session = this.#sessions.get(session_id)
    const replayable = session?.canReplay(seq)
    if (replayable === null) return connection.close(Close.InvalidSeq, 'Invalid sequence.')
    if (session === undefined || replayable === false)
      return send(connection, { op: Op.InvalidSession, d: false })

    session.connection?.terminate()
    session.replay(connection, seq)
    session.dispatch(Events.Resumed, {})
    this.#tellPresence()
  }

  #sendMembers(connection: WebSocket, data: unknown): void {
    const session = this.#sessionOf(connection)
    if (session === undefined) return connection.close(Close.NotAuthenticated, 'Not authenticated.')
    const request = RequestMembers.safeParse(data)
    if (!request.success) return connection.close(Close.DecodeError, 'Error while decoding payload.')
    const { query, limit, nonce } = request.data
    const userIds = request.data.user_ids === undefined ? null : [request.data.user_ids].flat()
    const guild = this.#state.guilds.get([request.data.guild_id].flat()[0] ?? '')
    if (guild === undefined || !this.#state.isMember(guild, this.#state.botId)) return
    // Asking for everybody is a privilege; asking for some is not.
    const wantsAll = userIds === null && (query ?? '') === '' && limit === 0
    if (wantsAll && (session.intents & Intents.GuildMembers) === 0) {
      return connection.close(Close.DisallowedIntents, 'Disallowed intent(s).')
    }
    const members = guild.members.filter(({ userId }) => {
      if (userIds !== null) return userIds.includes(userId)
      return this.#state.getUser(userId).username.startsWith((query ?? '').toLowerCase())
    })
    session.dispatch(Events.GuildMembersChunk, {
      guild_id: guild.id,
      members: members.slice(0, limit || members.length).map((member) => presentMember(this.#state, member)),
      chunk_index: 0,
      chunk_count: 1,
      not_found: (userIds ?? []).filter((id) => !members.some((member) => member.userId === id)),
      ...(nonce === undefined ? {} : { nonce }),
    })
  }

  #leave(connection: WebSocket, code: number): void {
    const session = this.#sessionOf(connection)
    if (session === undefined) return
    session.connection = null
    session.droppedAtMs = this.#state.now()
    if (FINAL_CLOSES.includes(code)) this.#sessions.delete(session.id)
    this.#tellPresence()
  }

  #tell(happening: Happening): void {
    for (const session of this.#sessions.values()) this.#tellSession(session, happening)
  }

  #tellSession(session: GatewaySession, happening: Happening): void {
    const dispatch = dispatchOf(this.#state, happening, session.intents)
    if (dispatch !== null && session.concerns(dispatch.guildId))
      session.dispatch(dispatch.event, dispatch.data)
  }

  #tellPresence(): void {
    const online = [...this.#sessions.values()].some((session) => session.connection !== null)
    if (online === this.#online) return
    this.#online = online
    this.#state.happenings.tell({ type: 'bot.presence', online })
  }

  #forgetOldSessions(): void {
    for (const session of this.#sessions.values()) {
      const gone = session.connection === null && this.#state.now() - session.droppedAtMs > RESUMABLE_MS
      if (gone) this.#sessions.delete(session.id)
    }
  }

  #sessionOf(connection: WebSocket): GatewaySession | undefined {
    return [...this.#sessions.values()].find((session) => session.connection === connection)
  }

  #isToken(token: string): boolean {
    return token.replace(/^Bot /, '') === this.#state.application.token
  }
}

function send(connection: WebSocket, frame: { op: Op; d: unknown }): void {
  connection.send(JSON.stringify({ ...frame, s: null, t: null }))
}

function parseFrame(raw: RawData): z.infer<typeof Frame> | null {
  // The server asks ws for buffers, which is also what it gives unless told otherwise.
  const text = (raw as Buffer).toString('utf8')
  if (text.length > MOST_FRAME_BYTES) return null
  try {
    return Frame.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
