import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { WorkspaceEvent } from '#shared/events/schema.ts'
import { startRelay } from '#shared/events/relay.ts'
import { origin } from './world.ts'
import type { Person, World } from './world.ts'

const End = z.object({ reason: z.string(), detail: z.string() })

/** A live stream, and what has come of it so far. */
export interface Followed {
  status: number
  headers: Headers
  messages: EventSourceMessage[]
  comments: string[]
  /** The events among the messages. */
  events: () => WorkspaceEvent[]
  /** Waits until so many events have come. */
  has: (count: number) => Promise<WorkspaceEvent[]>
  /** Waits until the stream is over; gives what it said in the end, null when it was only cut. */
  over: () => Promise<z.infer<typeof End> | null>
  /** What to take the stream up again with. */
  lastEventId: () => string
  /** Goes away, as a client that is closed. */
  leave: () => Promise<void>
}

/** Reads a live stream to its end. */
export function follow(response: Response): Followed {
  const messages: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
  })
  const body = response.body?.getReader()
  if (body === undefined) throw new Error('A stream has a body.')
  const decoder = new TextDecoder()
  let isOver = false
  async function read(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      const { done, value } = await body.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
    }
  }
  read(body)
    .catch(() => {}) // a connection that was cut is over, too
    .finally(() => {
      isOver = true
    })
  const events = () =>
    messages
      .filter(({ event }) => event === undefined)
      .map(({ data }) => WorkspaceEvent.parse(JSON.parse(data)))
  return {
    status: response.status,
    headers: response.headers,
    messages,
    comments,
    events,
    async has(count) {
      await vi.waitUntil(() => events().length >= count, { timeout: 10_000, interval: 10 })
      return events()
    },
    async over() {
      await vi.waitUntil(() => isOver, { timeout: 10_000, interval: 10 })
      const end = messages.find(({ event }) => event === 'end')
      return end === undefined ? null : End.parse(JSON.parse(end.data))
    },
    lastEventId: () => messages.findLast(({ id }) => id !== undefined)?.id ?? '',
    leave: () => body.cancel(),
  }
}

/** Opens the stream of a workspace, and waits until it stands. */
export async function followed(
  { fetch }: Pick<World, 'fetch'>,
  { token }: Pick<Person, 'token'>,
  { slug = 'home', headers = {} }: { slug?: string; headers?: Record<string, string> } = {},
): Promise<Followed> {
  const stream = follow(
    await fetch(
      new Request(`${origin}/api/v1/workspaces/${slug}/live`, {
        headers: { authorization: `Bearer ${token({ azp: origin })}`, ...headers },
      }),
    ),
  )
  onTestFinished(() => stream.leave())
  await vi.waitUntil(() => stream.messages.length > 0, { timeout: 10_000, interval: 10 })
  return stream
}

/** The relay as the product runs it, without anything that follows. */
export function relay({ db, tracker }: World): void {
  const running = startRelay({ pool: db.pool, follow: () => [], log: tracker.log })
  tracker.relay = running
  onTestFinished(() => running.stop())
}
