import { DefaultRestOptions, RESTJSONErrorCodes } from 'discord.js'
import type { RESTOptions } from 'discord.js'
import { LRUCache } from 'lru-cache'

type Send = RESTOptions['makeRequest']

/** Answers whose fate is not known: they are sent again within seconds, and three times at most. */
const unsettled = { max: 1_000, ttl: 60_000 }

const callbackPath = /\/interactions\/(\d+)\/[^/]+\/callback$/

/**
 * How discord.js reaches Discord. It sends again what was answered with a 5xx, or not at all; but Discord may have
 * taken the answer to an interaction nevertheless, and then refuses its repetition as “already acknowledged”, which
 * here is success. The same refusal of an answer sent once stays one: another process was quicker.
 * Source: Discord's reference, "Receiving and Responding" and "JSON Error Codes" (40060).
 */
export function sendingAnswersOnce(send: Send = DefaultRestOptions.makeRequest): Send {
  const unsure = new LRUCache<string, true>(unsettled)

  return async (url, init) => {
    if (!callbackPath.test(new URL(url).pathname)) return send(url, init)
    const repeated = unsure.has(url)
    unsure.set(url, true)
    const response = await send(url, init)
    if (response.status >= 500) return response
    unsure.delete(url)
    if (!repeated || response.status !== 400) return response
    const refusal = await response.text()
    return acknowledged.test(refusal) ? taken(url) : new Response(refusal, response)
  }
}

const acknowledged = new RegExp(
  String.raw`"code":\s*${RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged}\b`,
)

/** As Discord answers an answer that it takes; which message came of it, this does not know. */
function taken(url: string): Response {
  const { pathname, searchParams } = new URL(url)
  if (searchParams.get('with_response') !== 'true') return new Response(null, { status: 204 })
  const id = callbackPath.exec(pathname)?.[1]
  return Response.json({ interaction: { id } })
}
