import type { Context, Tracker } from '../context.ts'
import { AppError } from '../errors.ts'
import { filesAtOnce } from './schema.ts'

/** Who is sending how many files to this process. */
const underWay = new WeakMap<Tracker, Map<string, number>>()

/**
 * Counts a file that is being taken in, until what is given back is called: each may lie on our disk for as long as its
 * sender takes. Throws `too_many`.
 */
export function beginFile({ tracker, caller: { userId } }: Context): () => void {
  const counts = underWay.get(tracker) ?? new Map<string, number>()
  underWay.set(tracker, counts)
  const count = counts.get(userId) ?? 0
  if (count >= filesAtOnce) {
    throw new AppError(
      'too_many',
      `You are sending ${count} files already. Wait until one of them is done.`,
      { retryAfterSeconds: 10 },
    )
  }
  counts.set(userId, count + 1)
  return () => {
    const left = (counts.get(userId) ?? 1) - 1
    if (left === 0) counts.delete(userId)
    else counts.set(userId, left)
  }
}
