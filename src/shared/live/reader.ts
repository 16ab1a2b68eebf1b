import type { Context } from '../context.ts'
import { asRefusal } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { audienceOf } from '../events/audience.ts'
import type { Audience } from '../events/audience.ts'
import { authorize } from '../policy.ts'
import { getStanding } from '../read.ts'
import { readOn } from './batches.ts'
import type { Batch, LiveEvent } from './batches.ts'

/** Why a stream ends; it can be taken up again, except where access was lost. */
export type EndReason = 'expired' | 'revoked' | 'slow' | 'stopping' | 'unavailable'

export interface End {
  reason: EndReason
  /** For a person to read. */
  detail: string
}

/** What a reader is given next. */
export type Portion =
  /** The stream stands, and begins after this position. */
  | { kind: 'ready'; position: number }
  | { kind: 'events'; events: readonly LiveEvent[] }
  /** Nothing has happened for a while. */
  | { kind: 'heartbeat' }
  | { kind: 'end'; end: End }

/** What may wait for a reader that is slower than the events. */
const maxWaitingBytes = 256 * 1024
/** Events in one statement of somebody who is catching up. */
const catchUpSize = 200
const heartbeatMs = 15_000
/** Permissions are asked for again after this at the latest, and a second of the feed's round. */
const recheckMs = 25_000
/** How long a reader may take to hear that the stream ends. */
const farewellMs = 5_000

export const ends: Record<EndReason, string> = {
  expired: 'This stream has run its time. Take it up again with a fresh token.',
  revoked: 'You may not read this workspace any more.',
  slow: 'You read more slowly than things happen. Take the stream up again where you were.',
  stopping: 'The server stops. Take the stream up again in a moment.',
  unavailable: 'Your permissions cannot be checked at the moment. Take the stream up again in a moment.',
}

/** What a reader needs of the feed. */
export interface Feed {
  /** The position up to which everybody who has joined was given everything. */
  readonly head: number
  /** From now on it is given each batch. */
  join(reader: LiveReader): void
  /** It wants no more batches. */
  part(reader: LiveReader): void
  /** It is gone. */
  forget(reader: LiveReader): void
}

export interface ReaderOptions {
  ctx: Context
  feed: Feed
  workspaceId: number
  userId: string
  audience: Audience
  after: number
  endsAt: Date
}

/**
 * One reader of one workspace. It reads on by itself until it has come to the feed's head, and then joins: the two
 * happen in one step, so that nothing can come between them. From then on the feed gives it each batch.
 */
export class LiveReader {
  readonly workspaceId: number
  readonly userId: string
  readonly #ctx: Context
  readonly #feed: Feed
  readonly #endsAt: Date
  /** Everything up to here was given, or waits to be. */
  #at: number
  #audience: Audience
  #joined = false
  #greeted = false
  #waiting: Batch[] = []
  #waitingBytes = 0
  #end: End | null = null
  #endedAt: number | null = null
  #closed = false
  #lastGivenAt: number
  #checkedAt: number
  #beat = false
  #wakeUp: (() => void) | null = null
  #cut: (() => void) | null = null

  constructor({ ctx, feed, workspaceId, userId, audience, after, endsAt }: ReaderOptions) {
    this.workspaceId = workspaceId
    this.userId = userId
    this.#ctx = ctx
    this.#feed = feed
    this.#endsAt = endsAt
    this.#at = after
    this.#audience = audience
    this.#lastGivenAt = this.#checkedAt = this.#now()
  }

  /** What the door does about a reader that does not take what it is given, not even the end. */
  onCut(cut: () => void): void {
    this.#cut = cut
  }

  /** Waits for what is next. Called again only when that was taken: what waits meanwhile is bounded. */
  async next(): Promise<Portion> {
    const portion = await this.#next()
    this.#lastGivenAt = this.#now()
    return portion
  }

  /** The reader is gone. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting = []
    this.#feed.part(this)
    this.#feed.forget(this)
    this.#wake()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Ends the stream, after telling why; the first reason counts. */
  end(reason: EndReason, detail = ends[reason]): void {
    if (this.#end !== null) return
    this.#end = { reason, detail }
    this.#endedAt = this.#now()
    this.#waiting = []
    this.#feed.part(this)
    this.#wake()
  }

  /** By the feed, for those who have joined: all there is up to a position. */
  take(batch: Batch | undefined, upTo: number): void {
    if (upTo <= this.#at) return
    const news = batch?.after(this.#at)
    this.#at = upTo
    if (news === undefined) return
    this.#waiting.push(news)
    this.#waitingBytes += news.bytes
    if (this.#waitingBytes > maxWaitingBytes) {
      this.end('slow')
      this.#cut?.()
    }
    this.#wake()
  }

  /** By the feed, for those who joined after it had begun to read: they read on by themselves once more. */
  fallBehind(): void {
    this.#joined = false
    this.#wake()
  }

  /** By the feed, every second. */
  tick(): void {
    const now = this.#now()
    if (this.#endedAt !== null) {
      if (now - this.#endedAt > farewellMs) this.#cut?.()
      return
    }
    if (now >= this.#endsAt.getTime()) return this.end('expired')
    if (now - this.#checkedAt >= recheckMs) void this.check()
    if (now - this.#lastGivenAt >= heartbeatMs) {
      this.#beat = true
      this.#wake()
    }
  }

  async #next(): Promise<Portion> {
    while (this.#end === null && !this.#closed) {
      if (!this.#greeted) {
        this.#greeted = true
        return { kind: 'ready', position: this.#at }
      }
      const batch = this.#joined ? this.#taken() : await this.#readOn()
      if (batch !== null) {
        // Whoever has lost access by what happened then is not told of it any more.
        if (batch.changesAccess) await this.check()
        const events = batch.for(this.#audience)
        if (events.length > 0 && this.#end === null) return { kind: 'events', events }
      } else if (this.#joined) {
        await this.#rest()
        if (this.#beat) {
          this.#beat = false
          if (this.#waiting.length === 0 && this.#end === null) return { kind: 'heartbeat' }
        }
      }
    }
    return { kind: 'end', end: this.#end ?? { reason: 'stopping', detail: ends.stopping } }
  }

  #taken(): Batch | null {
    const batch = this.#waiting.shift()
    if (batch === undefined) return null
    this.#waitingBytes -= batch.bytes
    return batch
  }

  /** The next events that the feed will not give; null once there are none, and the reader has joined. */
  async #readOn(): Promise<Batch | null> {
    const { head } = this.#feed
    if (this.#at >= head) {
      this.#joined = true
      this.#feed.join(this)
      return null
    }
    try {
      const range = { after: this.#at, upTo: head, limit: catchUpSize }
      const { batch, upTo } = await readOn(this.#ctx.tracker.db, this.workspaceId, range)
      this.#at = upTo
      return batch
    } catch (error) {
      this.#fail(error)
      return null
    }
  }

  async #rest(): Promise<void> {
    if (this.#waiting.length > 0 || this.#beat || !this.#joined || this.#end !== null || this.#closed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wakeUp = resolve
    await promise
  }

  #wake(): void {
    this.#wakeUp?.()
    this.#wakeUp = null
  }

  /** Asks again who this is here; whoever has lost their access is told so, and their stream ends. */
  async check(): Promise<void> {
    this.#checkedAt = this.#now()
    try {
      this.#audience = (await admit(this.#ctx)).audience
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    const refusal = asRefusal(error)
    if (refusal === null) {
      this.#ctx.tracker.log.error({ err: error }, 'A live stream failed')
      return this.end('unavailable')
    }
    if (refusal.code === 'unavailable') return this.end('unavailable')
    this.end('revoked', refusal.code === 'unauthenticated' ? refusal.message : ends.revoked)
  }

  #now(): number {
    return this.#ctx.tracker.clock().getTime()
  }
}

/** Who somebody is among the readers of a workspace. Throws `not_found`, `unauthenticated`, `unavailable`. */
export async function admit(
  ctx: Context,
): Promise<{ workspaceId: number; userId: string; audience: Audience }> {
  const { actor, workspace } = await getStanding(ctx)
  authorize(actor, ['issue.read'])
  const audience = audienceOf(actor)
  if (audience === null) throw new AppError('not_found', ends.revoked)
  return { workspaceId: workspace.id, userId: actor.userId, audience }
}
