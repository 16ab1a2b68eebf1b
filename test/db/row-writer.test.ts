import { expect, test } from 'vitest'
import { Moment, Optional, asColumns, asJson } from '#shared/db/fields.ts'
import type { Fields } from '#shared/db/fields.ts'
import { RowWriter, asText } from '#shared/db/row-writer.ts'
import type { TextRow } from '#shared/db/row-writer.ts'
import { world } from '#test/world.ts'

const moment = `timestamptz '2026-11-23 10:27:29.120+01'`

/** Somebody who is there for the even rows only. */
function somebody(): Optional {
  const name = `case when n % 2 = 0 then 'Ada “the first”' end`
  return new Optional({ name, image: 'null::text', seen: new Moment(moment), guest: 'false' })
}

test.for<[string, Fields]>([
  ['plain', { n: 'n', at: new Moment(moment), text: `'a "quoted" one'::text`, nothing: 'null::int' }],
  ['nested', { n: 'n', one: { two: { n: 'n' }, m: 'n + 1' }, end: 'true' }],
  ['with one between that may be absent', { n: 'n', who: somebody(), end: 'n' }],
  ['with one at either end that may be absent', { first: somebody(), n: 'n', last: somebody() }],
  ['with two in a row that may be absent', { n: 'n', one: somebody(), two: somebody() }],
  ['with one inside another that may be absent', { one: { who: somebody(), n: 'n' }, end: 'n' }],
])('rows %s are written as PostgreSQL writes them', async ([, fields]) => {
  const { db } = await world()
  const rows = 'from generate_series(1, 3) n order by n'

  const { rows: made } = await db.pool.query<{ json: unknown }>(`select ${asJson(fields)} as json ${rows}`)
  const columns = await db.pool.query<string[]>({
    text: `select 'left out', ${asColumns(fields)} ${rows}`,
    rowMode: 'array',
    types: asText,
  })

  const writer = new RowWriter(columns.fields, 1)
  const written = columns.rows.map((row: TextRow) => writer.write(row))
  expect(written).toEqual(made.map(({ json }) => JSON.stringify(json)))
})
