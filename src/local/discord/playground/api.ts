import type { APIApplicationCommand } from 'discord-api-types/v10'
import type {
  ClientAccount,
  ClientAnswer,
  ClientChannel,
  ClientGuild,
  ClientInteraction,
  ClientMessage,
} from '#local/discord/client-api.ts'

const BASE = '/__discord/client'

/** A page of messages as the server cuts them; fewer than this means the beginning of the channel. */
export const MESSAGES_PER_PAGE = 50

/** Discord gives the bot 3 s; the server answers by then, so anything much slower is a server that is gone. */
const TIMEOUT_MS = 10_000

/** The local Discord refused a request or could not be reached. Its message is fit to show. */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure'
  readonly status: number | null

  constructor(message: string, status: number | null) {
    super(message)
    this.status = status
  }
}

export async function listAccounts(): Promise<ClientAccount[]> {
  return request<ClientAccount[]>(null, '/accounts')
}

/** What one account can ask. Every call throws `ClientFailure`, and an `AbortError` when its signal says so. */
export function clientFor(account: ClientAccount) {
  const ask = <T>(path: string, init?: RequestInit): Promise<T> => request<T>(account, path, init)
  return {
    guilds: (signal: AbortSignal) => ask<ClientGuild[]>('/guilds', { signal }),
    directs: (signal: AbortSignal) => ask<ClientChannel[]>('/directs', { signal }),
    commands: (guildId: string, signal: AbortSignal) =>
      ask<APIApplicationCommand[]>(`/guilds/${guildId}/commands`, { signal }),
    messages: (channelId: string, before: string | null, signal: AbortSignal) =>
      ask<ClientMessage[]>(`/channels/${channelId}/messages${before === null ? '' : `?before=${before}`}`, {
        signal,
      }),
    directCommands: (signal: AbortSignal) => ask<APIApplicationCommand[]>('/commands', { signal }),
    openDirect: () => ask<ClientChannel>('/directs', { method: 'POST' }),
    /** Puts away an ephemeral message. */
    dismiss: (channelId: string, messageId: string) =>
      call(account, `/channels/${channelId}/messages/${messageId}`, { method: 'DELETE' }),
    send: (channelId: string, content: string) =>
      ask<ClientMessage>(`/channels/${channelId}/messages`, posting({ content })),
    interact: (interaction: ClientInteraction, signal?: AbortSignal) =>
      ask<ClientAnswer>('/interactions', posting(interaction, signal)),
  }
}

export type Client = ReturnType<typeof clientFor>

/** `EventSource` cannot send headers, so the account travels in the query here and nowhere else. */
export function eventsUrl(account: ClientAccount): string {
  return `${BASE}/events?account=${encodeURIComponent(account.id)}`
}

function posting(body: unknown, signal?: AbortSignal): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  }
}

async function request<T>(account: ClientAccount | null, path: string, init?: RequestInit): Promise<T> {
  const response = await call(account, path, init)
  // The server is written to the same contract, client-api.ts, and runs from the same checkout as this page.
  const body: T = await response.json()
  return body
}

async function call(account: ClientAccount | null, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (account) headers.set('x-account', account.id)
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  let response: Response
  try {
    response = await fetch(BASE + path, { ...init, headers, signal })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ClientFailure('The local Discord cannot be reached. Is the server still running?', null)
  }
  if (!response.ok) throw new ClientFailure(await refusal(response), response.status)
  return response
}

/**
 * Discord's errors carry a `message`, and for a form what is wrong with each field, which says more. What is not
 * an error of Discord's is told by its status.
 */
async function refusal(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null)
  const detail = isRecord(body) ? (firstFormError(body['errors']) ?? body['message']) : null
  if (typeof detail === 'string') return detail
  return `The local Discord answered ${response.status} ${response.statusText}`.trim()
}

/** Discord nests the errors of a form like the form: `{ content: { _errors: [{ code, message }] } }`. */
function firstFormError(errors: unknown): string | null {
  if (!isRecord(errors)) return null
  const own: unknown = errors['_errors']
  const [first]: unknown[] = Array.isArray(own) ? own : []
  if (isRecord(first) && typeof first['message'] === 'string') return first['message']
  for (const nested of Object.values(errors)) {
    const found = firstFormError(nested)
    if (found !== null) return found
  }
  return null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object'
}
