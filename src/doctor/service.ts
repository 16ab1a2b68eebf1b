import type { z } from 'zod'

/** How long a service may take to answer. */
const timeoutMs = 5_000

/** Discord wants a bot to call itself one: https://discord.com/developers/docs/reference#user-agent */
const userAgent = 'DiscordBot (snag, 1)'

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** An HTTP service with the header that opens it. */
export interface Service {
  fetch: Fetch
  /** Without a slash at the end. */
  url: string
  authorization: string
}

export type Answer<T> = { kind: 'answered'; body: T } | NoAnswer

export type NoAnswer =
  /** It did not let us in: the status, such as 401. */
  | { kind: 'refused'; status: number }
  /** Something answered, but not what is expected there. */
  | { kind: 'odd'; status: number }
  /** Nobody answered; `why` names the cause. */
  | { kind: 'unreachable'; why: string }

/** Asks for JSON of a shape. Whatever goes wrong is an answer too. */
export async function ask<S extends z.ZodType>(
  { fetch, url, authorization }: Service,
  path: string,
  schema: S,
): Promise<Answer<z.output<S>>> {
  let response: Response
  let body: unknown
  try {
    response = await fetch(`${url}${path}`, {
      headers: { authorization, 'user-agent': userAgent },
      signal: AbortSignal.timeout(timeoutMs),
    })
    body = parseJson(await response.text())
  } catch (error) {
    return { kind: 'unreachable', why: causeOf(error) }
  }
  const { status } = response
  if (status === 401 || status === 403) return { kind: 'refused', status }
  const parsed = schema.safeParse(body)
  return response.ok && parsed.success ? { kind: 'answered', body: parsed.data } : { kind: 'odd', status }
}

/** What to do when a service does not answer; `refused` is what to do when it does not take the secret. */
export function whyNot(answer: NoAnswer, name: string, { url }: Service, refused: string): string {
  if (answer.kind === 'refused') return refused
  const variable = `${name.toUpperCase()}_API_URL`
  return answer.kind === 'odd'
    ? `${url} answers ${answer.status}, and not as ${name} does. Look at ${name}'s status page, or mend ${variable}.`
    : `${name} cannot be reached at ${url} (${answer.why}). Let this machine reach it, or mend ${variable}.`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON is not the shape that was asked for
  }
}

/** The system's word for it (`ECONNREFUSED`), which `fetch` hides in causes; of several attempts, the first. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`
  if (error instanceof AggregateError) return causeOf(error.errors[0])
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : causeOf(error.cause)
}
