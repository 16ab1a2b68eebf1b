import { z } from 'zod'

/** Why a command could not be done, in a person's words, and the code it exits with. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** What a command exits with when it is not done: scripts tell by it what to do. */
export const exitCodes = {
  /** Refused, or it failed over there. */
  failed: 1,
  /** Called wrongly. */
  usage: 2,
  /** Not signed in, or not allowed to. */
  notAllowed: 3,
  /** Nobody answers, or the answer broke off: trying again may help. */
  unreachable: 4,
} as const

export interface ApiOptions {
  /** Where Snag is, without a path. */
  url: string
  token: string
  fetch: typeof fetch
}

const Problem = z.object({ detail: z.string(), code: z.string() })

/** Calls the API as whoever the token is of. Throws `CommandError`. */
export class Api {
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    this.#options = options
  }

  /** The answer, whose body has not been read. */
  async send(method: string, path: string, body?: ReadableStream<Uint8Array>): Promise<Response> {
    const { url, token, fetch } = this.#options
    const address = new URL(`/api/v1${path}`, url)
    let response: Response
    try {
      response = await fetch(address, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        },
        // Sent as it is read: the request is under way before its end is known.
        ...(body === undefined ? {} : { body, duplex: 'half' }),
      })
    } catch (error) {
      throw unreachable(url, error)
    }
    if (!response.ok) throw await refusalOf(response)
    return response
  }

  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return parse(await this.send('GET', path), schema)
  }
}

/** What the API answered. Throws when it is something else than Snag's. */
export async function parse<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await response.json().catch(() => null))
  if (parsed.success) return parsed.data
  throw new CommandError(
    'What answered is not the Snag that this command knows. Check SNAG_URL.',
    exitCodes.failed,
  )
}

async function refusalOf(response: Response): Promise<CommandError> {
  const problem = Problem.safeParse(await response.json().catch(() => null))
  const detail = problem.success
    ? problem.data.detail
    : `What answered is not Snag's API (it says ${response.status}). Check SNAG_URL.`
  const isAboutRights = response.status === 401 || response.status === 403
  return new CommandError(detail, isAboutRights ? exitCodes.notAllowed : exitCodes.failed)
}

export function unreachable(url: string, cause: unknown): CommandError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : ''
  return new CommandError(`Snag cannot be reached at ${url}${reason}. Is it running?`, exitCodes.unreachable)
}
