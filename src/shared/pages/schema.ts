import { z } from 'zod'

/**
 * A number as it may stand in an address, as text. Digits alone: `1e0` and `0x1`, which JavaScript takes for
 * numbers, would be further names of what has one.
 */
export function numberInAddress<S extends z.ZodCoercedNumber>(schema: S) {
  const digits = (value: unknown) =>
    typeof value === 'string' && !/^-?\d+$/.test(value) ? Number.NaN : value
  return z.preprocess(digits, schema)
}

/** How many elements a page has at most. */
export function pageLimit(sizes: { default: number; max: number }) {
  const message = `A page has 1 to ${sizes.max} entries.`
  const limit = z.coerce.number(message).int(message).min(1, message).max(sizes.max, message)
  return numberInAddress(limit).default(sizes.default)
}

/** Where a page begins: what the page before it gave as `nextCursor`. */
export const PageCursor = z.string().max(200, 'This is not a cursor of ours.')
