import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { Hono } from 'hono'

import { createAdministration, type Administration } from './administration.ts'
import { createAttachmentStore } from './attachment-store.ts'
import { Gateway } from './gateway.ts'
import { growRecords } from './growing.ts'
import { Interactions } from './interactions.ts'
import { mediaRoutes } from './media.ts'
import { Messages } from './messages.ts'
import type { DiscordParts } from './parts.ts'
import { clientRoutes } from './people/client-routes.ts'
import { LocalPerson } from './people/local-person.ts'
import { RecordFile } from './record-file.ts'
import type { DiscordRecords } from './records.ts'
import { answerRefusal, createRestApi } from './rest/rest-api.ts'
import type { DiscordSeed } from './seed.ts'
import { createSnowflakes } from './snowflakes.ts'
import { DiscordState } from './state.ts'

export interface LocalDiscordOptions {
  /** Where it is reached, e.g. `http://localhost:3000/__discord`: the API below it at `/api`, the gateway at `/gateway`. */
  url: string
  /** A JSON file which keeps everything between starts; without one, memory alone does. */
  file?: string
  /** Milliseconds since 1970. */
  now?: () => number
  /** What there is on the first start. */
  seed: DiscordSeed
  /** Which privileged intents are switched on for the application, as a bit set; none when absent. */
  privilegedIntents?: number
  heartbeatIntervalMs?: number
}

/** A stand-in for Discord that speaks its REST API and gateway, both version 10. */
export interface LocalDiscord extends Administration {
  /** Answers a request whose path begins with that of `url`. */
  fetch(request: Request): Promise<Response>
  /** Takes a WebSocket for the gateway; false when the path is another's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  readonly token: string
  readonly applicationId: string
  /** Ed25519, in hexadecimal. */
  readonly publicKey: string
  /** What a client is given as its API's address, e.g. `http://localhost:3000/__discord/api`. */
  readonly apiUrl: string
  /** What a person does; named by id or user name. */
  person(nameOrId: string): LocalPerson
  /** Ends all connections and writes what is still to be written. */
  close(): Promise<void>
}

export async function createLocalDiscord(options: LocalDiscordOptions): Promise<LocalDiscord> {
  const parts = await createParts(options)
  const { state, gateway } = parts
  const administration = createAdministration(parts)
  const app = new Hono()
    .basePath(new URL(parts.state.url).pathname)
    .onError(answerRefusal)
    .route('/api', createRestApi(parts))
    .route('/client', clientRoutes(parts))
    .route('/', mediaRoutes(parts))

  return {
    ...administration,
    fetch: async (request) => app.fetch(request),
    upgrade: (request, socket, head) => gateway.upgrade(request, socket, head),
    token: state.application.token,
    applicationId: state.application.id,
    publicKey: state.application.publicKey,
    apiUrl: `${parts.state.url}/api`,
    person: (nameOrId) => new LocalPerson(parts, administration.findUser(nameOrId).id),
    async close() {
      gateway.close()
      await state.close()
    },
  }
}

async function createParts(options: LocalDiscordOptions): Promise<DiscordParts> {
  const { now = Date.now, privilegedIntents = 0, heartbeatIntervalMs = 41_250 } = options
  const url = options.url.replace(/\/$/, '')
  const gatewayUrl = `${url.replace(/^http/, 'ws')}/gateway`

  const file = options.file === undefined ? null : new RecordFile(options.file)
  const kept = (await file?.read()) ?? null
  const makeId = createSnowflakes(now, kept === null ? '0' : newestId(kept))
  const records = kept ?? growRecords(options.seed, makeId, now)
  const state = new DiscordState(records, { url, now, makeId, file })
  state.changed()

  const attachments = createAttachmentStore(options.file === undefined ? null : `${options.file}.attachments`)
  const gateway = new Gateway({ state, url: gatewayUrl, heartbeatIntervalMs, privilegedIntents })
  const interactions = new Interactions(state, (interaction) => gateway.deliver(interaction))
  const messages = new Messages(state, attachments)
  return { state, gateway, interactions, messages, attachments, gatewayUrl, privilegedIntents }
}

function newestId(records: DiscordRecords): string {
  const ids = [records.users, records.guilds, records.channels, records.messages, records.commands]
    .flat()
    .map((record) => BigInt(record.id))
  return ids.reduce((newest, id) => (id > newest ? id : newest), BigInt(records.application.id)).toString()
}
