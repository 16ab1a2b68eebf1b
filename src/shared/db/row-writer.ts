import { types } from 'pg'
import type { FieldDef } from 'pg'

/** A row as PostgreSQL wrote it: its values as text, in the order of the columns. */
export type TextRow = readonly (string | null)[]

/** For a query whose rows shall be such. */
export const asText = { getTypeParser: () => (text: string) => text }

type Write = (text: string) => string

const { builtins } = types

/** How a value becomes JSON, by its type; what is not here is written as a text. */
const writers: Partial<Record<number, Write>> = {
  [builtins.INT2]: asIs,
  [builtins.INT4]: asIs,
  [builtins.JSON]: asIs,
  [builtins.JSONB]: asIs,
  [builtins.BOOL]: (text) => (text === 't' ? 'true' : 'false'),
  [builtins.TIMESTAMP]: isoOf,
}

/** One column's value, or the columns of an object that may not be there. */
type Part = { before: string } & ({ write: Write } | { object: RowWriter; width: number })

/**
 * Writes rows as JSON objects straight from PostgreSQL's text. Of many rows with long texts this is faster than
 * JSON that PostgreSQL makes, and than objects that are made only to be written: JSON inside a row stays as it came.
 */
export class RowWriter {
  readonly #parts: Part[] = []
  readonly #end: string
  readonly #first: number

  /** From the columns of `asColumns`, leaving out the first ones. */
  constructor(columns: readonly Pick<FieldDef, 'name' | 'dataTypeID'>[], first: number) {
    let open: string[] = []
    this.#first = first
    let at = first
    for (let column = columns[at]; column !== undefined; column = columns[at]) {
      const { name, dataTypeID } = column
      const optional = name.indexOf('?.')
      const path = (optional === -1 ? name : name.slice(0, optional)).split('.')
      const within = path.slice(0, -1)
      const shared = open.findIndex((part, depth) => part !== within[depth])
      const depth = shared === -1 ? open.length : shared
      const before = [
        '}'.repeat(open.length - depth),
        at === first ? '{' : ',',
        ...within.slice(depth).map((part) => `${JSON.stringify(part)}:{`),
        `${JSON.stringify(path.at(-1))}:`,
      ].join('')
      open = within
      if (optional === -1) {
        this.#parts.push({ before, write: writers[dataTypeID] ?? JSON.stringify })
        at += 1
      } else {
        const prefix = name.slice(0, optional + 2)
        const width = columns.slice(at).findIndex((other) => !other.name.startsWith(prefix))
        const end = width === -1 ? columns.length : at + width
        const own = columns
          .slice(0, end)
          .map((other) => ({ ...other, name: other.name.slice(prefix.length) }))
        this.#parts.push({ before, object: new RowWriter(own, at), width: end - at })
        at = end
      }
    }
    this.#end = '}'.repeat(open.length + 1)
  }

  write(row: TextRow): string {
    let json = ''
    let at = this.#first
    for (const part of this.#parts) {
      const value = row[at]
      json += part.before
      if ('write' in part) {
        json += value == null ? 'null' : part.write(value)
        at += 1
      } else {
        json += value == null ? 'null' : part.object.write(row)
        at += part.width
      }
    }
    return json + this.#end
  }
}

function asIs(text: string): string {
  return text
}

/** `2026-11-23 09:27:29.12` as ISO 8601; PostgreSQL leaves out the zeros at the end. */
function isoOf(text: string): string {
  const fraction = text.length > 19 ? text.slice(20) : ''
  return `"${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z"`
}
