import { lookup } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import { Agent, buildConnector, request } from 'undici'
import type { Dispatcher } from 'undici'
import { isReachable } from './address.ts'

/** What came of an attempt: an answer, or why there was none. */
export interface Outcome {
  durationMs: number
  response: { status: number; body: string; retryAfterMs: number } | null
  /** For a person to read; null when it was taken. */
  problem: string | null
}

export interface Sender {
  /** Posts it once, and waits for so long at most as was said. What goes wrong outside is an outcome, not an error. */
  post(url: URL, headers: Record<string, string>, body: string): Promise<Outcome>
  close(): Promise<void>
}

const keptBytes = 1_024
const longestRetryAfterMs = 3_600_000

class Unreachable extends Error {}

/**
 * Sends to addresses that somebody else has chosen. A name is looked up by the connection itself, and where it leads is
 * checked before the connection is made, and once more when it stands: asked again, DNS may answer otherwise. A redirect
 * is an answer like any other, and nobody follows it.
 */
export function createSender({ local, timeoutMs = 10_000 }: { local: boolean; timeoutMs?: number }): Sender {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup: (hostname, options, done) => lookUp(hostname, options, local, done),
  })
  const agent = new Agent({
    connect(options, done) {
      // What is a number already is not looked up.
      if (isIP(options.hostname) !== 0 && !isReachable(options.hostname, local))
        return done(new Unreachable(), null)
      connect(options, (...[error, socket]) => {
        if (error !== null) return done(error, null)
        if (isReachable(socket.remoteAddress ?? '', local)) return done(null, socket)
        socket.destroy()
        done(new Unreachable(), null)
      })
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })

  return {
    async post(url, headers, body) {
      const began = performance.now()
      const durationMs = () => Math.round(performance.now() - began)
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: { 'user-agent': 'Snag-Webhooks', 'content-type': 'application/json', ...headers },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        })
        const response = {
          status: answer.statusCode,
          body: await beginningOf(answer.body),
          retryAfterMs: retryAfterOf(answer.headers['retry-after']),
        }
        return { durationMs: durationMs(), response, problem: problemOf(answer.statusCode) }
      } catch (error) {
        return { durationMs: durationMs(), response: null, problem: failureOf(error, timeoutMs) }
      }
    },
    async close() {
      await agent.destroy()
    },
  }
}

type LookedUp = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** A name with several addresses is refused for one of them: it leads there on purpose. */
function lookUp(hostname: string, options: LookupOptions, local: boolean, done: LookedUp): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, [])
    const [first] = addresses
    if (first === undefined || !addresses.every(({ address }) => isReachable(address, local)))
      return done(new Unreachable(), [])
    if (options.all === true) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

/** So much of a body as is kept; the rest is not waited for. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk)
      chunks.push(bytes)
      length += bytes.length
      if (length >= keptBytes) break
    }
  } catch {
    // What was answered counts, however its body ended.
  }
  // PostgreSQL cannot store NUL.
  return Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8').replaceAll('\0', '')
}

function retryAfterOf(header: string | string[] | undefined): number {
  const seconds = Number(/^\d{1,9}$/.exec(String(header ?? ''))?.[0] ?? 0)
  return Math.min(seconds * 1_000, longestRetryAfterMs)
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400)
    return `It answered ${status}, a redirect, which is not followed. Give the address that it leads to.`
  return `It answered ${status}.`
}

/** In words of our own: those of the error may have the address in them, which can be a secret. */
function failureOf(error: unknown, timeoutMs: number): string {
  const causes = error instanceof AggregateError ? error.errors : [error]
  if (causes.some((cause) => cause instanceof Unreachable))
    return 'Its name leads into a private network or a reserved address, and nothing is sent there.'
  const code = causes.map(codeOf).find((code) => code !== null) ?? null
  if (code === 'timeout') return `It did not answer within ${timeoutMs / 1_000} seconds.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Its name could not be found.'
  return `The connection failed${code === null ? '' : ` (${code})`}.`
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error.name === 'TimeoutError') return 'timeout'
  if (!('code' in error) || typeof error.code !== 'string') return null
  return /^UND_ERR_\w*TIMEOUT$/.test(error.code) ? 'timeout' : error.code
}
