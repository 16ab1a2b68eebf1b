import { randomBytes } from 'node:crypto'

import { GatewayOpcodes, type GatewayDispatchEvents } from 'discord-api-types/v10'
import { WebSocket } from 'ws'

import { shardOf } from './snowflakes.ts'

/** How many events a session keeps for a client that comes back. */
const MOST_KEPT = 1000

interface KeptEvent {
  sequence: number
  frame: string
}

/** One client's view of the gateway. It outlives its connection, so that a dropped one can be resumed. */
export class GatewaySession {
  readonly id = randomBytes(16).toString('hex')
  readonly intents: number
  readonly shard: [id: number, count: number]
  connection: WebSocket | null
  /** When the connection was lost, in milliseconds since 1970. */
  droppedAtMs = 0
  #sequence = 0
  #kept: KeptEvent[] = []

  constructor(connection: WebSocket, intents: number, shard: [number, number]) {
    this.connection = connection
    this.intents = intents
    this.shard = shard
  }

  concerns(guildId: string | null): boolean {
    const [id, count] = this.shard
    return shardOf(guildId, count) === id
  }

  dispatch(event: GatewayDispatchEvents, data: unknown): void {
    this.#sequence += 1
    const frame = JSON.stringify({ op: GatewayOpcodes.Dispatch, s: this.#sequence, t: event, d: data })
    this.#kept.push({ sequence: this.#sequence, frame })
    if (this.#kept.length > MOST_KEPT) this.#kept.shift()
    if (this.connection?.readyState === WebSocket.OPEN) this.connection.send(frame)
  }

  /** Whether everything after `sequence` is still known; `null` when that never was one of this session's. */
  canReplay(sequence: number): boolean | null {
    if (sequence > this.#sequence) return null
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1
    return sequence >= oldest - 1
  }

  replay(connection: WebSocket, sequence: number): void {
    this.connection = connection
    for (const event of this.#kept) if (event.sequence > sequence) connection.send(event.frame)
  }
}
