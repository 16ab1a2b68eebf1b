import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Tracker } from '../context.ts'
import { asRefusal } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { readBatches } from './batches.ts'
import type { Batch } from './batches.ts'
import { listen } from './listener.ts'
import type { Listener } from './listener.ts'
import { LiveReader, admit } from './reader.ts'
import type { Feed } from './reader.ts'

export interface LiveLimits {
  /** Streams that this process holds open at once. */
  perProcess: number
  /** Streams of one user in this process. */
  perUser: number
}

export interface LiveOrder {
  /** The position after which to begin; null for now. */
  after: number | null
  /** When the token expires that the stream was opened with; null for one without an end. */
  expiresAt: Date | null
}

/** What happens, for those in this process who read along. */
export interface LiveFeed {
  /**
   * Begins a stream of the events of the context's workspace. Throws `invalid` for a position that has not been
   * reached, `not_found`, `unauthenticated`, `too_many`, `unavailable`.
   */
  open(ctx: Context, order: LiveOrder): Promise<LiveReader>
  /** How many read along. */
  readonly readers: number
  /** Ends all streams, which are told so, and lets go of the connection. */
  stop(): Promise<void>
}

/** No stream is longer: then its reader comes back with a fresh token. */
const longestMs = 5 * 60_000
/** Positions that are read at once after a break; a batch of the relay is smaller. */
const stride = 1_000
const roundMs = 1_000
const patienceMs = 5_000
const pauseMs = 500

/**
 * One connection listens for the whole process, from the first reader on, and each batch is read once for all of
 * them. Source: design, "The relay": positions have no gaps and are committed in their order, so what is up to the
 * last one announced is there.
 */
export function createFeed({
  tracker,
  limits,
}: {
  tracker: Pick<Tracker, 'db' | 'clock' | 'log'>
  limits: LiveLimits
}): LiveFeed {
  const { db, clock, log } = tracker
  const open = new Set<LiveReader>()
  const joined = new Map<number, Set<LiveReader>>()
  /** Streams by user, those included that are being opened. */
  const perUser = new Map<string, number>()
  const begun = Promise.withResolvers<void>()
  let streams = 0
  let head: number | null = null
  let announced = 0
  let isReading = false
  const stopping = new AbortController()
  let listener: Listener | null = null
  let round: NodeJS.Timeout | null = null

  function start(): void {
    if (listener !== null) return
    listener = listen({ pool: db.pool, log, onNews, onAccess })
    round = setInterval(() => {
      for (const reader of open) reader.tick()
    }, roundMs)
  }

  function onNews(position: number): void {
    if (!Number.isSafeInteger(position)) return
    announced = Math.max(announced, position)
    if (head === null) {
      head = position
      begun.resolve()
    }
    if (!isReading) void readNews()
  }

  function onAccess(userId: string): void {
    for (const reader of open) if (reader.userId === userId) void reader.check()
  }

  /** Brings everybody who has joined from the head to what was announced last. */
  async function readNews(): Promise<void> {
    isReading = true
    while (head !== null && head < announced && !stopping.signal.aborted) {
      const after = head
      const upTo = Math.min(announced, after + stride)
      const asked = new Set(joined.keys())
      try {
        const batches =
          asked.size === 0 ? new Map<number, Batch>() : await readBatches(db, [...asked], { after, upTo })
        for (const [workspaceId, readers] of joined) {
          // Whoever was the first of a workspace to join meanwhile is not in what was read.
          for (const reader of readers) {
            if (asked.has(workspaceId)) reader.take(batches.get(workspaceId), upTo)
            else fallBehind(reader)
          }
        }
        head = upTo
      } catch (error) {
        const level = asRefusal(error) === null ? 'error' : 'warn'
        log[level](
          { err: error },
          'What happened could not be read for those who read along; it is tried again',
        )
        await sleep(pauseMs)
      }
    }
    isReading = false
  }

  function fallBehind(reader: LiveReader): void {
    part(reader)
    reader.fallBehind()
  }

  function part(reader: LiveReader): void {
    const readers = joined.get(reader.workspaceId)
    readers?.delete(reader)
    if (readers?.size === 0) joined.delete(reader.workspaceId)
  }

  const feed: Feed = {
    get head() {
      return head ?? 0
    },
    join(reader) {
      const readers = joined.get(reader.workspaceId)
      if (readers === undefined) joined.set(reader.workspaceId, new Set([reader]))
      else readers.add(reader)
    },
    part,
    forget(reader) {
      if (open.delete(reader)) uncount(reader.userId)
    },
  }

  /** Throws `too_many`. */
  function count(userId: string): void {
    const own = perUser.get(userId) ?? 0
    if (own >= limits.perUser) {
      throw new AppError(
        'too_many',
        `You have ${own} live streams open, and ${limits.perUser} is the most. Close one of them first.`,
        { retryAfterSeconds: 30 },
      )
    }
    if (streams >= limits.perProcess) {
      throw new AppError('too_many', 'Too many people read along here at the moment. Try again in a while.', {
        retryAfterSeconds: 30,
      })
    }
    streams += 1
    perUser.set(userId, own + 1)
  }

  function uncount(userId: string): void {
    streams -= 1
    const left = (perUser.get(userId) ?? 1) - 1
    if (left === 0) perUser.delete(userId)
    else perUser.set(userId, left)
  }

  async function beginning(after: number | null): Promise<number> {
    start()
    if (head === null) await Promise.race([begun.promise, sleep(patienceMs, undefined, { ref: false })])
    if (head === null) throw away()
    if (after === null) return head
    // Another process may have heard of it before us.
    if (after > head && after > (await lastPosition())) {
      const message = 'No event has this position yet. Leave it out to begin with what happens next.'
      throw new AppError('invalid', message, { problems: [{ path: 'last-event-id', message }] })
    }
    return after
  }

  async function lastPosition(): Promise<number> {
    const { rows } = await db.reads.query<[string]>({
      name: 'last-position',
      text: 'select coalesce(max(position), 0) from events',
      rowMode: 'array',
    })
    return Number(rows[0]?.[0])
  }

  return {
    get readers() {
      return streams
    },

    async open(ctx, { after, expiresAt }) {
      if (stopping.signal.aborted) throw away()
      const admitted = await admit(ctx)
      count(admitted.userId)
      try {
        const latest = clock().getTime() + longestMs
        const endsAt = new Date(Math.min(expiresAt?.getTime() ?? latest, latest))
        const reader = new LiveReader({ ctx, feed, ...admitted, after: await beginning(after), endsAt })
        open.add(reader)
        if (stopping.signal.aborted) reader.end('stopping')
        return reader
      } catch (error) {
        uncount(admitted.userId)
        throw error
      }
    },

    async stop() {
      stopping.abort()
      if (round !== null) clearInterval(round)
      for (const reader of open) reader.end('stopping')
      await listener?.stop()
    },
  }
}

function away(): AppError {
  return new AppError('unavailable', 'Nothing can be read live at the moment. Try again in a few seconds.', {
    retryAfterSeconds: 5,
  })
}
