import { hash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from './errors.ts'

/** Where the next page begins, and a digest of what the pages are of. */
const Cursor = z.tuple([z.union([z.int(), z.string()]), z.string()])

/**
 * A place in a list. It is bound to the list it came from (who asks, which filter): a cursor used anywhere else
 * is refused, because it would silently give the wrong page. It opens nothing by itself.
 */
export function encodeCursor(after: number | string, list: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([after, digest(list)])).toString('base64url')
}

/** Throws `invalid` for a cursor of another list, or none of ours; anybody can make one up, so `place` is checked. */
export function decodeCursor(
  cursor: string,
  list: readonly unknown[],
  place: z.ZodType<number | string>,
): number | string {
  const parsed = Cursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')))
  if (!parsed.success) throw notOurs()
  const [after, bound] = parsed.data
  if (bound !== digest(list)) {
    throw badCursor(
      'This cursor belongs to another list or filter. Leave it out to begin with the first page.',
    )
  }
  const checked = place.safeParse(after)
  if (!checked.success) throw notOurs()
  return checked.data
}

function digest(list: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(list), 'base64url').slice(0, 16)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a cursor: the schema refuses it, with the sentence for the person
  }
}

/** The refusal of what no page of ours gave. */
export function notOurs(): AppError {
  return badCursor('This is not a cursor of ours. Leave it out to begin with the first page.')
}

function badCursor(message: string): AppError {
  return new AppError('invalid', message, { problems: [{ path: 'cursor', message }] })
}
