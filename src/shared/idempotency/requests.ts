import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { Statement } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { seal, unseal } from './seal.ts'
import type { KeptAnswer } from './seal.ts'

/** What somebody wants done once. */
export interface Wanted {
  userId: string
  /** Who answers for it: each has keys of their own. */
  principal: string
  key: string
  /** Everything that it asks for. */
  method: string
  address: string
  body: Uint8Array
}

/** It is ours to do. One of `keep` and `letGo` follows. */
export interface Begun {
  /** Belongs into the transaction that does it: then it is known that it was done, whatever happens next. */
  alongside: Statement
  keep(answer: KeptAnswer): Promise<void>
  /** It failed, and may be tried again with the same key. What was done all the same stays known. */
  letGo(): Promise<void>
}

/** How long an answer is repeated. */
export const keptMs = 24 * 60 * 60_000
/** No request takes longer; after that, whoever began it is no more. */
const longestMs = 60_000
/** How long a twin waits for the first one's answer. */
const patienceMs = 5_000
const firstPauseMs = 25
const longestPauseMs = 400

/**
 * Takes up what is wanted, or gives the answer that it had. The record is made before anything is done, by one
 * statement, so that of twins in any processes only one goes on; the others wait for its answer. Throws `conflict` when
 * the key stands for something else, when the first one takes too long, or when it ended without leaving an answer:
 * then it may have been done, and doing it again must be somebody's decision.
 */
export async function takeUp(tracker: Tracker, wanted: Wanted): Promise<Begun | KeptAnswer> {
  const secret = `${wanted.principal} ${wanted.key}`
  const record = { userId: wanted.userId, key: digest(secret) }
  const asked = digestOf(wanted)
  const until = performance.now() + patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    if (await insert(tracker, record, asked)) return begun(tracker, record, secret)
    const found = await find(tracker, record)
    // The first one has just failed, and let go.
    if (found === null) continue
    if (!found.digest.equals(asked)) throw usedOtherwise()
    if (found.status !== null && found.answer !== null)
      return { status: found.status, ...unseal(found.answer, secret) }
    if (tracker.clock().getTime() - found.createdAt.getTime() > longestMs) throw unanswered(found.done)
    if (performance.now() > until) {
      throw new AppError(
        'conflict',
        'The first request with this Idempotency-Key is still under way. Wait.',
        {
          retryAfterSeconds: 2,
        },
      )
    }
    await sleep(pauseMs)
  }
}

interface RecordKey {
  userId: string
  key: Buffer
}

interface Found {
  digest: Buffer
  createdAt: Date
  done: boolean
  status: number | null
  answer: Buffer | null
}

/** False when there is one already that still counts. */
async function insert({ db, clock }: Tracker, { userId, key }: RecordKey, asked: Buffer): Promise<boolean> {
  const now = clock()
  const outdated = new Date(now.getTime() - keptMs)
  const rows = await db.query(sql`
    insert into idempotency_keys as k (user_id, key, digest, created_at)
    values (${userId}::uuid, ${key}, ${asked}, ${now})
    on conflict (user_id, key) do update
      set digest = excluded.digest, created_at = excluded.created_at, done = false, status = null, answer = null
      where k.created_at < ${outdated}
    returning 1`)
  return rows.length > 0
}

async function find({ db }: Tracker, { userId, key }: RecordKey): Promise<Found | null> {
  const [row] = await db.query<Found>(sql`
    select digest, created_at as "createdAt", done, status, answer from idempotency_keys
    where user_id = ${userId}::uuid and key = ${key}`)
  return row ?? null
}

function begun({ db }: Tracker, { userId, key }: RecordKey, secret: string): Begun {
  return {
    alongside: sql`update idempotency_keys set done = true where user_id = ${userId}::uuid and key = ${key}`,
    async keep(answer) {
      await db.query(sql`
        update idempotency_keys set status = ${answer.status}, answer = ${seal(answer, secret)}
        where user_id = ${userId}::uuid and key = ${key}`)
    },
    async letGo() {
      await db.query(
        sql`delete from idempotency_keys where user_id = ${userId}::uuid and key = ${key} and not done`,
      )
    },
  }
}

/** The refusal of a key that stands for something else. */
export function usedOtherwise(): AppError {
  return new AppError(
    'conflict',
    'This Idempotency-Key was used for something else within a day. Take a new one for each thing to do.',
  )
}

function unanswered(done: boolean): AppError {
  return new AppError(
    'conflict',
    done
      ? 'This was done, but its answer was lost. Look for what it made; use a new Idempotency-Key to do it again.'
      : 'This was begun, and it is not known whether it was done. Look first; use a new Idempotency-Key to do it again.',
  )
}

/** The parts cannot run into each other: neither a method nor an address has a line break. */
function digestOf({ method, address, body }: Wanted): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${method}\n${address}\n`), body]), 'buffer')
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
