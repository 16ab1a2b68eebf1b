import type { LiveEvent } from '#shared/live/batches.ts'
import type { LiveReader, Portion } from '#shared/live/reader.ts'

const encoder = new TextEncoder()
const heartbeat = encoder.encode(':\n\n')
/** How soon a client comes back by itself when the stream ends, in milliseconds. */
const retryMs = 1_000

/** What goes to everybody alike is written once. */
const written = new WeakMap<readonly LiveEvent[], Uint8Array>()

/**
 * What a reader is given, as server-sent events. It is asked for the next portion only when the one before has gone
 * out, so that nothing is kept here. Source: the HTML standard, “Server-sent events”.
 */
export function eventStream(reader: LiveReader, cut: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start() {
        reader.onCut(cut)
      },
      async pull(controller) {
        const portion = await reader.next()
        if (reader.closed) return
        controller.enqueue(encode(portion))
        if (portion.kind !== 'end') return
        reader.close()
        controller.close()
      },
      cancel() {
        reader.close()
      },
    },
    { highWaterMark: 0 },
  )
}

function encode(portion: Portion): Uint8Array {
  switch (portion.kind) {
    case 'ready':
      // Its id is what a reader comes back with who has been told of nothing yet.
      return encoder.encode(
        `retry: ${retryMs}\nevent: ready\nid: ${portion.position}\ndata: {"position":${portion.position}}\n\n`,
      )
    case 'events':
      return encodeEvents(portion.events)
    case 'heartbeat':
      return heartbeat
    case 'end':
      return encoder.encode(`event: end\ndata: ${JSON.stringify(portion.end)}\n\n`)
  }
}

function encodeEvents(events: readonly LiveEvent[]): Uint8Array {
  const known = written.get(events)
  if (known !== undefined) return known
  // What PostgreSQL writes as JSON is one line.
  const bytes = encoder.encode(
    events.map(({ position, json }) => `id: ${position}\ndata: ${json}\n\n`).join(''),
  )
  written.set(events, bytes)
  return bytes
}
