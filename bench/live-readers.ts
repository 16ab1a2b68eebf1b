import { Agent, get } from 'node:http'
import type { IncomingMessage } from 'node:http'

export interface LiveReaders extends AsyncDisposable {
  /** Does something that makes one event, and gives how long after it each reader had that event, in milliseconds. */
  timesOf(write: () => Promise<void>): Promise<number[]>
}

const patienceMs = 10_000

/** The system keeps only so many who knock waiting. */
const atOnce = 50

/** Opens a live stream for each token, all on connections of their own, and waits until all of them stand. */
export async function openReaders({
  url,
  tokens,
}: {
  /** The address of the stream. */
  url: string
  tokens: readonly string[]
}): Promise<LiveReaders> {
  const agent = new Agent({ maxSockets: tokens.length })
  const readers: IncomingMessage[] = []
  for (let from = 0; from < tokens.length; from += atOnce) {
    const some = tokens.slice(from, from + atOnce).map((token) => open(url, token, agent))
    readers.push(...(await Promise.all(some)))
  }
  return {
    async timesOf(write) {
      const arrivals = readers.map((reader) => nextEvent(reader))
      const began = performance.now()
      await write()
      return (await Promise.all(arrivals)).map((arrivedAt) => arrivedAt - began)
    },
    async [Symbol.asyncDispose]() {
      for (const reader of readers) reader.destroy()
      agent.destroy()
    },
  }
}

async function open(url: string, token: string, agent: Agent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get(url, { agent, headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject)
  const response = await promise
  if (response.statusCode !== 200) throw new Error(`A live stream answered ${response.statusCode}.`)
  await text(response, 'event: ready')
  return response
}

async function nextEvent(reader: IncomingMessage): Promise<number> {
  await text(reader, '\ndata: ')
  return performance.now()
}

/** Waits until a text has come. */
async function text(reader: IncomingMessage, wanted: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(reject, patienceMs, new Error(`“${wanted.trim()}” did not come.`))
  let received = ''
  const hear = (chunk: Buffer) => {
    received += chunk.toString()
    if (received.includes(wanted)) resolve()
  }
  reader.on('data', hear)
  reader.on('close', reject)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    reader.off('data', hear)
    reader.off('close', reject)
  }
}
