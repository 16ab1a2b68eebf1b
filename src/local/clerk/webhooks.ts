import { Webhook } from 'standardwebhooks'
import { newId } from './keys.ts'

interface WebhookOptions {
  instanceId: string
  signingSecret: string
  /** Asked at every event; without a URL the event goes nowhere, as with a Clerk instance that has no endpoint. */
  url: () => string | undefined
  now: () => number
  /** Hears of a delivery that was given up. */
  report: (error: Error) => void
}

export interface Webhooks {
  publish(type: string, data: unknown): void
  /** Gives up what is still to be delivered, and resolves when nothing is in flight. */
  close(): Promise<void>
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Svix' schedule of further tries. Source: https://docs.svix.com/retries */
const RETRY_DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
]
const TIMEOUT_MS = 15 * SECOND_MS

/** Delivers events as Clerk does through Svix: signed, at least once, in no promised order. */
export function createWebhooks(options: WebhookOptions): Webhooks {
  const signer = new Webhook(options.signingSecret)
  const closing = new AbortController()
  const inFlight = new Set<Promise<void>>()
  const retries = new Set<NodeJS.Timeout>()

  function attempt(url: string, id: string, body: string, tries: number): void {
    const delivery = deliver(url, id, body).catch((error: unknown) => {
      if (closing.signal.aborted) return
      const delayMs = RETRY_DELAYS_MS[tries]
      if (delayMs === undefined) {
        options.report(new Error(`Webhook ${id} was not accepted by ${url}.`, { cause: error }))
        return
      }
      const timer = setTimeout(() => {
        retries.delete(timer)
        attempt(url, id, body, tries + 1)
      }, delayMs)
      timer.unref()
      retries.add(timer)
    })
    inFlight.add(delivery)
    void delivery.finally(() => inFlight.delete(delivery))
  }

  async function deliver(url: string, id: string, body: string): Promise<void> {
    const sentAt = new Date(options.now())
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Svix-Webhooks/1.0',
        'svix-id': id,
        'svix-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'svix-signature': signer.sign(id, sentAt, body),
      },
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  }

  return {
    publish(type, data) {
      const url = options.url()
      if (url === undefined || closing.signal.aborted) return
      const body = JSON.stringify({
        data,
        event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: '' } },
        instance_id: options.instanceId,
        object: 'event',
        timestamp: options.now(),
        type,
      })
      attempt(url, newId('msg'), body, 0)
    },
    async close() {
      closing.abort()
      for (const timer of retries) clearTimeout(timer)
      await Promise.all(inFlight)
    },
  }
}
