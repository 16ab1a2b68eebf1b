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

/**
 * Writes rows as JSON objects straight from PostgreSQL's text. Of many rows with long texts this is faster than
 * JSON that PostgreSQL makes, and than objects that are made only to be written: JSON inside a row stays as it came.
 */
export class RowWriter {
  readonly #columns: { before: string; write: Write }[] = []
  readonly #end: string
  readonly #first: number

  /** From the columns of `asColumns`, leaving out the first ones. */
  constructor(columns: readonly Pick<FieldDef, 'name' | 'dataTypeID'>[], first: number) {
    let open: string[] = []
    this.#first = first
    for (const { name, dataTypeID } of columns.slice(first)) {
      const path = name.split('.')
      const within = path.slice(0, -1)
      const shared = open.findIndex((part, depth) => part !== within[depth])
      const depth = shared === -1 ? open.length : shared
      const isFirst = this.#columns.length === 0
      const before = [
        '}'.repeat(open.length - depth),
        isFirst ? '{' : ',',
        ...within.slice(depth).map((part) => `${JSON.stringify(part)}:{`),
        `${JSON.stringify(path.at(-1))}:`,
      ]
      this.#columns.push({ before: before.join(''), write: writers[dataTypeID] ?? JSON.stringify })
      open = within
    }
    this.#end = '}'.repeat(open.length + 1)
  }

  write(row: TextRow): string {
    let json = ''
    let at = this.#first
    for (const { before, write } of this.#columns) {
      const value = row[at++]
      json += before + (value == null ? 'null' : write(value))
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
