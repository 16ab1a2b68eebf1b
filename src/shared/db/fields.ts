/** A moment in time; `column` is a `timestamptz`. */
export class Moment {
  readonly column: string
  constructor(column: string) {
    this.column = column
  }
}

/** Fields of their own that may not be there, from a left join: then null is shown instead of them. */
export class Optional {
  readonly fields: Fields
  /** The first of the fields must be one that is never null of a row that is there, such as its id. */
  constructor(fields: Fields) {
    this.fields = fields
  }
}

/** What is shown of a row, in order: each field with its SQL expression, with a moment, or with fields of its own. */
export interface Fields {
  [name: string]: string | Moment | Optional | Fields
}

/** A moment as ISO 8601 in UTC with milliseconds, which is what JavaScript writes. */
export function isoTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** The fields as one JSON object that PostgreSQL makes. */
export function asJson(fields: Fields): string {
  const pairs = Object.entries(fields).map(([name, value]) => `'${name}', ${jsonValue(value)}`)
  return `json_build_object(${pairs.join(', ')})`
}

function jsonValue(value: Fields[string]): string {
  if (typeof value === 'string') return value
  if (value instanceof Optional) {
    return `case when ${jsonValue(Object.values(value.fields)[0] ?? 'null')} is not null then ${asJson(value.fields)} end`
  }
  return value instanceof Moment ? isoTime(value.column) : asJson(value)
}

/**
 * The same fields as columns, for `RowWriter` to make JSON of; `author.name` is a field of a field, and `assignee?.name`
 * of one that may not be there.
 */
export function asColumns(fields: Fields, within = ''): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const path = within + name
      if (typeof value === 'string') return `${value} as "${path}"`
      if (value instanceof Optional) return asColumns(value.fields, `${path}?.`)
      // Without a zone, what PostgreSQL writes does not depend on the connection's.
      return value instanceof Moment
        ? `${value.column} at time zone 'utc' as "${path}"`
        : asColumns(value, `${path}.`)
    })
    .join(', ')
}
